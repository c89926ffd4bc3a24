"""A large CSV as the API reads it when it is sent, and `csv.reader` alone in a process.

Files are read in a child process, which takes about as long to start as `csv.reader` takes for the
whole file: both sides start one, and the line of 2 MiB is held against a process that does nothing.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from backbone.files.reading import read_sheet
from backbone.testing.fixtures import Servers
from bench.cases.import_file import contacts_file
from bench.harness.measure import Comparison, Metric, Row, Sample, Turns, timed

ROWS, FEWER = 86_475, 10_000  # as many as the history has contacts
CELL, CELLS = 100_000, 21  # below the largest cell that is taken; together 2 MiB
LINE = b",".join([b"x" * CELL] * CELLS)
TIMES = 5  # a turn
COUNT = "import csv; print(sum(1 for _ in csv.reader(open(0, encoding='utf-8', newline=''))))"


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (it needs none)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Make a file of contacts, and one of a header and a line of 2 MiB."""
    number = FEWER if quick else ROWS
    file = contacts_file(number)
    header = ",".join(f"c{nth}" for nth in range(CELLS)).encode()
    long_line = header + b"\n" + LINE

    async def candidate() -> Sample:
        with timed() as watch:
            for _ in range(TIMES):
                assert _read(file) == number
        with timed() as line:
            for _ in range(TIMES):
                assert _read(long_line) == 1
        return _taken(watch.rate(TIMES * number), line.wall)

    async def baseline() -> Sample:
        with timed() as watch:
            for _ in range(TIMES):
                assert int(_output(COUNT, file)) == number + 1
        with timed() as nothing:
            for _ in range(TIMES):
                _output("pass", b"")
        return _taken(watch.rate(TIMES * number), nothing.wall)

    yield Turns(candidate, baseline)


def _taken(rate: Sample, line: float) -> Sample:
    return replace(rate, also={"line_ms": 1e3 * line / TIMES})


def _read(file: bytes) -> int:
    """Return the number of rows that `read_sheet` finds."""
    with read_sheet(io.BytesIO(file)) as sheet:
        return sum(1 for _ in sheet.rows)


def _output(program: str, file: bytes) -> bytes:
    """Return what a Python program prints that has the file as its input."""
    with tempfile.TemporaryFile() as copy:
        copy.write(file)
        copy.seek(0)
        command = [sys.executable, "-c", program]
        return subprocess.run(command, stdin=copy, capture_output=True, check=True).stdout  # noqa: S603


ROW = Row(
    name="upload",
    what="reading a CSV of 86,475 contacts (--quick: 10,000), and one with a line of 2 MiB",
    baseline="csv.reader over the same text in a child process; for the line, an empty process",
    unit="rows/s",
    aim=0.4,
    prepare=prepare,
    metrics=[
        Metric(
            name="2 MiB line",
            unit="ms",
            figure=lambda taken: taken.also["line_ms"],
            comparison=Comparison.DIFFERENCE,
            aim=40,
        )
    ],
)
