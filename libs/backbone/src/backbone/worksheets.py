"""Sheets in workbooks (XLSX), read cell by cell: what is empty takes no memory.

The format is ECMA-376, part 1: 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles), 22.4.2.4
(escapes in texts).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from itertools import chain
from posixpath import dirname, join, normpath
from typing import BinaryIO, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring
from zipfile import BadZipFile, ZipFile

from backbone.sheets import MAX_COLUMNS, MAX_UNPACKED, Cells, Numbered, Unreadable

CHUNK = 1 << 16  # bytes
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
OF_DAYS_AND_TIMES = re.compile(r"[dmyhs]", re.IGNORECASE)
DAYS_AND_TIMES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}  # formats without a code
ELAPSED_HOURS = 46
FALSE = {"0", "false"}
# What the archive and the parser raise for what they cannot read.
BROKEN = (BadZipFile, ParseError, LookupError, ValueError, NotImplementedError, RuntimeError)

Link: TypeAlias = tuple[str, str]  # the last word of its kind, and the part it leads to


class Workbook(NamedTuple):
    """A workbook: the name of the sheet that is read, and its rows as they are read."""

    name: str | None
    rows: Iterator[Numbered]


class Format(NamedTuple):
    """What the number in a cell stands for."""

    is_time: bool = False
    is_elapsed: bool = False


def workbook_of(file: BinaryIO) -> Workbook:
    """Return the first visible sheet that holds something.

    Raises `Unreadable` for what is no workbook, also between rows.
    """
    with _refusing_what_is_broken():
        archive = ZipFile(file)
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise Unreadable("The workbook (XLSX) is too large. Save the sheet as CSV UTF-8.")
        for name, rows in _sheets(archive):
            if first := next(rows, None):
                return Workbook(name, chain([first], rows))
    return Workbook(None, iter(()))


@contextmanager
def _refusing_what_is_broken() -> Iterator[None]:
    try:
        yield
    except BROKEN as wrong:
        raise Unreadable(
            f"The workbook (XLSX) cannot be read: {wrong}."
            " Open it in a spreadsheet and save it as XLSX."
        ) from wrong


def _sheets(archive: ZipFile) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """Return the visible sheets, each with its rows."""
    [start] = (part for kind, part in _links(archive, "").values() if kind == "officeDocument")
    links, book = _links(archive, start), _xml(archive, start)
    parts = {kind: part for kind, part in links.values() if kind in {"styles", "sharedStrings"}}
    formats = _formats(_xml(archive, parts["styles"])) if "styles" in parts else []
    texts = _texts(archive, parts["sharedStrings"]) if "sharedStrings" in parts else []
    properties = book.find("{*}workbookPr")
    in_1904 = properties is not None and properties.get("date1904", "0") not in FALSE
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        kind, part = links[next(sheet.attrib[name] for name in sheet.attrib if name[-3:] == "}id")]
        if kind == "worksheet" and sheet.get("state", "visible") == "visible":
            yield sheet.get("name", ""), _rows(archive, part, _Rows(texts, formats, in_1904))


def _xml(archive: ZipFile, part: str) -> Element:
    return fromstring(archive.read(part))  # noqa: S314  (in a process with limits)


def _links(archive: ZipFile, part: str) -> Mapping[str, Link]:
    """Return what a part of the archive refers to, by id; the archive itself, for no part."""
    folder, _, name = part.rpartition("/")
    return {
        link.attrib["Id"]: (
            link.attrib["Type"].rpartition("/")[2],
            normpath(join("/", dirname(part), link.attrib["Target"]))[1:],
        )
        for link in _xml(archive, join(folder, "_rels", f"{name}.rels"))
        if link.get("TargetMode") != "External"
    }


def _formats(styles: Element) -> list[Format]:
    """Return what each style of cells says that a number is."""
    codes = {
        code.attrib["numFmtId"]: _format(code.attrib["formatCode"])
        for code in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    used = (style.get("numFmtId", "0") for style in styles.iterfind("{*}cellXfs/{*}xf"))
    return [codes.get(number) or _built_in(int(number)) for number in used]


def _format(code: str) -> Format:
    first = LITERAL.sub("", code).partition(";")[0]
    return Format(bool(OF_DAYS_AND_TIMES.search(first)), bool(ELAPSED.search(first)))


def _built_in(number: int) -> Format:
    return Format(number in DAYS_AND_TIMES or number == ELAPSED_HOURS, number == ELAPSED_HOURS)


class _Texts:
    """The texts in an XML document, as its parser meets them; pronunciations are left out."""

    def __init__(self) -> None:
        self.texts = list[str]()
        self._parts = list[str]()
        self._within = self._pronounced = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag.rpartition("}")[2]:
            case "t" | "v":
                self._within = not self._pronounced
            case "rPh":
                self._pronounced = True
            case name:
                self.open(name, attributes)

    def data(self, text: str) -> None:
        if self._within:
            self._parts.append(text)

    def end(self, tag: str) -> None:
        match tag.rpartition("}")[2]:
            case "t" | "v":
                self._within = False
            case "rPh":
                self._pronounced = False
            case name:
                self.close_element(name)

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take note of an element that begins."""

    def close_element(self, name: str) -> None:
        """Take note of an element that ends."""
        if name == "si":
            self.texts.append(_unescaped(self._taken()))

    def _taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return text


class _Rows(_Texts):
    """The rows of a worksheet, as its parser meets them."""

    def __init__(self, shared: Sequence[str], formats: Sequence[Format], in_1904: bool) -> None:  # noqa: FBT001
        super().__init__()
        self.shared, self.formats, self.in_1904 = shared, formats, in_1904
        self.rows = list[Numbered]()
        self.line = self.column = 0
        self.type, self.style = "n", 0
        self.cells: Cells = []

    def open(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            self.column = _column(place.rstrip("0123456789")) if place else self.column + 1
            self.type, self.style = attributes.get("t", "n"), int(attributes.get("s", "0"))
        elif name == "row":
            self.line = int(attributes.get("r", self.line + 1))
            self.column, self.cells = 0, []

    def close_element(self, name: str) -> None:
        if name == "c":
            if self._parts:
                self._put(self._value(self._taken()))
        elif name == "row" and self.cells:
            self.rows.append((self.line, self.cells))

    def _put(self, value: str) -> None:
        if self.column > MAX_COLUMNS:
            raise Unreadable(
                f"The workbook is too large: line {self.line} has a value in column"
                f" {self.column:,}, and {MAX_COLUMNS:,} are the most. Remove it."
            )
        self.cells += [""] * (self.column - 1 - len(self.cells))
        self.cells.append(value)

    def _value(self, stored: str) -> str:
        """Return a cell as it would stand in a CSV."""
        match self.type:
            case "s":
                return self.shared[int(stored)]
            case "n":
                format_ = self.formats[self.style] if self.style < len(self.formats) else Format()
                return _time(stored, format_, self.in_1904) if format_.is_time else _number(stored)
            case "b":
                return "no" if stored in FALSE else "yes"
            case "d":
                return _instant(datetime.fromisoformat(stored))
        return _unescaped(stored)


def _texts(archive: ZipFile, part: str) -> list[str]:
    target = _Texts()
    for _ in _parsing(archive, part, target):
        pass
    return target.texts


def _rows(archive: ZipFile, part: str, target: _Rows) -> Iterator[Numbered]:
    with _refusing_what_is_broken():
        for _ in _parsing(archive, part, target):
            yield from target.rows
            target.rows.clear()


def _parsing(archive: ZipFile, part: str, target: _Texts) -> Iterator[None]:
    """Have a target take note of a part of the archive, a piece at each step."""
    parser = XMLParser(target=target)  # noqa: S314  (in a process with limits)
    with archive.open(part) as content:
        for piece in iter(partial(content.read, CHUNK), b""):
            parser.feed(piece)
            yield
    parser.close()


@lru_cache(maxsize=MAX_COLUMNS)
def _column(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _number(stored: str) -> str:
    """Return a number with the 15 digits that spreadsheets have, and without an exponent."""
    if stored.isdecimal() and len(stored) <= 15:  # noqa: PLR2004
        return stored
    return f"{Decimal(f'{float(stored) or 0:.15g}'):f}"


def _time(stored: str, format_: Format, in_1904: bool) -> str:  # noqa: FBT001
    """Return the day, the time or both that a number of days stands for."""
    days = float(stored)
    try:
        passed = timedelta(seconds=round(days * 86_400))
        if format_.is_elapsed:
            return _hours(passed)
        if 0 <= days < 1:
            return _clock(datetime(1904, 1, 1) + passed)  # noqa: DTZ001  (a time of any day)
        return _instant(_first_day(days, in_1904) + passed)
    except OverflowError:
        return _number(stored)


def _first_day(days: float, in_1904: bool) -> datetime:  # noqa: FBT001
    """Return day 0 of a workbook; spreadsheets have a 29 February 1900, day 60."""
    if in_1904:
        return datetime(1904, 1, 1)  # noqa: DTZ001  (cells have no zone)
    return datetime(1899, 12, 31 if days < 60 else 30)  # noqa: DTZ001, PLR2004


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d}" if at.time() == at.min.time() else f"{at:%Y-%m-%d} {_clock(at)}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def _hours(passed: timedelta) -> str:
    minutes, seconds = divmod(round(passed.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if seconds else f"{hours}:{minutes:02}"
