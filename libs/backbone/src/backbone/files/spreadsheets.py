"""Rows as spreadsheets take them: CSV in the reader's manner, or XLSX; no cell is ever run."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from xlsxwriter import Workbook

from backbone.files.formulas import escape_formula

Language: TypeAlias = Literal["fr", "en"]

BOM = "\ufeff".encode()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def delimiter(lang: Language) -> str:
    """Return the delimiter of CSV: French numbers have commas, hence semicolons."""
    return ";" if lang == "fr" else ","


def write_csv(rows: Iterable[Sequence[Any]], lang: Language) -> str:
    """Rows as lines of CSV."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter(lang))
    writer.writerows([_cell(value, lang) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any, lang: Language) -> Any:  # noqa: ANN401  (whatever a row holds)
    if isinstance(value, str):
        return escape_formula(value)
    if isinstance(value, float | Decimal) and lang == "fr":
        return str(value).replace(".", ",")
    return value


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str) -> bytes:
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


class FileFormat(StrEnum):
    """As what rows are asked for."""

    CSV = "csv"
    XLSX = "xlsx"
