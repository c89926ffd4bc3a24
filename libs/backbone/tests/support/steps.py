"""What the tests of the mechanism do again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer
from httpx import Response
from notebook import Noted, NoteWritten, Story
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.cloudevents import Record, StoredRecord
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.inbox import DeadLetter, Handlers
from backbone.messaging.kafka import TopicPartition, create_producer
from backbone.messaging.relay import Relay
from backbone.settings import Settings
from backbone.testing.fixtures import record_of


async def until(condition: Callable[[], Awaitable[object]], seconds: float = 120) -> None:
    """Wait until something has come about."""
    for _ in range(int(seconds * 20)):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("It did not come about.")


@asynccontextmanager
async def running(*works: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> Any:
    """Let a relay, a consumer, … run for the length of a block, then tell them to stop."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for work in works:
            group.create_task(work(stopping))
        try:
            yield stopping
        finally:
            stopping.set()


def a_relay(engine: AsyncEngine, settings: Settings, **options: Any) -> Relay:
    options = {"create_producer": lambda: create_producer(settings)} | options
    return Relay(engine, source="/envol/notebook", **options)


async def on_topic(settings: Settings, topic: str) -> list[Any]:
    """All that a topic holds, partition by partition, in the order of offsets."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=settings.kafka_bootstrap_servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found = list[Any]()
        while len(found) < sum(ends.values()):
            fetched = await consumer.getmany(timeout_ms=500)
            found += [record for theirs in fetched.values() for record in theirs]
        return sorted(found, key=lambda record: (record.partition, record.offset))
    finally:
        await consumer.stop()


def header(record: Record, name: str) -> str:
    return dict(record.headers)[name].decode()


def story(notebook: UUID, *words: int, first: int = 1) -> list[StoredRecord]:
    """Records of notes of so many words, one after the other, counted from `first`."""
    return [
        written(notebook, number, sequence=sequence)
        for sequence, number in enumerate(words, start=first)
    ]


OFFSETS: Iterator[int] = iter(range(1_000_000))


def written(notebook: UUID, words: int, *, sequence: int, **changes: Any) -> StoredRecord:
    message = NoteWritten(notebook_id=notebook, words=words, **changes)
    return record_of(message, sequence=sequence, offset=next(OFFSETS))


async def cut_off_those_that_wait(sessions: Sessions) -> None:
    """Terminate the backends that wait for a lock, as soon as there are some."""
    waiting = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(100):
        async with transaction(sessions) as session:
            if (await (await session.connection()).execute(waiting)).scalar_one():
                return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits")


@dataclass
class Handed:
    """Stands for a Kafka consumer: it is handed its batches."""

    batches: list[Sequence[Record]] = field(default_factory=list)
    committed: dict[TopicPartition, int] = field(default_factory=dict)

    async def getmany(self, **_: Any) -> dict[TopicPartition, list[Record]]:
        if not self.batches:
            return {}
        batch = self.batches.pop(0)
        return {TopicPartition(batch[0].topic, 0): list(batch)}

    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        self.committed.update(offsets)


async def process_next_chunk(consuming: MessageConsumer, consumer: Any) -> None:
    """Take what there is, a batch at most."""
    async with aclosing(consuming.batches(consumer)) as batches:
        await consuming.process_and_commit(consumer, await anext(batches))


@dataclass
class Reader:
    """A consumer of the notebook's handlers, and what came of what it was given."""

    sessions: Sessions
    handlers: Handlers
    set_aside_limit: int = 100

    def __post_init__(self) -> None:
        self.consuming = MessageConsumer(
            self.sessions,
            self.handlers,
            create_consumer=Handed,  # type: ignore[arg-type]
            set_aside_limit=self.set_aside_limit,
        )

    async def take(self, *records: Record) -> None:
        """Take these in, as one batch that Kafka hands over."""
        await process_next_chunk(self.consuming, Handed([records]))

    async def stories(self) -> dict[UUID, list[int]]:
        async with self.sessions() as session:
            return {s.notebook_id: s.words for s in (await session.exec(select(Story))).all()}

    async def story(self, notebook: UUID) -> list[int]:
        return (await self.stories()).get(notebook, [])

    async def aside(self) -> list[tuple[int | None, str, bool]]:
        """The sequence, the cause and whether it waits, of each message set aside."""
        async with self.sessions() as session:
            rows = await session.exec(select(DeadLetter).order_by(col(DeadLetter.offset)))
            return [(row.sequence, row.cause, row.waits) for row in rows.all()]


async def noted(db: AsyncSession) -> set[UUID]:
    await db.rollback()
    return set((await db.exec(select(Noted.note_id))).all())


def problem_of(answer: Response) -> dict[str, Any]:
    """The problem document that an answer is."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert set(told) <= {"type", "title", "status", "detail", "faults"}
    return told
