"""The cells of files follow the same rules as the bodies of requests."""

from typing import ClassVar

import pytest
from pydantic import ValidationError

from backbone.cells import Day, DayIfAny, Text
from backbone.imports import Row


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
