"""Rounds: propose a mentor to every mentee who waits, as far as there is room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.outbox import emit
from contracts.moments import today_in
from matching import store
from matching.commands.pairings import Command
from matching.domain import pairings, rounds
from matching.domain.tables import Mentee, Pairing

METROPOLE = "75"


class RunRound(Command):
    """Match on this day, which may be past: what was known of coverage and room then counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2013-09-10"}]})

    on: date


@dataclass(frozen=True, slots=True)
class RoundHeld:
    """What a round proposed, and who has to wait."""

    proposed: Sequence[Pairing]
    unmatched: Sequence[Mentee]


async def run_round(
    session: AsyncSession, command: RunRound, within: Collection[str] | None
) -> RoundHeld:
    """Propose pairs within capacity, from mentors of covered organisations."""
    pairings.require_past(command.on, today=today_in(METROPOLE))
    await store.hold_round(session)
    mentors, room = await store.mentors_with_room(session, on=command.on)
    coverage = await store.coverage(session)
    matched = rounds.match(
        await store.waiting_mentees(session, on=command.on, within=within),
        [m for m in mentors if coverage.covers(m.organisation_id, command.on)],
        room=room,
        declined=await store.declined_pairs(session),
        on=command.on,
    )
    proposed = [pairings.propose(*pair, on=command.on) for pair in matched.pairs]
    session.add_all([pairing for pairing, _ in proposed])
    emit(session, *(event for _, event in proposed))
    return RoundHeld([pairing for pairing, _ in proposed], matched.unmatched)
