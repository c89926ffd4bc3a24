"""The cells of files follow the same rules as the bodies of requests."""

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis.strategies import dates as days
from hypothesis.strategies import integers, sampled_from, text, times
from pydantic import BeforeValidator, Field, ValidationError

from backbone.files.fields import (
    MONTHS,
    Day,
    DayIfAny,
    Text,
    blank,
    read_cents,
    read_day,
    read_moment,
    read_whole,
    read_yes,
    sentence_of,
)
from backbone.files.spreadsheets import Language, write_csv
from backbone.imports.registry import Row
from contracts.addresses import EmailAddress
from contracts.bounds import FIRST_DAY, LAST_DAY


class NoteRow(Row):
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: Text
    on: Day
    until: DayIfAny = None
    note: str = ""


def faults(**cells: str) -> list[tuple[str, str]]:
    try:
        NoteRow.model_validate({"name": "Jo", "on": "2014-01-06"} | cells)
    except ValidationError as wrong:
        return [(str(fault["loc"][0]), fault["msg"]) for fault in wrong.errors()]
    return []


@pytest.mark.parametrize("written", ["0001-01-01", "31/12/1899", "01/01/2101", "9999-12-31"])
@pytest.mark.parametrize("column", ["on", "until"])
def test_a_day_out_of_bounds_is_blamed_on_its_column(column: str, written: str) -> None:
    [(blamed, reason)] = faults(**{column: written})

    assert blamed == column
    assert reason.endswith("Give a day between 1900-01-01 and 2100-12-31.")


def test_a_name_is_on_one_line_and_a_note_may_have_several() -> None:
    assert faults(name="Jean\nLuc", note="one\ntwo") == [
        ("name", "This must be on one line. Remove the line breaks.")
    ]


@pytest.mark.parametrize("column", ["name", "note"])
def test_what_is_no_text_is_blamed_on_its_column(column: str) -> None:
    [(blamed, reason)] = faults(**{column: "Jo\x0bPetit"})

    assert (blamed, reason) == (
        column,
        "The character U+000B cannot stand in a text. Remove it.",
    )


NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-01",
        "2024-3-1",
        "2024/03/01",
        "20240301",
        "01/03/2024",
        "1/3/2024",
        "01.03.2024",
        "01-03-2024",
        "01 / 03 / 2024",
        "1er mars 2024",
        "1 mars 2024",
        "1 MARS 2024",
        f"1er{NBSP}mars{NARROW}2024",
        "1 March 2024",
        "1st March 2024",
        "2024-03-01 00:00:00",
        "2024-03-01T00:00:00",
    ],
)
def test_a_day_is_read_as_people_write_it(written: str) -> None:
    assert read_day(written) == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("3 févr. 2024", date(2024, 2, 3)),
        ("3 fevrier 2024", date(2024, 2, 3)),
        ("12 AOÛT 2023", date(2023, 8, 12)),
        ("15 sept. 2024", date(2024, 9, 15)),
        ("25 déc. 2024", date(2024, 12, 25)),
        ("14 juil. 2024", date(2024, 7, 14)),
    ],
)
def test_months_may_be_short(written: str, day: date) -> None:
    assert read_day(written) == day


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1/3/24", "24 may be 1924 or 2024"),
        ("1 mars 24", "24 may be 1924 or 2024"),
        ("03/25/2024", "There is no such day. The day stands before the month"),
        ("30/02/2024", "There is no such day."),
        ("2024-02-30", "There is no such day."),
        ("3 jui 2024", "There is no such day."),
        ("45352", "The spreadsheet stored this day as a number"),
        ("2024-03-01 09:30", "A time stands next to the day: leave it out."),
        ("demain", "This is not a day. Write it as 2024-03-01, 01/03/2024 or 1er mars 2024."),
        ("", "This is not a day."),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_write(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_day(written)


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("9h30", time(9, 30)),
        ("9 h 30", time(9, 30)),
        (f"9{NBSP}h{NARROW}30", time(9, 30)),
        ("9H30", time(9, 30)),
        ("09:30", time(9, 30)),
        ("9:30", time(9, 30)),
        ("09:30:00", time(9, 30)),
        ("11h", time(11)),
        ("11 heures", time(11)),
        ("0h05", time(0, 5)),
    ],
)
def test_a_time_is_read_as_people_write_it(written: str, clock: time) -> None:
    assert read_moment(written) == (None, clock)


@pytest.mark.parametrize(
    "written",
    ["2024-03-01 09:30", "01/03/2024 9h30", "2024-03-01T09:30:00", "1er mars 2024 à 9h30"],
)
def test_a_day_may_stand_before_a_time(written: str) -> None:
    assert read_moment(written) == (date(2024, 3, 1), time(9, 30))


@pytest.mark.parametrize("written", ["25h", "9h60", "9h5", "9.30", "930", "matin", ""])
def test_what_is_no_time_is_refused_in_plain_words(written: str) -> None:
    with pytest.raises(ValueError, match=r"^(This is not a|There is no such) time of day"):
        read_moment(written)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("1 234,56 €", 123_456),
        (f"1{NARROW}234,56{NBSP}€", 123_456),
        ("1 234,56", 123_456),
        ("1.234,56", 123_456),
        ("1,234.56", 123_456),
        ("1'234.56", 123_456),
        ("57.70", 5_770),
        ("57,7", 5_770),
        ("57", 5_700),
        ("1.234.567", 123_456_700),
        ("5000", 500_000),
        ("5000 EUR", 500_000),
        ("€ 5000", 500_000),
        ("12 euros", 1_200),
        ("-12,50", -1_250),
        ("\N{MINUS SIGN}12,50", -1_250),
        ("59.970000000000006", 5_997),
        ("57.699999999999996", 5_770),
        ("0.30000000000000004", 30),
    ],
)
def test_an_amount_is_read_as_people_and_spreadsheets_write_it(written: str, cents: int) -> None:
    assert read_cents(written) == cents


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1,234", "1,234 may be 1234 or a little more than 1. Write it as 1234 or with two"),
        ("57.705", "57.705 may be 57705 or a little more than 57."),
        ("0,123", "An amount in euros has two decimals at most."),
        ("1 234,567", "An amount in euros has two decimals at most."),
        ("57.7049", "An amount in euros has two decimals at most."),
        ("12 34", "This is not a number."),
        ("1,23,456", "This is not a number."),
        ("1e5", "This is not a number."),
        ("beaucoup", "This is not a number. Write it as 1234 or 1234,50."),
        ("", "This is not a number."),
    ],
)
def test_an_amount_that_may_mean_two_is_refused(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_cents(written)


@pytest.mark.parametrize(
    ("written", "number"), [("12", 12), ("12.0", 12), ("12,00", 12), (f"1{NBSP}000", 1_000)]
)
def test_a_whole_number_may_have_spaces_and_zeros_behind(written: str, number: int) -> None:
    assert read_whole(written) == number


def test_a_number_with_decimals_is_not_whole() -> None:
    with pytest.raises(ValueError, match="This is not a whole number"):
        read_whole("12,5")


@pytest.mark.parametrize("written", ["oui", "Oui ", "yes", "x", "X", "1", "VRAI", "true", "o"])
def test_yes_is_said_in_many_ways(written: str) -> None:
    assert read_yes(written) is True


@pytest.mark.parametrize("written", ["non", "NO", "0", "faux", "False", "n"])
def test_so_is_no(written: str) -> None:
    assert read_yes(written) is False


@given(days(FIRST_DAY, LAST_DAY))
def test_each_day_is_read_as_it_is_written(day: date) -> None:
    french = f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    assert {read_day(day.isoformat()), read_day(f"{day:%d/%m/%Y}"), read_day(french)} == {day}


@given(times())
def test_each_time_is_read_as_it_is_written(clock: time) -> None:
    clock = clock.replace(second=0, microsecond=0)

    assert read_moment(f"{clock:%H:%M}") == read_moment(f"{clock:%Hh%M}") == (None, clock)


@given(integers(0, 10**12), sampled_from(["fr", "en"]))
def test_each_amount_is_read_as_it_is_exported(cents: int, lang: Language) -> None:
    """As a CSV has it, and as a workbook, which stores a binary number."""
    euros = Decimal(cents) / 100
    exported = write_csv([[euros.quantize(Decimal("0.01"))]], lang).strip().strip('"')

    assert read_cents(exported) == cents
    assert read_cents(repr(float(euros))) == cents or cents > 10**11  # more digits than it stores


@given(text())
def test_no_cell_is_answered_with_a_message_of_the_machine(written: str) -> None:
    for read in (read_day, read_moment, read_cents, read_whole, read_yes):
        said = reason_of(read, written)
        assert said is None or said.startswith(PLAIN) or " may be " in said


PLAIN = ("This is ", "There is no such ", "The year ", "The spreadsheet ", "A time ", "An amount ")


def reason_of(read: Callable[[object], object], written: str) -> str | None:
    try:
        read(written)
    except ValueError as wrong:
        return str(wrong)
    return None


class StrictRow(Row):
    key: ClassVar[tuple[str, ...]] = ("name",)

    name: Annotated[str, Field(min_length=1, max_length=3)]
    day: Day
    kind: Literal["stand", "money"] = "stand"
    number: Annotated[int, BeforeValidator(read_whole), Field(ge=1, le=5)] = 1
    email: Annotated[EmailAddress | None, BeforeValidator(blank)] = None
    who: UUID | None = None
    weight: float = 1.0
    words: Annotated[list[str], Field(min_length=1, max_length=1)] = Field(default=["a"])


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"name": ""}, "name", "This is empty. Fill it in."),
        ({"name": "Jean"}, "name", "This is longer than 3 characters."),
        ({"day": "bientôt"}, "day", "This is not a day. Write it as"),
        ({"kind": "gift"}, "kind", "Write one of these: stand, money."),
        ({"number": "0"}, "number", "This must be 1 or more."),
        ({"number": "6"}, "number", "This must be 5 or less."),
        ({"number": "x"}, "number", "This is not a number."),
        (
            {"email": "jean"},
            "email",
            "This is not an e-mail address. An email address must have an",
        ),
        ({"email": "jérôme@exemple.fr"}, "email", "Many mail servers take no accents before the @"),
        ({"who": "jean"}, "who", "This is not the id of anybody."),
        ({"weight": "heavy"}, "weight", "This cannot be read as it is written."),
        ({"words": []}, "words", "Give 1 or more."),
        ({"words": ["a", "b"]}, "words", "These are too many: give 1 at most."),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(
    cells: dict[str, Any], column: str, sentence: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        StrictRow.model_validate({"name": "Jo", "day": "2014-01-06"} | cells)
    [fault] = wrong.value.errors()

    assert fault["loc"][0] == column
    assert sentence_of(fault).startswith(sentence)
