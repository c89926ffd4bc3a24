"""A large CSV as the API reads it when it is sent, and `csv.reader` over the same text."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from backbone.reading import read_sheet
from backbone.testing import Servers
from bench.importing import contacts_file
from bench.measure import Metric, Row, Taken, Turns, timed

ROWS, FEWER = 86_475, 10_000  # as many as the history has contacts
CELL, CELLS = 100_000, 21  # below the largest cell that `csv` accepts; together 2 MiB
LINE = b",".join([b"x" * CELL] * CELLS)
TIMES = 5  # a turn


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (it needs none)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """A file of contacts, and one that is a header and a line of 2 MiB."""
    number = FEWER if quick else ROWS
    file = contacts_file(number)
    header, _, _ = file.partition(b"\n")
    long_line = header + b"\n" + LINE

    async def candidate() -> Taken:
        with timed() as watch:
            for _ in range(TIMES):
                assert _read(file) == number
        with timed() as line:
            for _ in range(TIMES):
                assert _read(long_line) == 1
        also = {"line_ms": 1e3 * line.wall / TIMES}
        return replace(watch.rate(TIMES * number), also=also)

    async def baseline() -> Taken:
        with timed() as watch:
            for _ in range(TIMES):
                assert sum(1 for _ in csv.reader(io.StringIO(file.decode()))) == number + 1
        return watch.rate(TIMES * number)

    yield Turns(candidate, baseline)


def _read(file: bytes) -> int:
    """Return the number of rows that `read_sheet` finds."""
    with read_sheet(io.BytesIO(file)) as sheet:
        return sum(1 for _ in sheet.rows)


ROW = Row(
    name="upload",
    what="reading a CSV of 86,475 contacts (--quick: 10,000), and one with a line of 2 MiB",
    baseline="csv.reader over the same text",
    unit="rows/s",
    aim=0.6,
    prepare=prepare,
    metrics=[
        Metric(
            name="2 MiB line",
            unit="ms",
            figure=lambda taken: taken.also["line_ms"],
            aim=20,
        )
    ],
)
