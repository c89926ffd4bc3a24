"""Response bodies, and the base class of all."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query
from pydantic import AliasPath, Field

from backbone.web.schemas import View
from contracts.bounds import Day
from contracts.enums import LeadStage, LossReason, OrganisationKind
from contracts.territories import department_name, region_of
from partners.domain.tables import DepartmentOpening
from partners.queries import Coverage, MentorActivity

AsOf = Annotated[Day | None, Query(description="The date of the answer; today by default.")]


class DepartmentView(View):
    """An open department, and its region on the date of opening."""

    department: str = Field(examples=["93"])
    department_name: str = Field(examples=["Seine-Saint-Denis"])
    region: str = Field(examples=["11"])
    region_name: str = Field(examples=["Île-de-France"])
    opened_on: date

    @classmethod
    def of(cls, opening: DepartmentOpening) -> Self:
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
    """An umbrella of an organisation from `joined_on` to `left_on`, both included."""

    umbrella_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("umbrella", "name"))]
    joined_on: date
    left_on: date | None


class MemberView(View):
    """A direct member of an umbrella from `joined_on` to `left_on`, both included."""

    organisation_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("organisation", "name"))]
    joined_on: date
    left_on: date | None


class StepView(View):
    """A step to a signatory; `joined_on` is when the previous one became its member."""

    organisation_id: UUID
    name: str
    joined_on: date | None


class WayView(View):
    """A covering convention, the chain from the organisation to its signatory, and since when."""

    convention_id: UUID
    through: list[StepView]
    since: date


class CoverageView(View):
    """The coverage of an organisation on a date, with every way, shortest chain first.

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
    """The activity of mentors up to a date; `active_pairings` are those that go on then.

    `outcomes_fitting` are known to fit the qualification; for `outcomes_unknown` this is not known.
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
    """The activity of the members' mentors, with the number of members at any depth."""

    organisations: int


class ActivityView(SumsView):
    """The activity up to a date of an organisation's own mentors, and of its members'."""

    organisation_id: UUID
    as_of: date
    members: MembersSumsView

    @classmethod
    def of(
        cls,
        organisation_id: UUID,
        as_of: date,
        *,
        own: MentorActivity,
        members: MentorActivity,
        organisations: int,
    ) -> Self:
        return cls(
            organisation_id=organisation_id,
            as_of=as_of,
            members=MembersSumsView(**asdict(members), organisations=organisations),
            **asdict(own),
        )


class LeadView(View):
    """A possible partner; `organisation_id` is the organisation that it became once signed."""

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
    """An organisation that introduced the previous one, and the lead that it once was."""

    organisation_id: UUID
    name: str
    once_lead: UUID | None


class PipelineView(View):
    """The leads by stage on a date, the share that signed, and the median days to signature."""

    as_of: date
    stages: dict[LeadStage, int]
    converted: float | None
    days: float | None
