"""No text of an export is run by a spreadsheet, and each is read back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis.strategies import text
from sqlalchemy import text as sql
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.formulas import escape_formula, escape_formula_sql, unescape_formula
from backbone.files.spreadsheets import write_csv

RUN = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
INSIDE = [
    "Foo;=1+1",
    "Foo,=1+1",
    "Foo\t@SUM(1)",
    "Foo\n=1+1",
    'Foo;"=1+1"',
    "Foo;-1;+2",
    "'=1",
    "''=1",
    "'",
    "3F, -5 %",
]
SIGNS = text(alphabet="=+-@\t\r\n;,'\"a \uff1d\uff20")


@pytest.mark.parametrize("start", RUN)
def test_a_text_that_begins_as_a_formula_gets_an_apostrophe(start: str) -> None:
    assert escape_formula(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("cell", INSIDE)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_cell_is_a_formula_whatever_delimiter_the_file_is_opened_with(
    cell: str, lang: str, delimiter: str
) -> None:
    written = write_csv([["x", cell, "y"], [cell, "x", "y"]], "fr" if lang == "fr" else "en")

    for row in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
        assert not [found for found in row if found.lstrip('"').startswith(RUN)]


@given(SIGNS)
def test_a_guarded_text_is_read_back_as_it_was(cell: str) -> None:
    assert unescape_formula(escape_formula(cell)) == cell


@pytest.mark.parametrize("cell", [*(f"{start}1" for start in RUN), *INSIDE, "Dupont", ""])
async def test_postgresql_guards_as_python_does(db: AsyncSession, cell: str) -> None:
    row = "(VALUES (CAST(:cell AS text))) AS row (cell)"
    statement = sql(f"SELECT {escape_formula_sql('cell')} FROM {row}")  # noqa: S608  (words of ours)

    assert await (await db.connection()).scalar(statement, {"cell": cell}) == escape_formula(cell)
