"""Sheets in text files (CSV): their encoding, their delimiter, and their rows."""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, NamedTuple

from backbone.files.sheets import MAX_CELL, MAX_ROW, Numbered, Unreadable

CHUNK = 1 << 20  # bytes
SAMPLE = 1 << 16  # bytes
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
DELIMITERS = ";,\t"
QUOTED = re.compile(r'"[^"]*"')

# What Excel and others save French texts as, the likeliest first, by the names that IANA gives.
FRENCH_ENCODINGS = ("windows-1252", "iso-8859-15", "macintosh", "ibm850")
OTHER_ENCODINGS = {
    "cp1250": "windows-1250",
    "cp1252": "windows-1252",
    "cp1254": "windows-1254",
    "iso8859_15": "iso-8859-15",
    "mac_roman": "macintosh",
    "cp850": "ibm850",
}
MOST_STRANGE = 0.2  # of the characters that are not ASCII, for a French text
LETTERS = "àâäæçéèêëîïôöœùûüÿñáíóú"
SIGNS = "«»‘“”–—…€°§"  # noqa: RUF001  (as typed in French)
STRANGE = re.compile(
    rf"[^\x00-\x7f\xa0\u202f\u2019{LETTERS}{LETTERS.upper()}{SIGNS}]"
    rf"|(?<=[a-z{LETTERS}])[{LETTERS.upper()}]|(?<=[A-Z][A-Z])[{LETTERS}]"
    rf"|(?<=[^\W\d_])[{SIGNS}](?=[^\W\d_])"
)


class Text(NamedTuple):
    """A text file: how it is written, and its rows as they are read."""

    encoding: str
    delimiter: str
    rows: Iterator[Numbered]


def text_of(file: BinaryIO) -> Text:
    """Return what a text file holds; raise `Unreadable` for what is none, also between rows."""
    encoding = encoding_of(file)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    file.seek(0)
    lines = TextIOWrapper(file, codec, newline="")  # lines end by CR, LF or both, and nothing else
    header = list(_header_lines(lines))
    delimiter = _delimiter("".join(header))
    return Text(encoding, delimiter, _rows(chain(header, lines), delimiter))


def _header_lines(lines: Iterable[str]) -> Iterator[str]:
    """Return the lines up to the end of the first row that is not blank."""
    quotes = size = 0
    for line in lines:
        yield line
        quotes, size = quotes + line.count('"'), size + len(line)
        blank = not line.strip(f"{DELIMITERS} \r\n")
        if (quotes % 2 == 0 and not blank) or size > MAX_ROW:
            return


def _delimiter(header: str) -> str:
    """Return what stands between names; a semicolon if there is one name, for texts have commas."""
    return max(DELIMITERS, key=QUOTED.sub("", header).count)


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[Numbered]:
    """Return the rows, numbered as a spreadsheet does: blank ones count, and line breaks do not."""
    csv.field_size_limit(MAX_CELL)
    reader, begun = csv.reader(lines, delimiter=delimiter, strict=True), 1
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
            begun = reader.line_num + 1
    except csv.Error as wrong:
        raise _not_a_csv(_explained(str(wrong), begun)) from wrong


def _explained(error: str, line: int) -> str:
    if "limit" in error:
        limit = f"a cell of more than {MAX_CELL:,} characters begins on line {line}"
        return f"{limit}. A quote may be opened there and not closed"
    if "unexpected end" in error:
        return f"a quote is opened on line {line} and never closed"
    return f"on line {line}, text follows a closing quote. Write a quote within a cell twice"


def _not_a_csv(reason: str) -> Unreadable:
    return Unreadable(f"The file is not a CSV: {reason}. Save it as CSV UTF-8, then send it.")


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a text that stands the whole file through.

    Raises `Unreadable` for what is no text.
    """
    start = file.read(4)
    file.seek(0)
    if start == OLD_WORKBOOK:
        raise Unreadable(
            "The file is an old (XLS) or a protected workbook. Save it as XLSX or as CSV UTF-8."
        )
    encoding = "utf-16" if start.startswith(UTF_16) else "utf-8"
    try:
        _check_text(file, encoding)
    except UnicodeDecodeError as wrong:
        if encoding == "utf-16":
            raise Unreadable("The file is not UTF-16. Save it as CSV UTF-8.") from wrong
        return _encoding_other_than_utf_8(file)
    return encoding


def _check_text(file: BinaryIO, encoding: str) -> None:
    """Raise for what is not in this encoding, for zero bytes, and for lines that are too long."""
    decoder, line, length = codecs.getincrementaldecoder(encoding)(), 1, 0
    for chunk in iter(partial(file.read, CHUNK), b""):
        text = decoder.decode(chunk)
        if "\0" in text:
            line += text.count("\n", 0, text.index("\0"))
            raise Unreadable(f"The file holds zero bytes, on line {line}. Save it as CSV UTF-8.")
        first, last = _ends_of_lines(text)
        _check_length(length + first, line)
        length = length + len(text) if last < 0 else len(text) - last - 1
        line += text.count("\n")
    _check_length(length, line)
    decoder.decode(b"", final=True)


def _ends_of_lines(text: str) -> tuple[int, int]:
    """Return where the first line of a chunk ends, and where the last does; -1 if it does not."""
    ends = [place for sign in "\r\n" if (place := text.find(sign)) >= 0]
    return min(ends, default=len(text)), max(text.rfind("\r"), text.rfind("\n"))


def _check_length(length: int, line: int) -> None:
    if length > MAX_ROW:
        raise _not_a_csv(f"line {line} has more than {MAX_ROW:,} characters")


def _encoding_other_than_utf_8(file: BinaryIO) -> str:
    sample, signs = _unusual_lines(file)
    possible = [name for name in FRENCH_ENCODINGS if _decodes(signs, name)]
    texts = {name: sample.decode(name) for name in possible}
    strange = {name: len(STRANGE.findall(text)) for name, text in texts.items()}
    if possible:
        best = min(possible, key=strange.__getitem__)
        unusual = sum(not sign.isascii() for sign in texts[best])
        if strange[best] <= MOST_STRANGE * unusual:
            return best
    return _guessed(sample, signs)


def _unusual_lines(file: BinaryIO) -> tuple[bytes, bytes]:
    """Return some of the lines with more than ASCII, and each byte that any of them holds."""
    file.seek(0)
    text = TextIOWrapper(file, "latin-1", newline="")
    sample, signs, utf_8, wrong = bytearray(), b"", False, 0
    for number, characters in enumerate(text, start=1):
        _check_length(len(characters), number)
        if characters.isascii():
            continue
        line = characters.encode("latin-1")
        signs = _with_bytes_of(line, signs)
        sample += line[: max(0, SAMPLE - len(sample))]
        if _decodes(line, "utf-8"):
            utf_8 = True
        else:
            wrong = wrong or number
        if utf_8 and wrong:
            raise Unreadable(
                f"Line {wrong} is not UTF-8, and other lines are. Save the file as CSV UTF-8."
            )
    text.detach()
    return bytes(sample), signs


def _with_bytes_of(line: bytes, signs: bytes) -> bytes:
    while new := line.translate(None, signs):
        signs += new[:1]
    return signs


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(sample: bytes, signs: bytes) -> str:
    """Return what a text that is not French is likely to be written in."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  (a fifth of a second, seldom needed)

    possible = [name for name in OTHER_ENCODINGS if _decodes(signs, name)]
    best = from_bytes(sample, cp_isolation=possible).best() if possible else None
    if best is None:
        raise Unreadable("The file is not UTF-8, nor Windows-1252. Save it as CSV UTF-8.")
    return OTHER_ENCODINGS[best.encoding]
