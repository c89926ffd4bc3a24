"""Rows for which an alert may have fallen due, in batches, locked in the order of their ids."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.alerts.tables import LONG_PAST
from backbone.database.tables import table_of
from backbone.database.task_failures import Some
from backbone.errors import NotFound
from contracts.enums import MenteeStatus
from matching.domain.alerts import (
    FIRST_INTERVIEW_DAYS,
    LONGEST_SILENCE,
    PROMISED_DAYS,
    REMINDER_DAYS,
    LastContact,
)
from matching.domain.status import has_status
from matching.domain.tables import (
    OPEN,
    RUNNING,
    Alert,
    AlertRule,
    Contact,
    ContactState,
    Mentee,
    Mentor,
    Outcome,
    Pairing,
    PairingPause,
    PairingState,
)
from matching.store.people import DepartmentScope, is_within

SHORTEST_MONTH = timedelta(days=27)  # a day less than February: somewhere it is tomorrow already
LONGEST_MONTH = timedelta(days=32)
A_QUARTER = timedelta(days=80)  # less than the three months between two questions


class DueWindow(NamedTuple):
    """The time window of a check: nothing due after `now` or recorded after `learnt_before`."""

    now: datetime
    learnt_before: datetime

    @property
    def tomorrow(self) -> date:
        """The day after today in UTC: somewhere it is that day already."""
        return self.now.date() + timedelta(days=1)


Pairs = Sequence[tuple[Pairing, str]]


async def silent_pairs(session: AsyncSession, window: DueWindow, some: Some) -> Pairs:
    """Return the running pairs without a contact for a month and without a recent alert."""
    since, horizon = (
        window.tomorrow - SHORTEST_MONTH,
        window.tomorrow - LONGEST_MONTH * (LONGEST_SILENCE + 1),
    )
    signs = sa.func.greatest(Pairing.starts_on, Pairing.first_interview_on)
    paused = sa.exists().where(col(PairingPause.pairing_id) == col(Pairing.id))
    may_be_late = sa.or_(signs >= horizon, _contact_since(horizon), paused)
    return await _pairs(
        session,
        some,
        col(Pairing.state).in_(RUNNING),
        col(Pairing.learnt_at) <= window.learnt_before,
        signs <= since,
        ~_contact_since(since + timedelta(days=1)),
        may_be_late,
        ~_raised(AlertRule.PAIRING_LATE, after=since, open_=True),
    )


async def unmet_pairs(session: AsyncSession, window: DueWindow, some: Some) -> Pairs:
    """Return the running pairs whose first interview is overdue."""
    due_on = col(Pairing.starts_on) + FIRST_INTERVIEW_DAYS
    return await _pairs(
        session,
        some,
        col(Pairing.state).in_(RUNNING),
        col(Pairing.first_interview_on).is_(None),
        *_learnt_in_time(Pairing.learnt_at, due_on, window),
        ~_raised(AlertRule.FIRST_INTERVIEW_LATE),
    )


async def unanswered(session: AsyncSession, window: DueWindow, some: Some) -> Pairs:
    """Return the proposals whose answer is due in a few days."""
    return await _pairs(
        session,
        some,
        col(Pairing.state) == PairingState.PROPOSED,
        col(Pairing.answer_by) <= window.tomorrow + timedelta(days=REMINDER_DAYS),
        ~_raised(AlertRule.ANSWER_DUE),
    )


async def without_outcome(session: AsyncSession, window: DueWindow, some: Some) -> Pairs:
    """Return the pairs that ended within about a year, without an outcome or a new pair since."""
    has_outcome = sa.exists().where(
        col(Outcome.mentee_id) == col(Pairing.mentee_id),
        ~col(Outcome.withdrawn),
        col(Outcome.found_on) >= col(Pairing.starts_on),
    )
    other = table_of(Pairing).alias("other")
    again = sa.exists().where(other.c.mentee_id == col(Pairing.mentee_id), other.c.state.in_(OPEN))
    return await _pairs(
        session,
        some,
        col(Pairing.state) == PairingState.ENDED,
        ~col(Mentee.erased),
        col(Pairing.learnt_at) <= window.learnt_before,
        col(Pairing.ended_on).between(window.tomorrow - LONGEST_MONTH * 14, window.tomorrow),
        ~has_outcome,
        ~again,
        ~_raised(AlertRule.OUTCOME_ASKED, after=window.tomorrow - A_QUARTER),
    )


async def unpaired_mentees(
    session: AsyncSession, window: DueWindow, some: Some
) -> Sequence[tuple[Mentee, str]]:
    """Return mentees who wait for their first mentor, and have waited for too long."""
    begun = sa.exists().where(
        col(Pairing.mentee_id) == col(Mentee.id), col(Pairing.starts_on).is_not(None)
    )
    raised = sa.exists().where(
        col(Alert.rule) == AlertRule.MENTEE_WAITING, col(Alert.about_id) == col(Mentee.id)
    )
    query = select(Mentee, Mentee.department).where(
        has_status(MenteeStatus.WAITING),
        *_learnt_in_time(Mentee.learnt_at, col(Mentee.decided_on) + PROMISED_DAYS, window),
        ~begun,
        ~raised,
    )
    return await some.of(session, query, Mentee.id)


async def organisations_at_work(session: AsyncSession) -> Collection[UUID]:
    """Return the organisations that have a mentor in a running pair."""
    query = (
        select(Mentor.organisation_id)
        .join(Pairing, col(Pairing.mentor_id) == col(Mentor.id))
        .where(col(Pairing.state).in_(RUNNING))
    )
    return (await session.exec(query.distinct())).all()


async def pairs_of(
    session: AsyncSession, organisations: Collection[UUID], window: DueWindow, some: Some
) -> Sequence[tuple[Pairing, UUID]]:
    """Return the running pairs of mentors of these organisations without an open coverage alert."""
    if not organisations:
        return ()
    query = (
        select(Pairing, Mentor.organisation_id)
        .join(Mentor, col(Mentor.id) == col(Pairing.mentor_id))
        .where(
            col(Pairing.state).in_(RUNNING),
            col(Pairing.learnt_at) <= window.learnt_before,
            col(Mentor.organisation_id).in_(organisations),
            ~_raised(AlertRule.COVERAGE_ENDED, open_=True),
        )
    )
    return await some.of(session, query, Pairing.id)


async def alerts_of_coverage(session: AsyncSession) -> Sequence[tuple[Alert, UUID]]:
    """Lock and return the open alerts about lost coverage, with the organisation."""
    query = (
        select(Alert, Mentor.organisation_id)
        .join(Mentor, col(Mentor.id) == col(Alert.mentor_id))
        .where(col(Alert.rule) == AlertRule.COVERAGE_ENDED, col(Alert.settled_at).is_(None))
        .with_for_update(of=Alert, skip_locked=True)
    )
    return (await session.exec(query)).all()


async def signs_of(
    session: AsyncSession, pairings: Sequence[Pairing]
) -> Mapping[UUID, LastContact]:
    """Return the last sign of life of each of these pairs, and when it was recorded."""
    logged = (
        select(Contact.pairing_id, sa.func.max(Contact.contact_on), sa.func.max(Contact.logged_at))
        .where(col(Contact.pairing_id).in_([pairing.id for pairing in pairings]), _is_contact())
        .group_by(col(Contact.pairing_id))
    )
    contacts = {pairing_id: columns for pairing_id, *columns in (await session.exec(logged)).all()}
    return {pairing.id: _signs(pairing, contacts.get(pairing.id)) for pairing in pairings}


def _signs(pairing: Pairing, contact: Sequence[Any] | None) -> LastContact:
    days = [pairing.starts_on, pairing.first_interview_on, contact[0] if contact else None]
    learnt = max(pairing.learnt_at, contact[1]) if contact else pairing.learnt_at
    return LastContact(max(filter(None, days)), learnt)


async def pauses_by_pair(
    session: AsyncSession, pairings: Collection[UUID]
) -> Mapping[UUID, Sequence[PairingPause]]:
    query = select(PairingPause).where(col(PairingPause.pairing_id).in_(pairings))
    found: dict[UUID, list[PairingPause]] = {pairing_id: [] for pairing_id in pairings}
    for pause in (await session.exec(query)).all():
        found[pause.pairing_id].append(pause)
    return found


async def settle_alerts(session: AsyncSession) -> int:
    """Settle the alerts whose cause has ended; return how many."""
    due, pairing = table_of(Alert), table_of(Pairing)
    its_pair = pairing.c.id == due.c.pairing_id
    met = sa.exists().where(its_pair, pairing.c.first_interview_on.is_not(None))
    over = sa.exists().where(its_pair, pairing.c.state == PairingState.ENDED)
    in_touch = sa.exists().where(
        col(Contact.pairing_id) == due.c.pairing_id,
        _is_contact(),
        col(Contact.logged_at) > due.c.raised_at,
        col(Contact.contact_on) > due.c.due_on - sa.text("interval '1 month'"),
    )
    waits = sa.exists().where(col(Mentee.id) == due.c.mentee_id, has_status(MenteeStatus.WAITING))
    has_ended = sa.or_(
        (due.c.rule == AlertRule.PAIRING_LATE) & (over | in_touch),
        (due.c.rule == AlertRule.FIRST_INTERVIEW_LATE) & (over | met),
        (due.c.rule == AlertRule.COVERAGE_ENDED) & over,
        (due.c.rule == AlertRule.MENTEE_WAITING) & ~waits,
        (due.c.rule == AlertRule.PLACE_FREED) & _taken(due),
    )
    settled = await (await session.connection()).execute(
        sa.update(due).where(due.c.settled_at.is_(None), has_ended).values(settled_at=sa.func.now())
    )
    return settled.rowcount


async def lock_alert(session: AsyncSession, due_id: UUID, within: DepartmentScope) -> Alert:
    """Lock an alert about a mentee of these departments; raise `NotFound` for any other."""
    found = await session.get(Alert, due_id, with_for_update=True)
    mentee = await session.get(Mentee, found.mentee_id) if found and found.mentee_id else None
    if found is None or not is_within(mentee, within):
        raise NotFound("There is no such alert. Look for it in the list of alerts.")
    return found


async def _pairs(session: AsyncSession, some: Some, *conditions: sa.ColumnElement[bool]) -> Pairs:
    query = (
        select(Pairing, Mentee.department)
        .join(Mentee, col(Mentee.id) == col(Pairing.mentee_id))
        .where(*conditions)
    )
    return await some.of(session, query, Pairing.id)


def _is_contact() -> sa.ColumnElement[bool]:
    return (col(Contact.state) == ContactState.LOGGED) & col(Contact.made)


def _contact_since(day: date) -> sa.Exists:
    is_of_pairing = col(Contact.pairing_id) == col(Pairing.id)
    return sa.exists().where(is_of_pairing, _is_contact(), col(Contact.contact_on) >= day)


def _raised(rule: AlertRule, *, after: date = date.min, open_: bool = False) -> sa.Exists:
    raised = sa.exists().where(
        col(Alert.rule) == rule, col(Alert.about_id) == Pairing.id, col(Alert.due_on) > after
    )
    return raised.where(col(Alert.settled_at).is_(None)) if open_ else raised


def _learnt_in_time(
    learnt_at: Any,  # noqa: ANN401  (a column)
    due_on: sa.ColumnElement[Any],
    window: DueWindow,
) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of being due now, and not long past when it was recorded."""
    learnt_on = sa.cast(learnt_at, sa.Date)
    return (
        due_on < window.tomorrow,
        due_on >= learnt_on - LONG_PAST.days,
        (learnt_at <= window.learnt_before),
    )


def _taken(due: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that the mentor's place was taken or proposed again."""
    mentor = sa.text(
        "EXISTS (SELECT FROM mentor WHERE mentor.id = due.mentor_id AND mentor.capacity <="
        " mentor.mentees + (SELECT count(*) FROM pairing WHERE pairing.mentor_id = mentor.id"
        " AND pairing.state = 'proposed'))"
    )
    return due.c.mentor_id.is_not(None) & mentor
