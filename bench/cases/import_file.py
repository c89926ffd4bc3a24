"""A file of contacts from its arrival to the last event emitted, and `COPY` of the same rows."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.imports import api
from backbone.imports.worker import ImportWorker
from backbone.testing.fixtures import Servers
from bench.fixtures.events import CONTACT_ON
from bench.fixtures.matching_db import running_pairings
from bench.harness.measure import Metric, Row, Sample, Turns, timed
from bench.harness.servers import database, plain_pool
from matching.commands.imports import imports

ROWS, FEWER = 20_000, 4_000
PAIRINGS = 2_000
CLEAR = text("TRUNCATE contact, outbox, stream, import, import_part, import_key")
CLEAR_BY_HAND = text("TRUNCATE by_hand")
BY_HAND = text("""
CREATE TABLE by_hand (
    LIKE contact INCLUDING ALL, FOREIGN KEY (pairing_id) REFERENCES pairing (id)
)""")
STORED = text("SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM outbox)")
COPIED = text("SELECT count(*) FROM by_hand")
COLUMNS = ("id", "reference", "pairing_id", "contact_on", "medium", "minutes")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Insert pairings with references, and make a file of their contacts for each side."""
    number = FEWER if quick else ROWS
    async with database(servers) as (engine, settings):
        sessions = create_sessions(engine)
        pairings = await running_pairings(sessions, PAIRINGS)
        async with engine.begin() as connection:
            await connection.execute(BY_HAND)
        file, resolved = contacts_file(number), _resolved(number, pairings)
        async with plain_pool(settings) as pool:

            async def candidate() -> Sample:
                return await import_file(engine, sessions, file, number=number)

            async def baseline() -> Sample:
                return await _copy(engine, pool, resolved, number=number)

            yield Turns(candidate, baseline)


def contacts_file(number: int) -> bytes:
    """Return a file of contacts as an office sends it."""
    rows = ((f"C{n}", f"R{n % PAIRINGS}", CONTACT_ON, "phone", 30) for n in range(number))
    return _csv([("reference", "pairing", "contact_on", "medium", "minutes"), *rows])


def _resolved(number: int, pairings: Sequence[UUID]) -> bytes:
    """Return the same rows as the table has them, with nothing left to look up."""
    return _csv(
        (uuid4(), f"C{n}", pairings[n % PAIRINGS], CONTACT_ON, "phone", 30) for n in range(number)
    )


def _csv(rows: Any) -> bytes:  # noqa: ANN401  (whatever the writer can write)
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


async def import_file(
    engine: AsyncEngine, sessions: Sessions, file: bytes, *, number: int
) -> Sample:
    """Import a file of new contacts, all of which are created."""
    await clear(engine)
    importing, kind = ImportWorker(sessions, imports), imports.kinds["contacts"]
    with timed() as watch:
        async with transaction(sessions) as session:
            await api.keep(session, kind, io.BytesIO(file), name="contacts.csv", sent_by="")
        while await importing.process_next_chunk():
            pass
    async with engine.connect() as connection:
        assert tuple((await connection.execute(STORED)).one()) == (number, number)
    return watch.rate(number)


async def _copy(
    engine: AsyncEngine, pool: "asyncpg.Pool[Any]", resolved: bytes, *, number: int
) -> Sample:
    async with engine.begin() as clearing:
        await clearing.execute(CLEAR_BY_HAND)
    async with pool.acquire() as connection:
        with timed() as watch:
            await connection.copy_to_table(
                "by_hand", source=io.BytesIO(resolved), columns=COLUMNS, format="csv"
            )
    async with engine.connect() as checking:
        assert await checking.scalar(COPIED) == number
    return watch.rate(number)


async def clear(engine: AsyncEngine) -> None:
    """Empty what an import fills."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)


ROW = Row(
    name="import",
    what="import of a CSV: kept, validated, each row by its rules, announced",
    baseline="COPY of the same rows",
    unit="rows/s",
    aim=0.13,
    prepare=prepare,
    metrics=[
        Metric(
            name="by itself",
            unit="k rows/s",
            figure=lambda taken: taken.figure / 1e3,
            aim=14,
            less_is_better=False,
        )
    ],
)
