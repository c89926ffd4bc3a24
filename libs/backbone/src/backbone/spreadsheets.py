"""Rows as spreadsheets take them: CSV in the reader's manner, or XLSX; no cell is ever run."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter import Workbook

Language: TypeAlias = Literal["fr", "en"]

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff".encode()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Unreadable(Exception):  # noqa: N818
    """It is no workbook."""


def delimiter(lang: Language) -> str:
    """A French spreadsheet has semicolons between columns, for its numbers have commas."""
    return ";" if lang == "fr" else ","


def lines(rows: Iterable[Sequence[Any]], lang: Language) -> str:
    """Rows as lines of CSV."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter(lang))
    writer.writerows([_cell(value, lang) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any, lang: Language) -> Any:  # noqa: ANN401  (whatever a row holds)
    if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS):
        return f"'{value}"
    if isinstance(value, float | Decimal) and lang == "fr":
        return str(value).replace(".", ",")
    return value


def unguarded(cell: str) -> str:
    """A text as it was before it was written so that no spreadsheet runs it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RUN_BY_SPREADSHEETS) else cell


def guarded(column: str) -> str:
    """SQL for a text that no spreadsheet runs: `_cell`, where PostgreSQL writes the lines."""
    codes = ", ".join(str(ord(sign)) for sign in RUN_BY_SPREADSHEETS)
    said = f"CAST({column} AS text)"
    return f"CASE WHEN ascii({said}) IN ({codes}) THEN '''' || {said} ELSE {said} END"


def workbook(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str) -> bytes:
    """Rows as a workbook of one sheet, with a header that stays; days are days, numbers numbers."""
    content = io.BytesIO()
    with Workbook(content, {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet(name[:31])
        head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        at = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(columns) - 1, 18)
        sheet.write_row(0, 0, columns, head)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                match value:
                    case None:
                        pass
                    case bool():
                        sheet.write_string(number, place, "yes" if value else "no")
                    case int() | float() | Decimal():
                        sheet.write_number(number, place, value)
                    case datetime():
                        sheet.write_datetime(number, place, value, at)
                    case date():
                        sheet.write_datetime(number, place, value, day)
                    case _:
                        sheet.write_string(number, place, str(value))
    return content.getvalue()


def cells_of(content: bytes) -> Iterator[list[str]]:
    """The rows of a workbook's first sheet, each cell as it would stand in a CSV.

    Raises `Unreadable` for what is no workbook.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.iter_rows()
    except (CalamineError, OSError) as wrong:
        raise Unreadable(str(wrong)) from wrong
    for row in rows:
        yield [_written(value) for value in row]


def _written(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return str(value.date())
    return str(value)


class Kind(StrEnum):
    """As what rows are asked for."""

    CSV = "csv"
    XLSX = "xlsx"
