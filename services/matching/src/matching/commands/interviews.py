"""Commands on the first interview of a pair."""

from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import Side
from contracts.local_time import today_in
from matching import store
from matching.domain import interviews, pairings
from matching.domain.tables import Appointment, Pairing
from matching.store import Scope


class PlanFirstInterview(Command):
    model_config = example(planned_on="2013-09-20")

    planned_on: Day


class MissFirstInterview(Command):
    """The sides that did not come."""

    model_config = example(missing=["mentee"])

    missing: set[Side] = Field(min_length=1)


class HoldFirstInterview(Command):
    model_config = example(held_on="2013-09-20", minutes=60)

    held_on: Day
    minutes: int | None = Field(default=60, ge=1, le=600)


async def plan_first_interview(
    session: AsyncSession, pairing_id: UUID, command: PlanFirstInterview, within: Scope
) -> Appointment:
    """Plan the first interview; an earlier appointment is moved to the new date."""
    pairing, _ = await store.lock_pairing(session, pairing_id, within)
    before = await store.planned_interview(session, pairing_id)
    appointment, event = interviews.plan(pairing, before, on=command.planned_on)
    session.add(appointment)
    emit(session, event)
    return appointment


async def miss_first_interview(
    session: AsyncSession, pairing_id: UUID, command: MissFirstInterview, within: Scope
) -> Appointment:
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    planned = await store.planned_interview(session, pairing_id)
    event = interviews.miss(pairing, planned, mentee, missing=command.missing)
    assert planned is not None  # else it was refused
    pairings.require_past(planned.planned_on, today=today_in(mentee.department))
    emit(session, event)
    return planned


async def hold_first_interview(
    session: AsyncSession, pairing_id: UUID, command: HoldFirstInterview, within: Scope
) -> Pairing:
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    pairings.require_past(command.held_on, today=today_in(mentee.department))
    planned = await store.planned_interview(session, pairing_id)
    held = interviews.hold(
        pairing, mentee, on=command.held_on, minutes=command.minutes, planned=planned
    )
    emit(session, held)
    return pairing
