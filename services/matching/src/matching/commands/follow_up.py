"""Commands on the follow-up of a pair besides its contacts: pauses, introductions, check-ins."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import IntroductionResult, Side
from contracts.local_time import today_in
from matching import store
from matching.commands.base import Pause
from matching.commands.pairings import require_own_side
from matching.commands.person_fields import FunctionCode, SectorCode
from matching.domain import alerts, follow_up, pairings, pauses
from matching.domain.tables import CheckIn, Introduction, PairingPause
from matching.store import Scope

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Resume(Command):
    model_config = example(resumed_on="2027-01-11")

    resumed_on: Day


class Introduce(Command):
    """An introduction by role and organisation; `agreed_on`: that person agreed to be recorded."""

    model_config = example(
        introduced_on="2026-11-12",
        role="Directrice des systèmes d'information",
        organisation="Habitat 17",
        function="M18",
        sector="L",
        agreed_on="2026-11-10",
    )

    introduced_on: Day
    role: Line
    organisation: Line
    function: FunctionCode | None = None
    sector: SectorCode | None = None
    agreed_on: Day


class AnswerIntroduction(Command):
    model_config = example(result="interview", answered_on="2026-11-20")

    result: IntroductionResult
    answered_on: Day


class HoldCheckIn(Command):
    """How it goes, from 1 (badly) to 5 (very well); visible to coordinators only."""

    model_config = example(by="mentee", held_on="2026-11-20", rating=4)

    by: Side
    held_on: Day
    rating: int = Field(ge=1, le=5)
    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


async def pause_pairing(
    session: AsyncSession, pairing_id: UUID, command: Pause, within: Scope
) -> PairingPause:
    """Pause a pair: no contact is expected on these days."""
    pairing, _ = await store.lock_pairing(session, pairing_id, within)
    others = await store.pair_pauses(session, pairing_id)
    pairing_pause, event = pauses.pause(pairing, others, **command.model_dump())
    session.add(pairing_pause)
    emit(session, event)
    return pairing_pause


async def resume_pairing(
    session: AsyncSession, pairing_id: UUID, command: Resume, within: Scope
) -> None:
    """End the pause in force on `resumed_on`."""
    pairing, _ = await store.lock_pairing(session, pairing_id, within)
    found = await store.pair_pauses(session, pairing_id)
    ended, event = pauses.resume(pairing, found, on=command.resumed_on)
    if ended.until_on is not None and ended.until_on < ended.from_on:
        await session.delete(ended)
    emit(session, event)


async def introduce(
    session: AsyncSession, pairing_id: UUID, command: Introduce, within: Scope
) -> Introduction:
    """Record to whom the mentor introduced the mentee."""
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    pairings.require_past(command.introduced_on, today=today_in(mentee.department))
    introduction = Introduction(pairing_id=pairing_id, **command.model_dump())
    emit(session, follow_up.introduce(pairing, mentee, introduction))
    session.add(introduction)
    return introduction


async def answer_introduction(
    session: AsyncSession, introduction_id: UUID, command: AnswerIntroduction, within: Scope
) -> Introduction:
    """Record the result of an introduction; a later answer replaces an earlier one."""
    introduction, pairing, mentee = await store.lock_introduction(session, introduction_id, within)
    pairings.require_past(command.answered_on, today=today_in(mentee.department))
    event = follow_up.answer(
        introduction, pairing, mentee, result=command.result, on=command.answered_on
    )
    emit(session, event)
    return introduction


async def hold_check_in(
    session: AsyncSession, pairing_id: UUID, command: HoldCheckIn, within: Scope
) -> CheckIn:
    """Record how one side says it goes; raise an alert for the coordinator on a low rating."""
    require_own_side(within, command.by)
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    pairings.require_past(command.held_on, today=today_in(mentee.department))
    held, event = follow_up.check_in(
        pairing,
        mentee,
        by=command.by,
        on=command.held_on,
        rating=command.rating,
        remark=command.remark,
    )
    session.add(held)
    if held.rating <= follow_up.LOW:
        session.add(alerts.low_rating(held, pairing))
    emit(session, event)
    return held
