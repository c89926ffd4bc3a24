"""What falls due, and when. A clock raises each once, whenever it looks.

What was long past when we learnt of it is nobody's matter any more: a history that is loaded raises
nothing. What fell due while the clock stood still is raised when it goes again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts import (
    AnswerDue,
    Event,
    FirstInterviewLate,
    MenteeWaiting,
    OutcomeAsked,
    PairingLate,
)
from contracts.bounds import days_after, months_after
from contracts.moments import moment
from contracts.words import Side
from matching.domain.tables import CheckIn, Due, DueRule, Mentee, Pairing, PairingPause

PROMISED_DAYS = 20
"""Within so many days of admission a mentor is promised."""
FIRST_INTERVIEW_DAYS = 15
"""Within so many days of its beginning a pair meets."""
REMINDER_DAYS = 2
"""So many days before a proposal expires, those who have not answered are reminded."""
LONGEST_SILENCE = 12
"""Months; whoever is silent for longer was raised twelve times."""
OUTCOME_MONTHS = (3, 6, 12)
"""So many months after a pair ended it is asked what the mentee found, until somebody tells."""
LONG_PAST = timedelta(days=60)


class Raised(NamedTuple):
    """Something that falls due, and the fact that tells it, if anybody but us is to hear of it."""

    due: Due
    told: Event | None


class Signs(NamedTuple):
    """A pair's last sign of life: its beginning, its first interview or a contact."""

    last_on: date
    learnt_at: datetime


def months_due(
    since: date, pauses: Iterable[PairingPause], *, today: date
) -> Iterator[tuple[int, date]]:
    """Each day, up to today, on which another month since a day is over, with its number.

    Counted from that day itself: after the 31 January come 28 February and 31 March. Days of a
    pause do not count.
    """
    spans = sorted((pause.from_on, pause.until_on or date.max) for pause in pauses)
    for month in range(1, LONGEST_SILENCE + 1):
        due_on = after_pauses(months_after(since, month), spans, since=since)
        if due_on is None or due_on > today:
            return
        yield month, due_on


def after_pauses(day: date, spans: Iterable[tuple[date, date]], *, since: date) -> date | None:
    """When a day comes for a clock that stands still in these spans; never in one that lasts.

    The spans are in their order and share no day; the clock runs from the end of `since` on.
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
    pairing: Pairing, signs: Signs, pauses: Iterable[PairingPause], *, today: date, department: str
) -> Iterator[Raised]:
    """Each month that a pair has been silent for."""
    for month, due_on in months_due(signs.last_on, pauses, today=today):
        if not is_long_past(due_on, signs.learnt_at):
            told = PairingLate(
                **pairing.ids,
                month=month,
                last_sign_on=signs.last_on,
                due_on=due_on,
                occurred_at=moment(due_on, department),
            )
            yield Raised(_of(pairing, DueRule.PAIRING_LATE, due_on), told)


def first_interview_late(
    pairing: Pairing, pauses: Iterable[PairingPause], *, today: date, department: str
) -> Iterator[Raised]:
    """The days are over within which the pair was to meet."""
    begun = pairing.starts_on
    assert begun is not None  # noqa: S101  (a running pair has begun)
    spans = sorted((pause.from_on, pause.until_on or date.max) for pause in pauses)
    due_on = after_pauses(days_after(begun, FIRST_INTERVIEW_DAYS), spans, since=begun)
    if due_on is None or due_on >= today or is_long_past(due_on, pairing.learnt_at):
        return
    told = FirstInterviewLate(
        **pairing.ids,
        due_on=due_on,
        occurred_at=moment(due_on, department),
    )
    yield Raised(_of(pairing, DueRule.FIRST_INTERVIEW_LATE, due_on), told)


def outcome_asked(pairing: Pairing, *, today: date, department: str) -> Iterator[Raised]:
    """Nobody has told what the mentee found since the pair began."""
    ended = pairing.ended_on
    assert ended is not None  # noqa: S101  (an ended pair has)
    for months in OUTCOME_MONTHS:
        due_on = months_after(ended, months)
        if due_on <= today and not is_long_past(due_on, pairing.learnt_at):
            told = OutcomeAsked(
                **pairing.ids,
                months=months,
                due_on=due_on,
                occurred_at=moment(due_on, department),
            )
            yield Raised(_of(pairing, DueRule.OUTCOME_ASKED, due_on), told)


def answer_due(pairing: Pairing, *, today: date) -> Iterator[Raised]:
    """The answer of one side or both is due in a few days, and still due."""
    answer_by = pairing.answer_by
    assert answer_by is not None  # noqa: S101  (asked of what has one)
    remind_on = days_after(answer_by, -REMINDER_DAYS)
    if not remind_on <= today <= answer_by:
        return
    answered = {
        Side.MENTEE: pairing.mentee_accepted_on,
        Side.MENTOR: pairing.mentor_accepted_on,
    }
    told = AnswerDue(
        **pairing.ids,
        missing=tuple(side for side, day in answered.items() if day is None),
        answer_by=answer_by,
    )
    yield Raised(_of(pairing, DueRule.ANSWER_DUE, remind_on), told)


def mentee_waiting(mentee: Mentee, *, today: date) -> Iterator[Raised]:
    """The promised days are over, and there is no mentor."""
    admitted = mentee.decided_on
    assert admitted is not None  # noqa: S101  (who is admitted was decided on)
    due_on = days_after(admitted, PROMISED_DAYS)
    if due_on >= today or is_long_past(due_on, mentee.learnt_at):
        return
    due = Due(rule=DueRule.MENTEE_WAITING, about_id=mentee.id, mentee_id=mentee.id, due_on=due_on)
    told = MenteeWaiting(
        mentee_id=mentee.id,
        days=PROMISED_DAYS,
        due_on=due_on,
        occurred_at=moment(due_on, mentee.department),
    )
    yield Raised(due, told)


def coverage_ended(pairing: Pairing, *, covered_until: date) -> Iterator[Raised]:
    """The mentor's organisation is covered no more, and the pair goes on: it is not cut."""
    due_on = days_after(covered_until, 1)
    if not is_long_past(due_on, pairing.learnt_at):
        yield Raised(_of(pairing, DueRule.COVERAGE_ENDED, due_on), None)


def low_rating(said: CheckIn, pairing: Pairing) -> Due:
    """One of the pair says that it goes badly."""
    return _of(pairing, DueRule.LOW_RATING, said.held_on, about=said.id)


def place_freed(pairing: Pairing, *, on: date) -> Due:
    """The mentor has a place again, and somebody waits for one."""
    return _of(pairing, DueRule.PLACE_FREED, on)


def is_long_past(due_on: date, learnt_at: datetime) -> bool:
    """Whether it was over for long already when we learnt of what makes it due."""
    return due_on < learnt_at.date() - LONG_PAST


def _of(pairing: Pairing, rule: DueRule, due_on: date, *, about: UUID | None = None) -> Due:
    return Due(
        rule=rule,
        about_id=about or pairing.id,
        due_on=due_on,
        **pairing.ids,
    )
