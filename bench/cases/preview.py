"""A preview of a file of contacts, and the import of the same file."""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions, create_sessions
from backbone.imports.previews import MAX_ROWS, preview_of
from backbone.testing.fixtures import Servers
from bench.cases.import_file import PAIRINGS, clear, contacts_file, import_file
from bench.fixtures.matching_db import running_pairings
from bench.harness.measure import Metric, Row, Sample, Turns, timed
from bench.harness.servers import database
from bench.harness.tasks import running
from matching.commands.imports import imports

TICK = 0.001  # seconds


@asynccontextmanager
async def prepare(
    servers: Servers,
    *,
    quick: bool,  # noqa: ARG001  (a preview has one size)
) -> AsyncIterator[Turns]:
    """Insert pairings, and make a file with as many contacts as a preview checks."""
    file = contacts_file(MAX_ROWS)
    async with database(servers) as (engine, _):
        sessions = create_sessions(engine)
        await running_pairings(sessions, PAIRINGS)

        async def candidate() -> Sample:
            return await _preview(engine, sessions, file)

        async def baseline() -> Sample:
            return await import_file(engine, sessions, file, number=MAX_ROWS)

        yield Turns(candidate, baseline)


async def _preview(engine: AsyncEngine, sessions: Sessions, file: bytes) -> Sample:
    await clear(engine)
    kind = imports.kinds["contacts"]
    gaps = list[float]()
    with timed() as watch:
        async with running(_measure_gaps(gaps)):
            found = await preview_of(sessions, kind, io.BytesIO(file), name="contacts.csv")
    assert (found.created, found.complete) == (MAX_ROWS, True)
    return replace(watch.rate(MAX_ROWS), also={"held_ms": 1e3 * max(gaps)})


async def _measure_gaps(gaps: list[float]) -> None:
    """Note by how many seconds the event loop wakes this task too late, again and again."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        gaps.append(time.perf_counter() - began - TICK)


ROW = Row(
    name="preview",
    what="preview of a CSV of 2,000 contacts: read, each row by its rules, undone",
    baseline="import of the same file",
    unit="rows/s",
    aim=0.5,
    prepare=prepare,
    metrics=[
        Metric(
            name="loop held",
            unit="ms",
            figure=lambda taken: taken.also["held_ms"],
            aim=50,
        )
    ],
)
