"""Commands on what a pair does beside its contacts: pauses, introductions, check-ins."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.bodies import Command
from backbone.outbox import emit
from contracts.bounds import Day
from contracts.moments import today_in
from contracts.words import IntroductionResult, Side
from matching import store
from matching.commands.bodies import Pause
from matching.commands.pairings import require_own_side
from matching.commands.persons import FunctionCode, SectorCode
from matching.domain import due, pairings, pauses, support
from matching.domain.tables import CheckIn, Introduction, PairingPause
from matching.store import Within

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Resume(Command):
    model_config = ConfigDict(json_schema_extra={"examples": [{"resumed_on": "2027-01-11"}]})

    resumed_on: Day


class Introduce(Command):
    """To whom, by role and organisation, and when that person agreed to be named here."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "introduced_on": "2026-11-12",
                    "role": "Directrice des systèmes d'information",
                    "organisation": "Habitat 17",
                    "function": "M18",
                    "sector": "L",
                    "agreed_on": "2026-11-10",
                }
            ]
        },
    )

    introduced_on: Day
    role: Line
    organisation: Line
    function: FunctionCode | None = None
    sector: SectorCode | None = None
    agreed_on: Day


class AnswerIntroduction(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"result": "interview", "answered_on": "2026-11-20"}]}
    )

    result: IntroductionResult
    answered_on: Day


class HoldCheckIn(Command):
    """How it goes, from 1 (badly) to 5 (very well); coordinators alone read it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"by": "mentee", "held_on": "2026-11-20", "rating": 4}]}
    )

    by: Side
    held_on: Day
    rating: int = Field(ge=1, le=5)
    remark: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


async def pause_pairing(
    session: AsyncSession, pairing_id: UUID, command: Pause, within: Within
) -> PairingPause:
    """Let no contact be expected of a pair for a time."""
    pairing, _ = await store.pairing_to_change(session, pairing_id, within)
    others = await store.pair_pauses(session, pairing_id)
    made, told = pauses.pause(pairing, others, **command.model_dump())
    session.add(made)
    emit(session, told)
    return made


async def resume_pairing(
    session: AsyncSession, pairing_id: UUID, command: Resume, within: Within
) -> None:
    """End the pause that lasts on a day."""
    pairing, _ = await store.pairing_to_change(session, pairing_id, within)
    found = await store.pair_pauses(session, pairing_id)
    ended, told = pauses.resume(pairing, found, on=command.resumed_on)
    if ended.until_on is not None and ended.until_on < ended.from_on:
        await session.delete(ended)
    emit(session, told)


async def introduce(
    session: AsyncSession, pairing_id: UUID, command: Introduce, within: Within
) -> Introduction:
    """Note to whom the mentor introduced the mentee."""
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    pairings.require_past(command.introduced_on, today=today_in(mentee.department))
    made = Introduction(pairing_id=pairing_id, **command.model_dump())
    emit(session, support.introduce(pairing, mentee, made))
    session.add(made)
    return made


async def answer_introduction(
    session: AsyncSession, introduction_id: UUID, command: AnswerIntroduction, within: Within
) -> Introduction:
    """Note what came of an introduction; said again, the later answer stays."""
    introduction, pairing, mentee = await store.introduction_to_change(
        session, introduction_id, within
    )
    pairings.require_past(command.answered_on, today=today_in(mentee.department))
    told = support.answer(
        introduction, pairing, mentee, result=command.result, on=command.answered_on
    )
    emit(session, told)
    return introduction


async def hold_check_in(
    session: AsyncSession, pairing_id: UUID, command: HoldCheckIn, within: Within
) -> CheckIn:
    """Note how one of a pair says it goes; the coordinator is told of a low rating."""
    require_own_side(within, command.by)
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    pairings.require_past(command.held_on, today=today_in(mentee.department))
    said, told = support.check_in(
        pairing,
        mentee,
        by=command.by,
        on=command.held_on,
        rating=command.rating,
        remark=command.remark,
    )
    session.add(said)
    if said.rating <= support.LOW:
        session.add(due.low_rating(said, pairing))
    emit(session, told)
    return said
