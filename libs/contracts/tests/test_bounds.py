"""What can be entered, and what becomes of the days that cannot be."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from contracts import CommitmentWithdrawn, Signatory
from contracts.bounds import (
    FIRST_DAY,
    LAST_DAY,
    LAST_INSTANT,
    Day,
    Instant,
    days_after,
    months_after,
    plain_text,
    shown,
    within_bounds,
)

DAY, INSTANT = TypeAdapter(Day), TypeAdapter(Instant)
MANY = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(
    "value",
    [0, 1.5, True, "0", "1390000000", "2026-01-01T10:00:00", datetime(2026, 1, 1, tzinfo=UTC)],
)
def test_a_number_or_a_moment_is_no_day(value: object) -> None:
    with pytest.raises(ValidationError, match=r"This is not a day. Write it as 2026-11-27\."):
        DAY.validate_python(value)


def test_a_day_that_no_month_has_is_refused_in_plain_words() -> None:
    with pytest.raises(ValidationError, match=r"There is no such day\."):
        DAY.validate_python("2026-02-31")


def test_an_instant_without_its_zone_is_refused_with_an_example() -> None:
    with pytest.raises(ValidationError, match=r"Write it as 2026-12-15T18:00:00\+01:00"):
        INSTANT.validate_python("2026-12-15T18:00:00")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "1899-12-31",
            "1899-12-31 is before 1900-01-01. Give a day between 1900-01-01 and 2100-12-31.",
        ),
        (
            date.max,
            "9999-12-31 is after 2100-12-31. Give a day between 1900-01-01 and 2100-12-31.",
        ),
    ],
)
def test_a_day_out_of_bounds_is_refused_with_the_bounds(value: object, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DAY.validate_python(value)

    assert [fault["msg"] for fault in refused.value.errors()] == [message]


@pytest.mark.parametrize("value", [FIRST_DAY, LAST_DAY, "2014-01-06"])
def test_a_day_within_bounds_is_taken(value: object) -> None:
    assert str(DAY.validate_python(value)) == str(value)


@pytest.mark.parametrize("value", [0, 1e9, "0", "1390000000", "2026-01-01T10:00:00", None])
def test_a_number_or_an_hour_without_its_zone_is_no_instant(value: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value)


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_out_of_bounds_is_refused_wherever_it_is_told(value: str) -> None:
    with pytest.raises(ValidationError, match="Give an instant between 1900-01-01 and 2100-12-31"):
        INSTANT.validate_python(value)


@given(st.dates(), MANY)
def test_counting_days_or_months_never_leaves_the_bounds(day: date, many: int) -> None:
    assert FIRST_DAY <= days_after(day, many) <= LAST_DAY
    assert FIRST_DAY <= months_after(day, many) <= LAST_DAY


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2100, 12, 1), 1, LAST_DAY),
    ],
)
def test_months_are_counted_on_the_calendar(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


def test_what_was_published_out_of_bounds_is_still_read() -> None:
    event = CommitmentWithdrawn(
        commitment_id=uuid4(), organisation_id=uuid4(), withdrawn_on=date.max
    )

    assert CommitmentWithdrawn.model_validate_json(event.model_dump_json()) == event
    signatory = Signatory(organisation_id=uuid4(), accedes_on=date.min)
    assert signatory.accedes_on == FIRST_DAY
    assert event.withdrawn_on == LAST_DAY
    assert within_bounds(datetime.max.replace(tzinfo=UTC)) == LAST_INSTANT


@pytest.mark.parametrize("sign", "\0\x07\x0b\r\x1b\x7f\x85\u200e\u2028\u2029\u202e\u2066")
def test_what_is_no_text_is_refused_by_its_number(sign: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(sign):04X} cannot stand in a text"):
        plain_text({"notes": ["fine", f"Salle{sign} A"]})

    assert shown(f"Salle{sign} A") == "Salle A"


def test_a_text_keeps_its_lines_and_its_spelling() -> None:
    text = "Aïcha\u00a0: « œuvre » 🌸\r\nŁódź\tB"

    assert plain_text([text]) == ["Aïcha\u00a0: « œuvre » 🌸\nŁódź B"]
