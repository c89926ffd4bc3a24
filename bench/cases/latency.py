"""From a commit until a consumer has the fact, through a worker of its own; and Kafka's own way."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer, TopicPartition

from backbone.database.notify import RelayNotifier
from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.messaging import cloudevents
from backbone.messaging.kafka import Consumer, create_consumer
from backbone.messaging.outbox import emit
from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.events import contact, contact_on, own_producer
from bench.harness.measure import Row, Sample, Spent, Turns, percentile, timed
from bench.harness.servers import PARTITIONS, database, environment, process, topic
from bench.harness.tasks import running
from contracts import ContactLogged
from envol_local.ports import free_ports

RATE = 100.0  # a second
SECONDS, FEWER = 5, 2
PATIENCE = 30.0

Publish = Callable[[ContactLogged], Coroutine[Any, Any, None]]


@dataclass
class Clock:
    """When each event was emitted, committed and received, in seconds of one process's clock."""

    emitted: dict[UUID, float] = field(default_factory=dict)
    committed: dict[UUID, float] = field(default_factory=dict)
    received: dict[UUID, float] = field(default_factory=dict)
    has_received: asyncio.Event = field(default_factory=asyncio.Event)

    async def all_received(self) -> None:
        """Wait until all committed events are received; raise `TimeoutError` if they are not."""
        async with asyncio.timeout(PATIENCE):
            while not self.committed.keys() <= self.received.keys():
                self.has_received.clear()
                await self.has_received.wait()

    def taken(self, spent: Spent) -> Sample:
        """Return the 99th percentile in ms since the commit, and `also` since `emit`."""
        since_commit = [1000 * (self.received[fact] - at) for fact, at in self.committed.items()]
        since_emit = [1000 * (self.received[fact] - at) for fact, at in self.emitted.items()]
        return Sample(
            percentile(since_commit, 99),
            spent,
            {
                "p50": percentile(since_commit, 50),
                "p99_since_asked": percentile(since_emit, 99),
                "p50_since_asked": percentile(since_emit, 50),
            },
        )


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Start a worker that relays, a notifier that wakes it, and a consumer for both sides."""
    number = int(RATE * (FEWER if quick else SECONDS))
    async with database(servers) as (engine, settings), topic(servers) as name:
        notifier, kind = RelayNotifier(), contact_on(name)
        sessions = create_sessions(engine, notifier=notifier)
        async with (
            running(notifier.run(engine)),
            _worker(settings),
            _listening(settings, name) as clock,
            _producing(settings) as producer,
        ):
            await _until_relayed(clock, sessions, kind)
            yield Turns(
                candidate=lambda: _at_rate(clock, kind, number, _committing(clock, sessions)),
                baseline=lambda: _at_rate(clock, kind, number, _producing_to(clock, producer)),
            )


@asynccontextmanager
async def _worker(settings: Settings) -> AsyncIterator[None]:
    port = free_ports(["worker"])["worker"]
    env = environment(settings, WORKER_PORT=port)
    async with process(sys.executable, "-m", "bench.programs.worker", env=env):
        yield


@asynccontextmanager
async def _listening(settings: Settings, name: str) -> AsyncIterator[Clock]:
    consumer, clock = create_consumer(settings, group=None), Clock()
    await consumer.start()
    try:
        consumer.assign([TopicPartition(name, number) for number in range(PARTITIONS)])
        async with running(_receive(consumer, clock)):
            yield clock
    finally:
        await consumer.stop()


async def _receive(consumer: Consumer, clock: Clock) -> None:
    while True:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=500)
        now = time.perf_counter()
        for records in fetched.values():
            for record in records:
                clock.received[UUID(cloudevents.envelope(record).id)] = now
        clock.has_received.set()


@asynccontextmanager
async def _producing(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    producer = own_producer(settings)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def _until_relayed(clock: Clock, sessions: Sessions, kind: type[ContactLogged]) -> None:
    """Wait until the worker, which is starting, relays."""
    await _committing(clock, sessions)(contact(uuid4(), kind))
    await clock.all_received()


def _committing(clock: Clock, sessions: Sessions) -> Publish:
    async def publish(fact: ContactLogged) -> None:
        async with transaction(sessions) as session:
            emit(session, fact)
            clock.emitted[fact.id] = time.perf_counter()
        clock.committed[fact.id] = time.perf_counter()

    return publish


def _producing_to(clock: Clock, producer: AIOKafkaProducer) -> Publish:
    async def publish(fact: ContactLogged) -> None:
        value = fact.model_dump_json().encode()
        headers = cloudevents.headers(
            event_id=fact.id,
            source="/envol/matching",
            kind=fact.kind(),
            subject=fact.key,
            time=fact.occurred_at,
            sequence=1,
            traceparent=None,
        )
        clock.emitted[fact.id] = clock.committed[fact.id] = time.perf_counter()
        await producer.send(fact.topic, value, key=fact.key.encode(), headers=headers)

    return publish


async def _at_rate(
    clock: Clock, kind: type[ContactLogged], number: int, publish: Publish
) -> Sample:
    """Publish `number` events, each at its time, whether or not those before are published."""
    for times in (clock.emitted, clock.committed, clock.received):
        times.clear()
    with timed() as watch:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for nth in range(number):
                await asyncio.sleep(max(0.0, began + nth / RATE - time.perf_counter()))
                group.create_task(publish(contact(uuid4(), kind)))
        await clock.all_received()
    return clock.taken(watch.spent(number))


ROW = Row(
    name="latency",
    what="commit → received by a consumer, p99 at 100 events/s",
    baseline="Kafka produce → consume, p99",
    unit="ms",
    aim=1.5,
    prepare=prepare,
    less_is_better=True,
    is_speed=False,
)
