"""The relay's drain of an outbox, and aiokafka's own `send()` of the same records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backbone.database.sessions import create_sessions, transaction
from backbone.messaging import cloudevents
from backbone.messaging.kafka import create_producer
from backbone.messaging.outbox import emit
from backbone.messaging.relay import Relay
from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.events import contact_on, contacts, own_producer
from bench.harness.measure import Row, Sample, Turns, timed
from bench.harness.servers import database, topic

SOURCE = "/envol/matching"
MESSAGES, FEWER = 50_000, 10_000
PER_TRANSACTION = 1_000
COLUMNS = "topic, key, sequence, event_id, type, occurred_at, traceparent, payload"
COPY = text("CREATE TABLE copied AS SELECT * FROM outbox")
CLEAR = text("TRUNCATE outbox")
FILL = text(f"INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM copied ORDER BY position")
COPIED = text("SELECT * FROM copied ORDER BY position")
LEFT = text("SELECT count(*) FROM outbox")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Keep the rows of an outbox to fill it again, and start a producer for each side."""
    number = FEWER if quick else MESSAGES
    async with database(servers) as (engine, settings), topic(servers) as name:
        await _emit(engine, name, number)
        relayed, sent_by = own_producer(settings), own_producer(settings)
        try:
            await relayed.start()
            await sent_by.start()
            async with _autocommit(engine) as free:
                relay = _relay(engine, settings)
                yield Turns(
                    candidate=lambda: _drain(relay, free, relayed, number=number),
                    baseline=lambda: _send(free, sent_by),
                )
        finally:
            await relayed.stop()
            await sent_by.stop()


async def _emit(engine: AsyncEngine, name: str, number: int) -> None:
    """Emit `number` events as a service does, and copy the rows of the outbox."""
    facts = contacts(number, pairings=number // 12, kind=contact_on(name))
    sessions = create_sessions(engine)
    for first in range(0, number, PER_TRANSACTION):
        async with transaction(sessions) as session:
            emit(session, *facts[first : first + PER_TRANSACTION])
    async with engine.begin() as connection:
        await connection.execute(COPY)


@asynccontextmanager
async def _autocommit(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        yield await connection.execution_options(isolation_level="AUTOCOMMIT")


def _relay(engine: AsyncEngine, settings: Settings) -> Relay:
    return Relay(
        engine,
        create_producer=lambda: create_producer(settings),
        source=SOURCE,
        batch_size=settings.batch_size,
    )


async def _drain(
    relay: Relay, free: AsyncConnection, producer: AIOKafkaProducer, *, number: int
) -> Sample:
    await free.execute(CLEAR)
    await free.execute(FILL)
    with timed() as watch:
        done = await relay.drain(free, producer)
    assert done == number
    assert await free.scalar(LEFT) == 0
    return watch.rate(number)


async def _send(free: AsyncConnection, producer: AIOKafkaProducer) -> Sample:
    records = [
        (
            row.topic,
            row.payload,
            row.key.encode(),
            int(row.occurred_at.timestamp() * 1000),
            tuple(
                cloudevents.headers(
                    event_id=row.event_id,
                    source=SOURCE,
                    kind=row.type,
                    subject=row.key,
                    time=row.occurred_at,
                    sequence=row.sequence,
                    traceparent=row.traceparent,
                )
            ),
        )
        for row in await free.execute(COPIED)
    ]
    with timed() as watch:
        sent = [
            await producer.send(name, value, key=key, timestamp_ms=at, headers=list(headers))
            for name, value, key, at, headers in records
        ]
        for acknowledged in sent:
            await acknowledged
    return watch.rate(len(records))


ROW = Row(
    name="relay",
    what="relay drain: read, send with acks=all, delete",
    baseline="aiokafka send() of the same records",
    unit="events/s",
    aim=1.5,
    prepare=prepare,
)
