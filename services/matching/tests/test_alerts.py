"""When something falls due, by the rules alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.alerts import (
    LONGEST_SILENCE,
    LastContact,
    after_pauses,
    mentee_waiting,
    months_due,
    pairing_late,
)
from matching.domain.tables import Mentee, Pairing, PairingPause

A_DAY = timedelta(days=1)
DAYS = st.dates(date(2006, 1, 1), date(2100, 1, 1))
SINCE = date(2026, 1, 31)


def pause(first: date, last: date | None = None) -> PairingPause:
    return PairingPause(pairing_id=uuid4(), from_on=first, until_on=last)


@given(since=DAYS, passed=st.integers(0, 360))
def test_a_month_is_due_when_it_is_over_and_not_before(since: date, passed: int) -> None:
    today = since + passed * A_DAY

    due = [day for _, day in months_due(since, [], today=today)]

    assert due == sorted(set(due))
    assert all(since < day <= today for day in due)
    assert since + relativedelta(months=len(due) + 1) > today


def test_months_are_counted_from_the_sign_and_not_from_the_month_before() -> None:
    due = months_due(SINCE, [], today=date(2026, 5, 30))

    assert list(due) == [(1, date(2026, 2, 28)), (2, date(2026, 3, 31)), (3, date(2026, 4, 30))]


def test_after_a_year_of_silence_nothing_more_falls_due() -> None:
    assert len(list(months_due(SINCE, [], today=date(2030, 1, 1)))) == LONGEST_SILENCE


def test_a_pause_stops_the_clock_and_one_that_lasts_stops_it_for_good() -> None:
    ten_days = pause(date(2026, 2, 10), date(2026, 2, 19))
    lasting = pause(date(2026, 4, 1))

    due = months_due(SINCE, [lasting, ten_days], today=date(2026, 12, 31))

    assert list(due) == [(1, date(2026, 3, 10))]


spans = st.lists(
    st.tuples(st.integers(-20, 400), st.integers(0, 40)), max_size=4, unique_by=lambda s: s[0]
)


@given(spans=spans, days=st.integers(1, 365))
def test_a_clock_with_pauses_counts_the_days_between_them(
    spans: list[tuple[int, int]], days: int
) -> None:
    apart, last = list[tuple[date, date]](), SINCE - 100 * A_DAY
    for begins, length in sorted(spans):
        first = max(SINCE + begins * A_DAY, last + A_DAY)
        last = first + length * A_DAY
        apart.append((first, last))

    due = after_pauses(SINCE + days * A_DAY, apart, since=SINCE)

    day, counted = SINCE, 0
    while counted < days:
        day += A_DAY
        counted += not any(first <= day <= last for first, last in apart)
    assert due == day


def test_what_was_long_past_when_we_learnt_of_it_falls_due_no_more() -> None:
    learnt_at = datetime(2026, 11, 20, tzinfo=UTC)
    pair = Pairing(mentee_id=uuid4(), mentor_id=uuid4(), proposed_on=SINCE, learnt_at=learnt_at)
    signs = LastContact(date(2026, 7, 25), learnt_at)

    raised = list(pairing_late(pair, signs, [], today=date(2027, 2, 1), department="75"))

    assert [each.event.month for each in raised] == [2, 3, 4, 5, 6]  # type: ignore[attr-defined]


def test_the_promise_of_a_mentor_is_broken_on_the_day_after_its_last() -> None:
    mentee = Mentee(
        reference="F1",
        given_name="Amina",
        family_name="Diallo",
        department="93",
        priority_neighbourhood="in",
        applied_on=date(2026, 9, 1),
        decided_on=date(2026, 9, 1),
        learnt_at=datetime(2026, 9, 1, tzinfo=UTC),
    )

    assert not list(mentee_waiting(mentee, today=date(2026, 9, 21)))
    [raised] = mentee_waiting(mentee, today=date(2026, 9, 22))
    assert raised.alert.due_on == date(2026, 9, 21)
