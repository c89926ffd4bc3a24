"""Sheets of any file format: a header, the rows under it, and their limits.

The child process of `files.reading` starts with it: it needs little of the standard library.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from backbone.files.formulas import unescape_formula

MAX_CELL = 131_072  # characters; a spreadsheet has 32,767
MAX_ROW = 4 << 20  # characters of a line of text
MAX_TEXT = 128 << 20  # characters of all rows: a workbook can repeat one text in each cell
MAX_COLUMNS = 1_000
MAX_ROWS = 1_048_576  # as many as a spreadsheet has
MAX_UNPACKED = 256 << 20  # bytes of a workbook
MAX_MEMORY = 512 << 20  # bytes of address space
MAX_PROCESSOR_TIME = 60  # seconds
MAX_TIME = 300  # seconds from the start of the child to its end

ROWS_OF_A_BLOCK = 500
TEXT_OF_A_BLOCK = 1 << 18  # characters
NEVER = -1
# What spreadsheets show where they cannot work a cell out, in any language, or have no room for it.
ERROR_VALUE = re.compile(r"#N/A|#GETTING_DATA|#[A-ZÀ-Ý][A-ZÀ-Ý/0]*[!?]|#{3,}")

Cells: TypeAlias = list[str]
Numbered: TypeAlias = tuple[int, Cells]
Faulty: TypeAlias = Numbered | tuple[int, Cells, str] | tuple[int, Cells, str, str]
"""A row; if it is wrong, with the reason, and with the column if it is one cell."""


class Unreadable(Exception):
    """A file that cannot be read as a whole; the message is a sentence for its sender."""


def header_of(rows: Iterator[Numbered]) -> list[str]:
    """Take the first row that is not blank off the rows, and return the names in it.

    Raises `Unreadable` for a name that stands twice and for too many columns.
    """
    for _, cells in rows:
        names = _without_blank_end([" ".join(name.split()) for name in cells])
        if names:
            _check_names(names)
            return names
    return []


def _without_blank_end(cells: Cells) -> Cells:
    length = len(cells)
    while length and not cells[length - 1].strip():
        length -= 1
    return cells[:length]


def _check_names(names: Sequence[str]) -> None:
    if len(names) > MAX_COLUMNS:
        raise Unreadable(
            f"The header has {len(names):,} columns, and {MAX_COLUMNS:,} are the most."
            " Remove those that are not needed."
        )
    met = set[str]()
    for name in filter(None, names):
        if name.casefold() in met:
            raise Unreadable(
                f"The column “{name[:80]}” stands twice in the header."
                " Remove or rename one of the two."
            )
        met.add(name.casefold())


def blocks_of(header: Sequence[str], rows: Iterator[Numbered]) -> Iterator[list[Faulty]]:
    """Return the rows that hold something, some hundreds at a time, each with what is wrong in it.

    Raises `Unreadable` for values under no name, and beyond the limits.
    """
    block, number, size, total = list[Faulty](), 0, 0, 0
    width = len(header) if all(header) else NEVER
    for row in rows:
        text = "".join(row[1])
        if not text or text.isspace():
            continue
        size += len(text)
        usual = len(row[1]) == width and not ("'" in text or "\r" in text or "#" in text)
        block.append(row if usual else _row(header, *row, text))
        if len(block) == ROWS_OF_A_BLOCK or size > TEXT_OF_A_BLOCK:
            number, total, size = number + len(block), total + size, 0
            _check_size(number, total)
            yield block
            block = []
    _check_size(number + len(block), total + size)
    yield block


def _check_size(number: int, total: int) -> None:
    if number > MAX_ROWS:
        raise Unreadable(f"The file has more than {MAX_ROWS:,} rows. Send it in several files.")
    if total > MAX_TEXT:
        raise Unreadable("The file has too much text. Send it in several files.")


def _row(header: Sequence[str], line: int, cells: Cells, text: str) -> Faulty:
    if "'" in text or "\r" in text:
        cells = [_plain(cell) for cell in cells]
    if len(cells) > len(header):
        if len(filled := _without_blank_end(cells)) > len(header):
            return line, cells[: len(header)], _surplus(len(filled), len(header))
        cells = cells[: len(header)]
    if not all(header):
        _check_unnamed(header, line, cells)
    if "#" in text:
        for name, cell in zip(header, cells, strict=False):
            if ERROR_VALUE.fullmatch(cell.strip()):
                return line, cells, _error(cell.strip()), name
    return line, cells


def _surplus(number: int, columns: int) -> str:
    return (
        f"It has {number} cells, the header {columns}. Remove what is too much,"
        " or put a cell that holds a separator between quotes."
    )


def _error(value: str) -> str:
    return f"It holds the spreadsheet's error {value}. Correct the formula, or write the value."


def _check_unnamed(header: Sequence[str], line: int, cells: Cells) -> None:
    for place, (name, cell) in enumerate(zip(header, cells, strict=False), start=1):
        if not name and cell.strip():
            raise Unreadable(
                f"Column {place} has a value on line {line} and no name in the header."
                " Name the column, or remove it."
            )


def _plain(cell: str) -> str:
    """Return a cell as it was before `escape_formula`, its line breaks as line feeds."""
    return unescape_formula(cell).replace("\r\n", "\n").replace("\r", "\n")
