"""What the API answers with."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import AliasPath, BaseModel, ConfigDict, Field

from contracts.bounds import Day
from contracts.territories import department_name, region_of
from contracts.words import LeadStage, LossReason, OrganisationKind
from partners.domain.tables import Opening
from partners.queries import Coverage, Sums

AsOf = Annotated[Day | None, Query(description="The day asked about; today unless given.")]


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DepartmentView(View):
    """Where the programme is open, since when, and the region of that day."""

    department: str = Field(examples=["93"])
    department_name: str = Field(examples=["Seine-Saint-Denis"])
    region: str = Field(examples=["11"])
    region_name: str = Field(examples=["Île-de-France"])
    opened_on: date

    @classmethod
    def of(cls, opening: Opening) -> Self:
        region = region_of(opening.department, opening.opened_on)
        return cls(
            department=opening.department,
            department_name=department_name(opening.department),
            region=region.code,
            region_name=region.name,
            opened_on=opening.opened_on,
        )


class OrganisationView(View):
    id: UUID
    name: str
    kind: OrganisationKind
    siren: str
    siret: str | None
    department: str
    registered_on: date
    version: int


class UmbrellaView(View):
    """An umbrella that an organisation belongs to from a day on, until `left_on`, both included."""

    umbrella_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("umbrella", "name"))]
    joined_on: date
    left_on: date | None


class MemberView(View):
    """A direct member of an umbrella from a day on, until `left_on`, both included."""

    organisation_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("organisation", "name"))]
    joined_on: date
    left_on: date | None


class StepView(View):
    """One on the way to a signatory; `joined_on` is when the one before became its member."""

    organisation_id: UUID
    name: str
    joined_on: date | None


class WayView(View):
    """A convention that covers, through whom (itself first, the signatory last), since when."""

    convention_id: UUID
    through: list[StepView]
    since: date


class CoverageView(View):
    """Whether an organisation is covered that day, and every way in which it is, nearest first.

    `since` is when the oldest of these ways began.
    """

    organisation_id: UUID
    on: date
    covered: bool
    since: date | None
    ways: list[WayView]

    @classmethod
    def of(cls, organisation_id: UUID, on: date, coverage: Coverage) -> Self:
        itself = StepView(
            organisation_id=organisation_id, name=coverage.names[organisation_id], joined_on=None
        )
        ways = [
            WayView(
                convention_id=way.convention_id,
                through=[
                    itself,
                    *(
                        StepView(
                            organisation_id=step.umbrella_id,
                            name=coverage.names[step.umbrella_id],
                            joined_on=step.since,
                        )
                        for step in way.steps
                    ),
                ],
                since=way.since,
            )
            for way in coverage.ways
        ]
        return cls(
            organisation_id=organisation_id,
            on=on,
            covered=bool(ways),
            since=min((way.since for way in ways), default=None),
            ways=ways,
        )


class SumsView(View):
    """What mentors did up to a day: of the pairings begun, the active ones go on that day.

    `outcomes_fitting` is known to fit the qualification; of `outcomes_unknown` nobody knows.
    """

    mentors: int
    mentees: int
    pairings: int
    active_pairings: int
    first_interviews: int
    contacts: int
    outcomes: int
    outcomes_fitting: int
    outcomes_unknown: int


class MembersSumsView(SumsView):
    """The same of the members' mentors; `organisations` is how many members, at any depth."""

    organisations: int


class ActivityView(SumsView):
    """What an organisation's own mentors did up to a day, and those of its members."""

    organisation_id: UUID
    as_of: date
    members: MembersSumsView

    @classmethod
    def of(
        cls, organisation_id: UUID, as_of: date, *, own: Sums, members: Sums, organisations: int
    ) -> Self:
        return cls(
            organisation_id=organisation_id,
            as_of=as_of,
            members=MembersSumsView(**asdict(members), organisations=organisations),
            **asdict(own),
        )


class LeadView(View):
    """A possible partner; once signed, the organisation that it is now."""

    id: UUID
    name: str
    kind: OrganisationKind
    siren: str | None
    department: str
    stage: LeadStage
    heard_on: date
    introduced_by: UUID | None
    next_step: str | None
    next_on: date | None
    lost_for: LossReason | None
    organisation_id: UUID | None
    version: int


class LeadMoveView(View):
    stage: LeadStage
    moved_on: date
    moved_by: str
    note: str | None


class IntroducedView(View):
    """An organisation that introduced the one before it, and the lead that it once was itself."""

    organisation_id: UUID
    name: str
    once_lead: UUID | None


class PipelineView(View):
    """Leads by stage on a day; of those that ended the share that signed, and the median days."""

    as_of: date
    stages: dict[LeadStage, int]
    converted: float | None
    days: float | None
