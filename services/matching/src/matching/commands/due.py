"""Raising alerts, each once, and settling them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.task_failures import Some
from backbone.errors import Refused
from backbone.messaging.outbox import emit
from contracts.territories import zone_of
from matching import store
from matching.domain import due
from matching.domain.due import NewAlert
from matching.domain.tables import Due, Mentee, Pairing
from matching.store import DepartmentScope, DueWindow

S = TypeVar("S", Pairing, Mentee)


class AlreadySettled(Refused, kind="already-settled"):
    """An alert is settled once."""


Rule = Callable[[AsyncSession, DueWindow, datetime, Some], Awaitable[Sequence[NewAlert]]]


async def raise_due(
    session: AsyncSession, rule: Rule, some: Some, *, now: datetime, quiet: timedelta
) -> int:
    """Raise the alerts of a rule for some rows; return how many are new.

    What was recorded less than `quiet` ago waits: more of it may be on its way.
    """
    window = DueWindow(now.date() + timedelta(days=1), now - quiet)
    found = await rule(session, window, now, some)
    raised = await store.raise_once(session, found)
    emit(session, *(each.event for each in raised if each.event is not None))
    return len(raised)


async def silent(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    pairs = await store.silent_pairs(session, window, some)
    signs = await store.signs_of(session, [pairing for pairing, _ in pairs])
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])

    def late(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        known = signs[pairing.id]
        if known.learnt_at > window.learnt_before:
            return ()
        return due.pairing_late(
            pairing, known, pauses[pairing.id], today=today, department=department
        )

    return _found(pairs, now, late)


async def unmet(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    pairs = await store.unmet_pairs(session, window, some)
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])

    def late(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        return due.first_interview_late(
            pairing, pauses[pairing.id], today=today, department=department
        )

    return _found(pairs, now, late)


async def unanswered(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    pairs = await store.unanswered(session, window, some)
    return _found(pairs, now, lambda pairing, today, _: due.answer_due(pairing, today=today))


async def without_outcome(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    pairs = await store.without_outcome(session, window, some)

    def requested(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        return due.outcome_asked(pairing, today=today, department=department)

    return _found(pairs, now, requested)


async def unpaired(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    mentees = await store.unpaired_mentees(session, window, some)
    return _found(mentees, now, lambda mentee, today, _: due.mentee_waiting(mentee, today=today))


async def uncovered(
    session: AsyncSession, window: DueWindow, now: datetime, some: Some
) -> Sequence[NewAlert]:
    """Return an alert for each running pair whose mentor's organisation lost its coverage."""
    today, coverage = now.date(), await store.coverage(session)
    working = await store.organisations_at_work(session)
    ended = {
        organisation_id: until
        for organisation_id in working
        if not coverage.covers(organisation_id, today)
        and (until := coverage.covered_until(organisation_id, today)) is not None
    }
    pairs = await store.pairs_of(session, ended, window, some)
    raised = (
        due.coverage_ended(pairing, covered_until=ended[organisation_id])
        for pairing, organisation_id in pairs
    )
    return list(chain.from_iterable(raised))


async def settle_covered(session: AsyncSession, *, now: datetime) -> None:
    """Settle the alerts about organisations that are covered again."""
    coverage = await store.coverage(session)
    for alert, organisation_id in await store.alerts_of_coverage(session):
        if coverage.covers(organisation_id, now.date()):
            alert.settled_at = now


RULES: Mapping[str, Rule] = {
    "silent": silent,
    "unmet": unmet,
    "unanswered": unanswered,
    "without_outcome": without_outcome,
    "unpaired": unpaired,
    "uncovered": uncovered,
}
"""The rules by the names that they have in logs and metrics."""


async def settle(
    session: AsyncSession, due_id: UUID, within: DepartmentScope, *, by: str, now: datetime
) -> Due:
    """Record that a coordinator has handled an alert; raise `AlreadySettled` if it was settled."""
    found = await store.lock_alert(session, due_id, within)
    if found.settled_at is not None:
        raise AlreadySettled("This alert is settled. There is nothing to do about it.")
    found.settled_at, found.settled_by = now, by
    return found


def _found(
    rows: Sequence[tuple[S, str]],
    now: datetime,
    falls_due: Callable[[S, date, str], Iterable[NewAlert]],
) -> Sequence[NewAlert]:
    """Return what `falls_due` yields for each row, on today's date in its department."""
    raised = (
        falls_due(subject, now.astimezone(zone_of(department)).date(), department)
        for subject, department in rows
    )
    return list(chain.from_iterable(raised))
