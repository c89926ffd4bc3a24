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
from bench.facts import contact, contact_on, own_producer
from bench.measure import Row, Spent, Taken, Turns, percentile, timed
from bench.servers import PARTITIONS, database, environment, process, topic
from bench.tasks import running
from contracts import ContactLogged
from envol_local.ports import free_ports

RATE = 100.0  # a second
SECONDS, FEWER = 5, 2
PATIENCE = 30.0

Say = Callable[[ContactLogged], Coroutine[Any, Any, None]]


@dataclass
class Clock:
    """When each fact was asked for, was told, and arrived; in seconds of one process's clock."""

    asked: dict[UUID, float] = field(default_factory=dict)
    told: dict[UUID, float] = field(default_factory=dict)
    arrived: dict[UUID, float] = field(default_factory=dict)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def all_arrived(self) -> None:
        """Wait until all that was told has arrived; `TimeoutError` when it does not."""
        async with asyncio.timeout(PATIENCE):
            while not self.told.keys() <= self.arrived.keys():
                self.heard.clear()
                await self.heard.wait()

    def taken(self, spent: Spent) -> Taken:
        """The 99th percentile in milliseconds; since asked, it has the commit's own time in it."""
        since_told = [1000 * (self.arrived[fact] - at) for fact, at in self.told.items()]
        since_asked = [1000 * (self.arrived[fact] - at) for fact, at in self.asked.items()]
        return Taken(
            percentile(since_told, 99),
            spent,
            {
                "p50": percentile(since_told, 50),
                "p99_since_asked": percentile(since_asked, 99),
                "p50_since_asked": percentile(since_asked, 50),
            },
        )


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """A worker that relays, a notifier that wakes it, and one consumer that hears both sides."""
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
    async with process(sys.executable, "-m", "bench.worker", env=env):
        yield


@asynccontextmanager
async def _listening(settings: Settings, name: str) -> AsyncIterator[Clock]:
    consumer, clock = create_consumer(settings, group=None), Clock()
    await consumer.start()
    try:
        consumer.assign([TopicPartition(name, number) for number in range(PARTITIONS)])
        async with running(_hear(consumer, clock)):
            yield clock
    finally:
        await consumer.stop()


async def _hear(consumer: Consumer, clock: Clock) -> None:
    while True:
        fetched = await consumer.getmany(timeout_ms=1_000, max_records=500)
        now = time.perf_counter()
        for records in fetched.values():
            for record in records:
                clock.arrived[UUID(cloudevents.envelope(record).id)] = now
        clock.heard.set()


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
    await clock.all_arrived()


def _committing(clock: Clock, sessions: Sessions) -> Say:
    async def say(fact: ContactLogged) -> None:
        async with transaction(sessions) as session:
            emit(session, fact)
            clock.asked[fact.id] = time.perf_counter()
        clock.told[fact.id] = time.perf_counter()

    return say


def _producing_to(clock: Clock, producer: AIOKafkaProducer) -> Say:
    async def say(fact: ContactLogged) -> None:
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
        clock.asked[fact.id] = clock.told[fact.id] = time.perf_counter()
        await producer.send(fact.topic, value, key=fact.key.encode(), headers=headers)

    return say


async def _at_rate(clock: Clock, kind: type[ContactLogged], number: int, say: Say) -> Taken:
    """Say so many facts, each at its time, whether or not those before have been said."""
    for times in (clock.asked, clock.told, clock.arrived):
        times.clear()
    with timed() as watch:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for nth in range(number):
                await asyncio.sleep(max(0.0, began + nth / RATE - time.perf_counter()))
                group.create_task(say(contact(uuid4(), kind)))
        await clock.all_arrived()
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
