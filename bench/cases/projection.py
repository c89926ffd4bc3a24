"""The consumer's way from a topic into a read model, and a loop that trusts everything."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing, rows_from
from backbone.database.tables import NamedTable, read_model_registry
from backbone.messaging.inbox import Handlers
from backbone.messaging.kafka import Consumer
from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.topic import consuming, member, processed, publish
from bench.harness.measure import Row, Sample, Turns, timed
from bench.harness.servers import database, plain_pool, topic
from contracts import ContactLogged

MESSAGES, FEWER = 24_000, 6_000
FIELDS = ("contact_id", "pairing_id", "contact_on", "medium", "minutes")
CLEAR = text("TRUNCATE read_model.logged, read_model.seen, read_model.by_hand")
BY_HAND = text("CREATE TABLE read_model.by_hand (LIKE read_model.logged INCLUDING ALL)")
INSERT = f"""
INSERT INTO read_model.by_hand ({", ".join(FIELDS)})
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::int[])
"""

Batches = Callable[[Consumer], AsyncGenerator[int]]


class View(NamedTable, registry=read_model_registry()):
    pass


class Logged(View, table=True):
    __tablename__ = "logged"

    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    contact_on: date
    medium: str
    minutes: int | None


projections = Handlers()


@projections.on(ContactLogged)
async def note_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    await insert_missing(session, Logged, rows_from(events, *FIELDS))


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Publish a year of contacts, and make two equal tables for them."""
    number = FEWER if quick else MESSAGES
    async with database(servers) as (engine, settings), topic(servers) as name:
        async with engine.begin() as connection:
            await connection.run_sync(View.metadata.create_all)
            await connection.execute(BY_HAND)
        await publish(settings, name, number)
        processing = consuming(engine, settings, projections)
        async with plain_pool(settings) as pool:

            async def take(batches: Batches, table: str) -> Sample:
                return await _take(engine, settings, name, batches, number=number, table=table)

            yield Turns(
                candidate=lambda: take(partial(processed, processing), "logged"),
                baseline=lambda: take(_by_hand(pool, settings), "by_hand"),
            )


def _by_hand(pool: "asyncpg.Pool[Any]", settings: Settings) -> Batches:
    async def batches(consumer: Consumer) -> AsyncGenerator[int]:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=settings.batch_size)
            records = [record for of_partition in fetched.values() for record in of_partition]
            if records:
                facts = [orjson.loads(record.value or b"") for record in records]
                columns = [[fact[name] for fact in facts] for name in FIELDS]
                columns[2] = [date.fromisoformat(day) for day in columns[2]]
                await pool.execute(INSERT, *columns)
                await consumer.commit({at: rest[-1].offset + 1 for at, rest in fetched.items()})
            yield len(records)

    return batches


async def _take(  # noqa: PLR0913
    engine: AsyncEngine, settings: Settings, name: str, batches: Batches, *, number: int, table: str
) -> Sample:
    """Process the whole topic, as a new group, into empty tables."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    async with member(settings, name) as consumer:
        with timed() as watch:
            done = 0
            async with aclosing(batches(consumer)) as numbers:
                while done < number:
                    done += await anext(numbers)
    async with engine.connect() as connection:
        assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == number
    return watch.rate(number)


ROW = Row(
    name="projection",
    what="projection: decode, validate, gap check, upsert, one transaction",
    baseline="getmany, orjson, unnest insert, no checks",
    unit="events/s",
    aim=0.55,
    prepare=prepare,
)
