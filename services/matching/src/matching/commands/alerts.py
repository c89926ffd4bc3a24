"""Raising alerts, each once, and settling them."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.alerts.raising import raise_by_rules
from backbone.alerts.tables import NewAlert
from backbone.database.sessions import Sessions
from backbone.database.task_failures import Some
from contracts.territories import zone_of
from matching import store
from matching.domain import alerts
from matching.domain.tables import Alert, Mentee, Pairing
from matching.store import DepartmentScope, DueWindow

S = TypeVar("S", Pairing, Mentee)


async def silent(session: AsyncSession, some: Some, *, window: DueWindow) -> Sequence[NewAlert]:
    pairs = await store.silent_pairs(session, window, some)
    signs = await store.signs_of(session, [pairing for pairing, _ in pairs])
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])

    def late(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        known = signs[pairing.id]
        if known.learnt_at > window.learnt_before:
            return ()
        return alerts.pairing_late(
            pairing, known, pauses[pairing.id], today=today, department=department
        )

    return _found(pairs, window, late)


async def unmet(session: AsyncSession, some: Some, *, window: DueWindow) -> Sequence[NewAlert]:
    pairs = await store.unmet_pairs(session, window, some)
    pauses = await store.pauses_by_pair(session, [pairing.id for pairing, _ in pairs])

    def late(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        return alerts.first_interview_late(
            pairing, pauses[pairing.id], today=today, department=department
        )

    return _found(pairs, window, late)


async def unanswered(session: AsyncSession, some: Some, *, window: DueWindow) -> Sequence[NewAlert]:
    pairs = await store.unanswered(session, window, some)
    return _found(pairs, window, lambda pairing, today, _: alerts.answer_due(pairing, today=today))


async def without_outcome(
    session: AsyncSession, some: Some, *, window: DueWindow
) -> Sequence[NewAlert]:
    pairs = await store.without_outcome(session, window, some)

    def requested(pairing: Pairing, today: date, department: str) -> Iterable[NewAlert]:
        return alerts.outcome_asked(pairing, today=today, department=department)

    return _found(pairs, window, requested)


async def unpaired(session: AsyncSession, some: Some, *, window: DueWindow) -> Sequence[NewAlert]:
    mentees = await store.unpaired_mentees(session, window, some)
    return _found(mentees, window, lambda row, today, _: alerts.mentee_waiting(row, today=today))


async def uncovered(session: AsyncSession, some: Some, *, window: DueWindow) -> Sequence[NewAlert]:
    """Return an alert for each running pair whose mentor's organisation lost its coverage."""
    today, coverage = window.now.date(), await store.coverage(session)
    working = await store.organisations_at_work(session)
    ended = {
        organisation_id: until
        for organisation_id in working
        if not coverage.covers(organisation_id, today)
        and (until := coverage.covered_until(organisation_id, today)) is not None
    }
    pairs = await store.pairs_of(session, ended, window, some)
    raised = (
        alerts.coverage_ended(pairing, covered_until=ended[organisation_id])
        for pairing, organisation_id in pairs
    )
    return list(chain.from_iterable(raised))


RULES = {
    "silent": silent,
    "unmet": unmet,
    "unanswered": unanswered,
    "without_outcome": without_outcome,
    "unpaired": unpaired,
    "uncovered": uncovered,
}
"""The rules by the names that they have in logs and metrics."""


async def raise_alerts(sessions: Sessions, *, now: datetime, quiet: timedelta) -> None:
    """Raise the alerts due at `now`; what was recorded less than `quiet` ago waits.

    More of what was just recorded may be on its way.
    """
    window = DueWindow(now, now - quiet)
    await raise_by_rules(
        sessions, {name: partial(rule, window=window) for name, rule in RULES.items()}
    )


async def settle_ended(session: AsyncSession, *, now: datetime) -> None:
    """Settle the alerts whose cause has ended."""
    await store.settle_alerts(session)
    coverage = await store.coverage(session)
    for alert, organisation_id in await store.alerts_of_coverage(session):
        if coverage.covers(organisation_id, now.date()):
            alert.settled_at = now


async def settle(
    session: AsyncSession, alert_id: UUID, within: DepartmentScope, *, by: str, now: datetime
) -> Alert:
    """Record that a coordinator has handled an alert; raise `AlertAlreadySettled`."""
    alert = await store.lock_alert(session, alert_id, within)
    alert.settle(by=by, now=now)
    return alert


def _found(
    rows: Sequence[tuple[S, str]],
    window: DueWindow,
    falls_due: Callable[[S, date, str], Iterable[NewAlert]],
) -> Sequence[NewAlert]:
    """Return what `falls_due` yields for each row, on today's date in its department."""
    raised = (
        falls_due(subject, window.now.astimezone(zone_of(department)).date(), department)
        for subject, department in rows
    )
    return list(chain.from_iterable(raised))
