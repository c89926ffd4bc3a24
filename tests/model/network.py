"""Kafka, in process: takes what the services decided and hands it to those who listen.

Each key keeps its order and loses nothing, as in Kafka. Everything else is chance: which keys come
first, how many messages make a batch, which are held back, and which are delivered again. Of cards,
earlier ones of a key may be gone, as on a compacted topic.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions
from backbone.messaging import cloudevents
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.consumer import MessageConsumer
from backbone.service import Service
from contracts import MESSAGES, Event, Message

TAKE = text(
    "WITH taken AS (DELETE FROM outbox RETURNING *) SELECT position, topic, key, sequence,"
    " event_id, type, occurred_at, payload FROM taken ORDER BY position"
)
KINDS = {kind.kind(): kind for kind in MESSAGES if issubclass(kind, Event)}
LARGEST_BATCH = 12
AGAIN, COMPACTED = 0.2, 0.3  # how often something is delivered again, or a card is gone

Key: TypeAlias = tuple[str, str]
Heard: TypeAlias = Callable[[str, Message], None]


@dataclass(slots=True)
class Listener:
    """A service that listens: what is on its way to it by key, and what it has had."""

    name: str
    consuming: MessageConsumer
    compacted: set[str]
    waiting: dict[Key, deque[StoredRecord]] = field(default_factory=lambda: defaultdict(deque))
    had: list[StoredRecord] = field(default_factory=list)

    def next_batch(self, chance: Random, *, most: int) -> Sequence[StoredRecord]:
        """Take some messages off the queues, mixed with some that were delivered before."""
        batch = list[StoredRecord]()
        keys = list(self.waiting)
        chance.shuffle(keys)
        while keys and len(batch) < most:
            key = chance.choice(keys[:3])
            queue = self.waiting[key]
            record = queue.popleft()
            gone = key[0] in self.compacted and queue and chance.random() < COMPACTED
            if not gone:
                batch.append(record)
            if not queue:
                del self.waiting[key]
                keys.remove(key)
        while self.had and chance.random() < AGAIN:
            batch.insert(chance.randint(0, len(batch)), chance.choice(self.had))
        return batch


class Network:
    """What carries messages between the services of a model; `published` are all facts so far."""

    def __init__(self) -> None:
        self.senders: dict[str, AsyncEngine] = {}
        self.listeners: list[Listener] = []
        self.heard: Heard = lambda _, __: None
        self.published: list[Event] = []
        self.offsets: dict[str, int] = defaultdict(int)

    def add(self, service: Service[Any], engine: AsyncEngine, sessions: Sessions) -> None:
        self.senders[service.name] = engine
        consuming = MessageConsumer(sessions, service.handlers, create_consumer=_nobody)
        if service.handlers.topics:
            compacted = service.handlers.compacted
            self.listeners.append(Listener(service.name, consuming, compacted))

    def clear(self) -> None:
        """Forget all messages, as of a broker that was never used."""
        self.offsets.clear()
        self.published.clear()
        for listener in self.listeners:
            listener.waiting.clear()
            listener.had.clear()

    async def collect(self) -> int:
        """Take what the services decided, as their relays do; return how many messages that was."""
        taken = 0
        for name, engine in self.senders.items():
            async with engine.begin() as connection:
                rows = (await connection.execute(TAKE)).mappings().all()
            for row in rows:
                self._queue(self._record(name, row))
                if kind := KINDS.get(row["type"]):
                    self.published.append(kind.model_validate_json(row["payload"]))
            taken += len(rows)
        return taken

    async def deliver(self, chance: Random, *, batches: int) -> None:
        """Deliver up to so many batches, each to a listener that chance picks."""
        await self.collect()
        for _ in range(batches):
            if listeners := [each for each in self.listeners if each.waiting]:
                await self._hand_over(chance.choice(listeners), chance)

    async def drain(self, chance: Random) -> None:
        """Deliver everything, and what is decided because of it."""
        while await self.collect() or any(each.waiting for each in self.listeners):
            for listener in self.listeners:
                while listener.waiting:
                    await self._hand_over(listener, chance)

    async def _hand_over(self, listener: Listener, chance: Random) -> None:
        batch = listener.next_batch(chance, most=chance.randint(1, LARGEST_BATCH))
        received = [(record, listener.consuming.handlers.read(record)) for record in batch]
        await listener.consuming.process([read for _, read in received])
        known = {(record.topic, record.offset) for record in listener.had}
        for record, read in received:
            if (record.topic, record.offset) not in known:
                known.add((record.topic, record.offset))
                listener.had.append(record)
                if read.message is not None:
                    self.heard(listener.name, read.message)

    def _queue(self, record: StoredRecord) -> None:
        assert record.key is not None
        for listener in self.listeners:
            if record.topic in listener.consuming.handlers.topics:
                listener.waiting[record.topic, record.key.decode()].append(record)

    def _record(self, source: str, row: RowMapping) -> StoredRecord:
        self.offsets[row["topic"]] += 1
        headers = cloudevents.headers(
            event_id=row["event_id"],
            source=f"/envol/{source}",
            kind=row["type"],
            subject=row["key"],
            time=row["occurred_at"],
            sequence=row["sequence"],
            traceparent=None,
        )
        topic, key = row["topic"], row["key"].encode()
        return StoredRecord(topic, 0, self.offsets[topic], key, row["payload"], tuple(headers))


def _nobody() -> Any:
    raise AssertionError("Nothing is fetched from Kafka here.")
