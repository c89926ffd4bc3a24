"""The child process of `backbone.files.reading`: writes the sheet in a file as lines of JSON.

First what the sheet is, then lists of rows, then `null`; a text says why the file is refused.
"""

import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from backbone.files.sheets import Unreadable, blocks_of, header_of

ZIP = b"PK\x03\x04"
TOO_LARGE = "The file is too large to be read. Send it in several files, as CSV UTF-8."


def main() -> None:
    """Read the file on standard input, within bytes of memory and seconds of processor time."""
    memory, seconds = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))  # SIGXCPU, not SIGKILL
    with open(0, "rb", closefd=False) as file, open(1, "wb", closefd=False) as out:
        for message in _messages(file):
            out.write(orjson.dumps(message) + b"\n")
            out.flush()


def _messages(file: BinaryIO) -> Iterator[Any]:
    try:
        start = file.read(len(ZIP))
        file.seek(0)
        yield from _workbook(file) if start == ZIP else _text(file)
    except Unreadable as wrong:
        yield str(wrong)
    except MemoryError:
        yield TOO_LARGE
    else:
        yield None


def _text(file: BinaryIO) -> Iterator[Any]:
    from backbone.files.csv_sheets import text_of  # noqa: PLC0415  (the child starts in less time)

    text = text_of(file)
    header = header_of(text.rows)
    yield {"header": header, "encoding": text.encoding, "delimiter": text.delimiter, "name": None}
    yield from blocks_of(header, text.rows)


def _workbook(file: BinaryIO) -> Iterator[Any]:
    from backbone.files.xlsx_sheets import workbook_of  # noqa: PLC0415

    book = workbook_of(file)
    header = header_of(book.rows)
    yield {"header": header, "encoding": None, "delimiter": None, "name": book.name}
    yield from blocks_of(header, book.rows)


if __name__ == "__main__":
    main()
