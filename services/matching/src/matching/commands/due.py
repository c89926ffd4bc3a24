"""Raising what falls due, each once; and what coordinators do about it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Refused
from backbone.outbox import emit
from contracts.territories import zone_of
from matching import store
from matching.domain import due
from matching.domain.due import Raised
from matching.domain.tables import Due, Mentee, Pairing
from matching.store import Departments, Look

FIRST = UUID(int=0)


class AlreadySettled(Refused):
    """An alert is settled once."""


Found = tuple[Sequence[Raised], UUID | None]
Rule = Callable[[AsyncSession, Look, datetime, UUID], Awaitable[Found]]


async def raise_due(
    session: AsyncSession, rule: Rule, *, now: datetime, quiet: timedelta, after: UUID
) -> tuple[int, UUID | None]:
    """Raise what fell due by a rule, after an id; answer how much, and where to go on, if at all.

    What was learnt within `quiet` waits: more of it may be on its way.
    """
    look = Look(now.date() + timedelta(days=1), now - quiet)
    found, last = await rule(session, look, now, after)
    raised = await store.raise_once(session, found)
    emit(session, *(each.told for each in raised))
    return len(raised), last


async def silent(session: AsyncSession, look: Look, now: datetime, after: UUID) -> Found:
    pairs = await store.silent_pairs(session, look, after)
    signs = await store.signs_of(session, [pairing for pairing, _ in pairs])
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])
    raised = (
        due.pairing_late(
            pairing,
            signs[pairing.id],
            pauses[pairing.id],
            today=now.astimezone(zone_of(department)).date(),
            department=department,
        )
        for pairing, department in pairs
        if signs[pairing.id].learnt_at <= look.learnt_before
    )
    return list(chain.from_iterable(raised)), _last(pairs)


async def unmet(session: AsyncSession, look: Look, now: datetime, after: UUID) -> Found:
    pairs = await store.unmet_pairs(session, look, after)
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])
    raised = (
        due.first_interview_late(
            pairing,
            pauses[pairing.id],
            today=now.astimezone(zone_of(department)).date(),
            department=department,
        )
        for pairing, department in pairs
    )
    return list(chain.from_iterable(raised)), _last(pairs)


async def unanswered(session: AsyncSession, look: Look, now: datetime, after: UUID) -> Found:
    pairs = await store.unanswered(session, look, after)
    raised = (
        due.answer_due(pairing, today=now.astimezone(zone_of(department)).date())
        for pairing, department in pairs
    )
    return list(chain.from_iterable(raised)), _last(pairs)


async def without_outcome(session: AsyncSession, look: Look, now: datetime, after: UUID) -> Found:
    pairs = await store.without_outcome(session, look, after)
    raised = (
        due.outcome_asked(
            pairing, today=now.astimezone(zone_of(department)).date(), department=department
        )
        for pairing, department in pairs
    )
    return list(chain.from_iterable(raised)), _last(pairs)


async def unpaired(session: AsyncSession, look: Look, now: datetime, after: UUID) -> Found:
    mentees = await store.unpaired_mentees(session, look, after)
    raised = (
        due.mentee_waiting(mentee, today=now.astimezone(zone_of(department)).date())
        for mentee, department in mentees
    )
    return list(chain.from_iterable(raised)), _last(mentees)


RULES: Sequence[Rule] = (silent, unmet, unanswered, without_outcome, unpaired)


async def settle(
    session: AsyncSession, due_id: UUID, within: Departments, *, by: str, now: datetime
) -> Due:
    """Note that a coordinator has seen to an alert."""
    found = await store.alert_to_change(session, due_id, within)
    if found.settled_at is not None:
        raise AlreadySettled("This alert is settled. There is nothing to do about it.")
    found.settled_at, found.settled_by = now, by
    return found


def _last(rows: Sequence[tuple[Pairing | Mentee, str]]) -> UUID | None:
    """Where to go on, unless these were the last ones."""
    return rows[-1][0].id if len(rows) == store.AT_A_TIME else None
