from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.messages import Patience
from notifications.domain.silence import months_due, reminder

A_DAY = timedelta(days=1)
DAYS = st.dates(date(2006, 1, 1), date(2100, 1, 1))


@given(last_sign_on=DAYS, passed=st.integers(0, 4_000))
def test_a_month_is_due_when_it_is_over_and_not_before(last_sign_on: date, passed: int) -> None:
    today = last_sign_on + passed * A_DAY

    due = list(months_due(last_sign_on, today))

    assert due == sorted(set(due))
    assert all(last_sign_on < day <= today for day in due)
    assert last_sign_on + relativedelta(months=len(due) + 1) > today


@given(last_sign_on=DAYS, passed=st.integers(0, 4_000))
def test_each_month_has_one_day_on_which_it_is_due(last_sign_on: date, passed: int) -> None:
    due = list(months_due(last_sign_on, last_sign_on + passed * A_DAY))

    months = [(day.year - last_sign_on.year) * 12 + day.month - last_sign_on.month for day in due]
    assert months == list(range(1, len(due) + 1))
    for day in due:
        is_last_of_month = (day + A_DAY).day == 1
        assert day.day == last_sign_on.day or (is_last_of_month and day.day < last_sign_on.day)


def test_months_are_counted_from_the_sign_and_not_from_the_last_reminder() -> None:
    due = months_due(date(2026, 1, 31), date(2026, 5, 30))

    assert list(due) == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def a_reminder(last_sign_on: date, now: datetime, **said: Any) -> date | None:
    a_day = timedelta(days=1)
    patience = Patience(60 * a_day, a_day, a_day, a_day, 3, a_day, a_day)
    known: dict[str, Any] = {"department": "75", "months": 12, "patience": patience} | said
    plan = reminder(
        pairing_id=uuid4(),
        mentor_id=uuid4(),
        mentee_id=uuid4(),
        last_sign_on=last_sign_on,
        now=now,
        **known,
    )
    return plan and plan.due_on


def test_the_mentor_is_reminded_of_the_latest_month_only() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert a_reminder(date(2026, 10, 21), now) is None
    assert a_reminder(date(2026, 10, 20), now) == date(2026, 11, 20)
    assert a_reminder(date(2026, 7, 3), now) == date(2026, 11, 3)


def test_a_year_of_silence_is_no_matter_for_a_mail() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    assert a_reminder(date(2025, 11, 20), now) == date(2026, 11, 20)
    assert a_reminder(date(2025, 10, 20), now) is None


def test_nobody_is_reminded_of_what_is_long_past() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    ten_days = Patience(*[timedelta(days=10)] * 4, 3, *[timedelta(days=10)] * 2)

    assert a_reminder(date(2026, 10, 11), now, patience=ten_days) == date(2026, 11, 11)
    assert a_reminder(date(2026, 10, 9), now, patience=ten_days) is None


@pytest.mark.parametrize(
    ("department", "reminded"), [("75", False), ("974", True), ("971", False), ("976", True)]
)
def test_a_day_is_the_day_where_the_mentor_lives(department: str, *, reminded: bool) -> None:
    late_in_paris = datetime(2026, 11, 19, 21, 30, tzinfo=UTC)

    due = a_reminder(date(2026, 10, 20), late_in_paris, department=department)

    assert (due == date(2026, 11, 20)) is reminded
