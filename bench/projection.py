"""The consumer's way from a topic into a read model, and a loop that trusts everything."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone import wire
from backbone.consumer import Consuming
from backbone.db import add_new, create_sessions, read_model_tables, rows_of
from backbone.inbox import Handlers
from backbone.kafka import Consumer, create_consumer
from backbone.settings import Settings
from backbone.testing import Servers
from bench.facts import contacts, own_producer
from bench.measure import Row, Taken, Turns, timed
from bench.servers import database, plain_pool, topic
from contracts import ContactLogged

MESSAGES, FEWER = 24_000, 6_000
A_YEAR = 12  # contacts of a pairing
FIELDS = ("contact_id", "pairing_id", "contact_on", "medium", "minutes")
CLEAR = text("TRUNCATE read_model.logged, read_model.seen, read_model.by_hand")
BY_HAND = text("CREATE TABLE read_model.by_hand (LIKE read_model.logged INCLUDING ALL)")
INSERT = f"""
INSERT INTO read_model.by_hand ({", ".join(FIELDS)})
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::text[], $5::int[])
"""

Batches = Callable[[Consumer], AsyncGenerator[int]]


class View(SQLModel, registry=read_model_tables()):
    pass


class Logged(View, table=True):
    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    contact_on: date
    medium: str
    minutes: int | None


projections = Handlers()


@projections.on(ContactLogged)
async def note_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    await add_new(session, Logged, rows_of(events, *FIELDS))


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """A topic with a year of contacts, and two tables alike to take them into."""
    number = FEWER if quick else MESSAGES
    async with database(servers) as (engine, settings), topic(servers) as name:
        async with engine.begin() as connection:
            await connection.run_sync(View.metadata.create_all)
            await connection.execute(BY_HAND)
        await _tell(settings, name, number)
        consuming = _consuming(engine, settings)
        async with plain_pool(settings) as pool:

            async def take(batches: Batches, table: str) -> Taken:
                return await _take(engine, settings, name, batches, number=number, table=table)

            yield Turns(
                candidate=lambda: take(_by_consumer(consuming), "logged"),
                baseline=lambda: take(_by_hand(pool, settings), "by_hand"),
            )


async def _tell(settings: Settings, name: str, number: int) -> None:
    """Put the facts on the topic, numbered per key as the relay does."""
    pairings, producer = number // A_YEAR, own_producer(settings)
    await producer.start()
    try:
        sent = [
            await producer.send(
                name,
                fact.model_dump_json().encode(),
                key=fact.key.encode(),
                headers=_headers(fact, sequence=1 + nth // pairings),
            )
            for nth, fact in enumerate(contacts(number, pairings=pairings))
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


def _headers(fact: ContactLogged, *, sequence: int) -> wire.Headers:
    return wire.headers(
        event_id=fact.id,
        source="/envol/matching",
        kind=fact.kind(),
        subject=fact.key,
        time=fact.occurred_at,
        sequence=sequence,
        traceparent=None,
    )


def _consuming(engine: AsyncEngine, settings: Settings) -> Consuming:
    return Consuming(
        create_sessions(engine),
        projections,
        create_consumer=lambda: create_consumer(settings, group=None),
        batch_size=settings.batch_size,
    )


def _by_consumer(consuming: Consuming) -> Batches:
    async def batches(consumer: Consumer) -> AsyncGenerator[int]:
        async with aclosing(consuming.batches(consumer)) as fetched:
            async for batch in fetched:
                await consuming.take(consumer, batch)
                yield len(batch.received)

    return batches


def _by_hand(pool: "asyncpg.Pool[Any]", settings: Settings) -> Batches:
    async def batches(consumer: Consumer) -> AsyncGenerator[int]:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=settings.batch_size)
            records = [record for theirs in fetched.values() for record in theirs]
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
) -> Taken:
    """Take the whole topic in, as a new group, into empty tables."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    async with _member(settings, name) as consumer:
        with timed() as watch:
            done = 0
            async with aclosing(batches(consumer)) as taken:
                while done < number:
                    done += await anext(taken)
    async with engine.connect() as connection:
        assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == number
    return watch.taken(number)


@asynccontextmanager
async def _member(settings: Settings, name: str) -> AsyncIterator[Consumer]:
    """A consumer in a group of its own, that has its partitions and has fetched nothing yet."""
    consumer = create_consumer(settings, group=f"bench-{uuid4()}")
    await consumer.start()
    try:
        consumer.subscribe(topics=[name])
        while not consumer.assignment():  # noqa: ASYNC110  (a listener would say it no sooner)
            await asyncio.sleep(0.001)
        yield consumer
    finally:
        await consumer.stop()


ROW = Row(
    name="projection",
    what="projection: decode, validate, gap check, upsert, one transaction",
    baseline="getmany, orjson, unnest insert, no checks",
    unit="events/s",
    to_reach=0.5,
    then=0.8,
    prepare=prepare,
)
