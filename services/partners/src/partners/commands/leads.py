"""Lead commands: create, plan, move between stages, convert."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import ConventionKind, LeadStage, LossReason, OrganisationKind
from partners import store
from partners.commands import Name
from partners.commands.conventions import SignatoryNamed, SignConvention, sign_convention
from partners.commands.organisations import RegisterOrganisation, register_organisation
from partners.domain import leads
from partners.domain.tables import Lead

Step = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class HearOfLead(Command):
    """A possible partner and who introduced it, identified today unless `heard_on` is given."""

    model_config = example(
        name="Fédération des bailleurs d'Aquitaine",
        kind="federation",
        department="33",
        heard_on="2015-03-02",
        introduced_by="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11",
        next_step="Call its director",
        next_on="2015-03-20",
    )

    name: Name
    kind: OrganisationKind
    siren: str | None = Field(default=None, max_length=30)
    department: str = Field(max_length=3)
    heard_on: Day | None = None
    introduced_by: UUID | None = None
    next_step: Step | None = None
    next_on: Day | None = None


class PlanNextStep(Command):
    """The next step and its date; without both nothing is planned."""

    model_config = example(next_step="Send a draft", next_on="2015-04-30")

    next_step: Step | None = None
    next_on: Day | None = None


class MoveLead(Command):
    model_config = example(stage="met", moved_on="2015-04-10")

    stage: LeadStage
    moved_on: Day
    lost_for: LossReason | None = None
    note: Step | None = None


class ConvertLead(Command):
    """The convention signed, its further signatories, and the SIREN unless it is known."""

    model_config = example(siren="732829320", signed_on="2015-09-01", effective_on="2015-10-01")

    siren: str | None = Field(default=None, max_length=30)
    signed_on: Day
    effective_on: Day | None = None
    ends_on: Day | None = None
    others: list[SignatoryNamed] = Field(default_factory=list, max_length=499)


async def hear_of(
    session: AsyncSession, command: HearOfLead, within: store.Scope, *, by: str
) -> Lead:
    if command.introduced_by is not None:
        await store.organisation(session, command.introduced_by, within)
    lead, first, event = leads.hear_of(**command.model_dump(), by=by)
    session.add(lead)
    await session.flush()
    session.add(first)
    emit(session, event)
    return lead


async def plan_next_step(
    session: AsyncSession,
    lead_id: UUID,
    command: PlanNextStep,
    match: ExpectedVersion,
    within: store.Scope,
) -> Lead:
    """Plan the next step of an open lead."""
    lead, _ = await store.lock_lead(session, lead_id, within)
    match.require(lead.version)
    leads.require_open(lead)
    lead.next_step, lead.next_on = command.next_step, command.next_on
    lead.version += 1
    return lead


async def move_lead(
    session: AsyncSession, lead_id: UUID, command: MoveLead, within: store.Scope, *, by: str
) -> Lead:
    lead, last_moved_on = await store.lock_lead(session, lead_id, within)
    move, event = leads.move(
        lead,
        last_moved_on,
        stage=command.stage,
        on=command.moved_on,
        lost_for=command.lost_for,
        note=command.note,
        by=by,
    )
    session.add(move)
    emit(session, event)
    return lead


async def convert_lead(
    session: AsyncSession, lead_id: UUID, command: ConvertLead, *, by: str
) -> Lead:
    """Register the lead as an organisation and sign its convention, in one transaction."""
    lead, last_moved_on = await store.lock_lead(session, lead_id)
    leads.require_open(lead)
    organisation = await register_organisation(
        session,
        RegisterOrganisation(
            name=lead.name,
            kind=lead.kind,
            siren=command.siren or lead.siren,
            department=lead.department,
            registered_on=command.signed_on,
        ),
    )
    kind = ConventionKind.FRAMEWORK if command.others else ConventionKind.OWN
    first = SignatoryNamed(organisation_id=organisation.id)
    convention = await sign_convention(
        session,
        SignConvention(
            kind=kind,
            signatories=[first, *command.others],
            **command.model_dump(include={"signed_on", "effective_on", "ends_on"}),
        ),
        None,
    )
    move, *events = leads.convert(lead, last_moved_on, organisation, convention, by=by)
    await session.flush()
    session.add(move)
    emit(session, *events)
    return lead
