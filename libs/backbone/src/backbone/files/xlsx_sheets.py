"""Sheets in workbooks (XLSX), read row by row: what is empty takes no memory.

openpyxl gives what cells hold; numbers, days and times are written here as they would stand in a
CSV.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from backbone.files.sheets import MAX_COLUMNS, MAX_UNPACKED, Cells, Numbered, Unreadable

# What the archive and the parsers raise for what they cannot read.
BROKEN = (
    *(BadZipFile, ParseError, InvalidFileException, RuntimeError),
    *(LookupError, ValueError, TypeError, AttributeError, OverflowError),
)
SECOND = timedelta(seconds=1)


class Workbook(NamedTuple):
    """A workbook: the name of the sheet that is read, and its rows as they are read."""

    name: str
    rows: Iterator[Numbered]


def workbook_of(file: BinaryIO) -> Workbook:
    """Return the first visible sheet that holds something.

    Raises `Unreadable` for what is no workbook, also between rows.
    """
    with _refusing_what_is_broken():
        if sum(part.file_size for part in ZipFile(file).infolist()) > MAX_UNPACKED:
            raise Unreadable("The workbook (XLSX) is too large. Save the sheet as CSV UTF-8.")
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = _rows(sheet) if sheet.sheet_state == "visible" else iter(())
            if first := next(rows, None):
                return Workbook(sheet.title, chain([first], rows))
    raise Unreadable(
        "No visible sheet of the workbook holds anything that can be read."
        " Save it as an ordinary workbook (XLSX), not as “Strict Open XML”, or as CSV UTF-8."
    )


@contextmanager
def _refusing_what_is_broken() -> Iterator[None]:
    try:
        yield
    except BROKEN as wrong:
        raise Unreadable(
            f"The workbook (XLSX) cannot be read: {wrong}."
            " Open it in a spreadsheet and save it as XLSX."
        ) from wrong


def _rows(sheet: Any) -> Iterator[Numbered]:  # noqa: ANN401  (openpyxl has no types)
    """Return the rows of a worksheet that have values, with their numbers."""
    with _refusing_what_is_broken():
        sheet.reset_dimensions()  # some programs state them wrongly
        for line, row in enumerate(sheet.iter_rows(), start=1):
            if cells := _cells(line, row):
                yield line, cells


def _cells(line: int, row: Sequence[Any]) -> Cells:
    last = max((at for at, cell in enumerate(row, start=1) if cell.value is not None), default=0)
    if last > MAX_COLUMNS:
        raise Unreadable(
            f"The workbook is too large: line {line} has a value in column {last:,},"
            f" and {MAX_COLUMNS:,} are the most. Remove it."
        )
    return [WRITTEN.get(type(cell.value), _text)(cell.value) for cell in row[:last]]


def _number(number: float) -> str:
    """Return a number with the 15 digits that spreadsheets have, and without an exponent."""
    return f"{Decimal(f'{number or 0:.15g}'):f}"


def _instant(at: datetime) -> str:
    at = (at + SECOND / 2).replace(microsecond=0)  # days and their parts are stored as a number
    return f"{at:%Y-%m-%d}" if at.time() == time.min else f"{at:%Y-%m-%d} {_clock(at.time())}"


def _clock(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _hours(passed: timedelta) -> str:
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if seconds else f"{hours}:{minutes:02}"


def _text(value: object) -> str:
    return "" if value is None else unescape(str(value))


WRITTEN: Mapping[type, Callable[[Any], str]] = {
    bool: lambda yes: "yes" if yes else "no",
    int: _number,
    float: _number,
    datetime: _instant,
    time: _clock,
    timedelta: _hours,
}
"""How values of each type stand in a CSV; others are texts."""
