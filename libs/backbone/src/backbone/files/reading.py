"""Files of rows (CSV, XLSX), read by a child process with limited memory and time.

A small workbook can ask for any memory, a line can be as long as the file: in a process of its own,
that ends the reading and nothing else. Rows are read as they are taken; to stop ends the child.
"""

import asyncio
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import starmap
from threading import Timer
from typing import Any, BinaryIO, NamedTuple, Self

import orjson
import structlog

from backbone.errors import Invalid
from backbone.files.sheets import MAX_MEMORY, MAX_PROCESSOR_TIME, MAX_TIME

log = structlog.get_logger()


class UnreadableFile(Invalid, kind="unreadable-file"):
    """The file as a whole cannot be taken."""


class SheetRow(NamedTuple):
    """A row that holds something, and where it stands in a spreadsheet; the header is usually 1.

    `fault` says why the row cannot be taken, and `column` where, if it is one cell.
    """

    line: int
    cells: list[str]
    fault: str | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """The limits of the process that reads a file: bytes of memory, and seconds."""

    memory: int = MAX_MEMORY
    processor_time: int = MAX_PROCESSOR_TIME
    time: float = MAX_TIME


LIMITS = ReadLimits()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and the rows under it, which a child reads until `close`, or the `with` block ends.

    A name in `header` is empty for a column that has no values. `name` is that of a worksheet;
    a CSV has an `encoding` and a `delimiter` instead.
    """

    header: list[str]
    rows: Iterator[SheetRow]
    encoding: str | None
    delimiter: str | None
    name: str | None
    reader: "Reader" = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child that reads the rows, wherever it is."""
        self.reader.end()


class Reader:
    """The child process, and the messages that it sends."""

    def __init__(self, file: BinaryIO, limits: ReadLimits) -> None:
        command = [sys.executable, "-m", "backbone.files.extraction"]
        command += [str(limits.memory), str(limits.processor_time)]
        self.process = subprocess.Popen(  # noqa: S603  (our own module)
            command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1 << 18
        )
        self.clock = Timer(limits.time, self.process.kill)
        self.clock.daemon = True
        self.clock.start()

    def messages(self) -> Iterator[Any]:
        """Return what the child sends; raise `UnreadableFile` for why it refuses, or ends early."""
        for line in self.process.stdout or ():
            if not line.endswith(b"\n"):
                break  # it was ended while it wrote
            match orjson.loads(line):
                case None:
                    return
                case str(reason):
                    raise UnreadableFile(reason)
                case message:
                    yield message
        raise UnreadableFile(self._why_it_ended())

    def _why_it_ended(self) -> str:
        _, error = self.process.communicate()
        ended = self.process.returncode
        log.warning("file not read", returncode=ended, error=error.decode(errors="replace")[-2000:])
        if ended == -signal.SIGXCPU or self.clock.finished.is_set():
            return "The file takes too long to be read. Send it in several files, as CSV UTF-8."
        return "The file is too large to be read. Send it in several files, as CSV UTF-8."

    def end(self) -> None:
        """End the child, wherever it is."""
        self.clock.cancel()
        self.process.kill()
        self.process.communicate()


def read_sheet(file: BinaryIO, limits: ReadLimits = LIMITS) -> Sheet:
    """Return the sheet in a file, its rows to be read as they are taken.

    Raises `UnreadableFile`, also while the rows are read.
    """
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy, 1 << 20)
        copy.seek(0)
        reader = Reader(copy, limits)
    try:
        messages = reader.messages()
        about = next(messages)
        rows = (row for block in messages for row in starmap(SheetRow, block))
        return Sheet(**about, rows=rows, reader=reader)
    except BaseException:
        reader.end()
        raise


@asynccontextmanager
async def sheet_in(file: BinaryIO) -> AsyncIterator[Sheet]:
    """Open the sheet in a file and close it, both in threads: the event loop goes on."""
    sheet = await asyncio.to_thread(read_sheet, file)
    try:
        yield sheet
    finally:
        await asyncio.to_thread(sheet.close)
