"""A topic that was told contacts, and how reporting keeps them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import rows_from, upsert
from backbone.database.sessions import create_sessions
from backbone.database.tables import table_of
from backbone.messaging import cloudevents
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.handlers import Handlers
from backbone.messaging.kafka import Consumer, create_consumer
from backbone.settings import Settings
from bench.facts import contact_on, contacts, own_producer
from bench.servers import PARTITIONS
from contracts import ContactLogged
from reporting.read_model import Contact

A_YEAR = 12  # contacts of a pairing
COLUMNS = [c.name for c in table_of(Contact).c if c.name in ContactLogged.model_fields]
CLEAR = text("TRUNCATE read_model.contact, read_model.seen, read_model.set_aside")
KEPT = text("SELECT count(*) FROM read_model.contact")


async def tell(settings: Settings, name: str, number: int) -> None:
    """Put so many contacts on a topic, numbered per key as the relay does."""
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


def _headers(fact: ContactLogged, *, sequence: int) -> cloudevents.Headers:
    return cloudevents.headers(
        event_id=fact.id,
        source="/envol/matching",
        kind=fact.kind(),
        subject=fact.key,
        time=fact.occurred_at,
        sequence=sequence,
        traceparent=None,
    )


def projections(name: str) -> Handlers:
    """What reporting does with contacts, of those that are told on that topic."""
    handlers = Handlers()

    @handlers.on(contact_on(name))
    async def keep_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
        await upsert(session, Contact, rows_from(events, *COLUMNS))

    return handlers


def consuming(engine: AsyncEngine, settings: Settings, handlers: Handlers) -> MessageConsumer:
    """What a worker takes them in with; its consumer is `member`'s."""
    return MessageConsumer(
        create_sessions(engine),
        handlers,
        create_consumer=lambda: create_consumer(settings, group=None),
        batch_size=settings.batch_size,
    )


async def taken(taking: MessageConsumer, consumer: Consumer) -> AsyncGenerator[int]:
    """Take batch after batch in, as a worker does; how many messages each had."""
    async with aclosing(taking.batches(consumer)) as batches:
        async for batch in batches:
            await taking.process_and_commit(consumer, batch)
            yield len(batch.received)


@asynccontextmanager
async def member(
    settings: Settings, name: str, *, group: str | None = None, partitions: int = PARTITIONS
) -> AsyncIterator[Consumer]:
    """A consumer of a group (one of its own) that has so many partitions, and fetched nothing."""
    consumer = create_consumer(settings, group=group or f"bench-{uuid4()}")
    await consumer.start()
    try:
        consumer.subscribe(topics=[name])
        while len(consumer.assignment()) != partitions:  # noqa: ASYNC110  (as soon as can be)
            await asyncio.sleep(0.001)
        yield consumer
    finally:
        await consumer.stop()
