"""The rules by which alerts are raised. Each alert is raised once, however often they run.

A cause that was long past when it was recorded is ignored, so that loading old data raises nothing.
A date that passed while the worker was down is raised when it is up again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from backbone.alerts.tables import NewAlert, is_long_past
from contracts import (
    AnswerDue,
    FirstInterviewLate,
    MenteeWaiting,
    OutcomeAsked,
    PairingLate,
)
from contracts.bounds import days_after, months_after
from contracts.enums import Side
from contracts.local_time import noon_in
from matching.domain.tables import Alert, AlertRule, CheckIn, Mentee, Pairing, PairingPause

PROMISED_DAYS = 20
"""Days from the admission within which a mentor is promised."""
FIRST_INTERVIEW_DAYS = 15
"""Days from its beginning within which a pair meets."""
REMINDER_DAYS = 2
"""Days before a proposal expires on which missing answers are reminded of."""
LONGEST_SILENCE = 12
"""Months of silence after which a pair, having been raised twelve times, is not raised again."""
OUTCOME_MONTHS = (3, 6, 12)
"""Months after a pair's end at which its outcome is requested, until one is recorded."""


class LastContact(NamedTuple):
    """A pair's last sign of life: its beginning, its first interview or a contact."""

    last_on: date
    learnt_at: datetime


def months_due(
    since: date, pauses: Iterable[PairingPause], *, today: date
) -> Iterator[tuple[int, date]]:
    """Yield `(n, date)` for each monthly anniversary of `since` up to `today`.

    Each is counted from `since` itself: after 31 January come 28 February and 31 March. Days of a
    pause do not count.
    """
    spans = sorted((pause.from_on, pause.until_on or date.max) for pause in pauses)
    for month in range(1, LONGEST_SILENCE + 1):
        due_on = after_pauses(months_after(since, month), spans, since=since)
        if due_on is None or due_on > today:
            return
        yield month, due_on


def after_pauses(day: date, spans: Iterable[tuple[date, date]], *, since: date) -> date | None:
    """Return `day` postponed by the length of the pauses after `since`; `None` in an open pause.

    The spans are sorted and share no day.
    """
    for first, last in spans:
        begins = max(first, days_after(since, 1))
        if last < begins:
            continue
        if begins > day:
            break
        if last == date.max:
            return None
        day = days_after(day, (last - begins).days + 1)
    return day


def pairing_late(
    pairing: Pairing,
    signs: LastContact,
    pauses: Iterable[PairingPause],
    *,
    today: date,
    department: str,
) -> Iterator[NewAlert]:
    """Yield an alert for each month that a pair has been silent."""
    for month, due_on in months_due(signs.last_on, pauses, today=today):
        if not is_long_past(due_on, signs.learnt_at):
            event = PairingLate(
                **pairing.ids,
                month=month,
                last_sign_on=signs.last_on,
                due_on=due_on,
                occurred_at=noon_in(due_on, department),
            )
            yield NewAlert(_of(pairing, AlertRule.PAIRING_LATE, due_on), event)


def first_interview_late(
    pairing: Pairing, pauses: Iterable[PairingPause], *, today: date, department: str
) -> Iterator[NewAlert]:
    """Yield an alert if the days within which the pair was to meet are over."""
    begun = pairing.starts_on
    assert begun is not None  # a running pair has begun
    spans = sorted((pause.from_on, pause.until_on or date.max) for pause in pauses)
    due_on = after_pauses(days_after(begun, FIRST_INTERVIEW_DAYS), spans, since=begun)
    if due_on is None or due_on >= today or is_long_past(due_on, pairing.learnt_at):
        return
    event = FirstInterviewLate(
        **pairing.ids,
        due_on=due_on,
        occurred_at=noon_in(due_on, department),
    )
    yield NewAlert(_of(pairing, AlertRule.FIRST_INTERVIEW_LATE, due_on), event)


def outcome_asked(pairing: Pairing, *, today: date, department: str) -> Iterator[NewAlert]:
    """Yield a request for each of `OUTCOME_MONTHS` since the pair's end that is due."""
    ended = pairing.ended_on
    assert ended is not None  # an ended pair has
    for months in OUTCOME_MONTHS:
        due_on = months_after(ended, months)
        if due_on <= today and not is_long_past(due_on, pairing.learnt_at):
            event = OutcomeAsked(
                **pairing.ids,
                months=months,
                due_on=due_on,
                occurred_at=noon_in(due_on, department),
            )
            yield NewAlert(_of(pairing, AlertRule.OUTCOME_ASKED, due_on), event)


def answer_due(pairing: Pairing, *, today: date) -> Iterator[NewAlert]:
    """Yield a reminder if an answer is due within `REMINDER_DAYS`."""
    answer_by = pairing.answer_by
    assert answer_by is not None  # asked of what has one
    remind_on = days_after(answer_by, -REMINDER_DAYS)
    if not remind_on <= today <= answer_by:
        return
    answered = {
        Side.MENTEE: pairing.mentee_accepted_on,
        Side.MENTOR: pairing.mentor_accepted_on,
    }
    event = AnswerDue(
        **pairing.ids,
        missing=tuple(side for side, day in answered.items() if day is None),
        answer_by=answer_by,
    )
    yield NewAlert(_of(pairing, AlertRule.ANSWER_DUE, remind_on), event)


def mentee_waiting(mentee: Mentee, *, today: date) -> Iterator[NewAlert]:
    """Yield an alert if the promised days are over without a mentor."""
    admitted = mentee.decided_on
    assert admitted is not None  # who is admitted was decided on
    due_on = days_after(admitted, PROMISED_DAYS)
    if due_on >= today or is_long_past(due_on, mentee.learnt_at):
        return
    alert = Alert(
        rule=AlertRule.MENTEE_WAITING, about_id=mentee.id, mentee_id=mentee.id, due_on=due_on
    )
    event = MenteeWaiting(
        mentee_id=mentee.id,
        days=PROMISED_DAYS,
        due_on=due_on,
        occurred_at=noon_in(due_on, mentee.department),
    )
    yield NewAlert(alert, event)


def coverage_ended(pairing: Pairing, *, covered_until: date) -> Iterator[NewAlert]:
    """Yield an alert if the mentor's organisation lost its coverage; the pair itself goes on."""
    due_on = days_after(covered_until, 1)
    if not is_long_past(due_on, pairing.learnt_at):
        yield NewAlert(_of(pairing, AlertRule.COVERAGE_ENDED, due_on), None)


def low_rating(check_in: CheckIn, pairing: Pairing) -> Alert:
    """Return the alert about a low rating in a check-in."""
    return _of(pairing, AlertRule.LOW_RATING, check_in.held_on, about=check_in.id)


def place_freed(pairing: Pairing, *, on: date) -> Alert:
    """Return the alert that a mentor has a free place while a mentee waits."""
    return _of(pairing, AlertRule.PLACE_FREED, on)


def _of(pairing: Pairing, rule: AlertRule, due_on: date, *, about: UUID | None = None) -> Alert:
    return Alert(
        rule=rule,
        about_id=about or pairing.id,
        due_on=due_on,
        **pairing.ids,
    )
