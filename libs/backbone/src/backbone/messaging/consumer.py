"""Brings messages from Kafka to the handlers: a batch is a transaction, then the offsets move on.

A batch that fails is halved until the culprit stands alone and is set aside. Passing troubles (the
database or the broker is away, another consumer took over) are waited out and begun again.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog
from aiokafka.errors import KafkaError
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, is_passing, transaction
from backbone.database.task_failures import note_failure
from backbone.errors import named_reason
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.dead_letters import Aside, due, failed, keep, set_aside_for, stored
from backbone.messaging.inbox import NO_SWAP, Handlers, Overtaken, Received, Taken, take_in
from backbone.messaging.kafka import Consumer, TopicPartition
from backbone.observability.telemetry import LAG, REPEATED, TAKEN_IN, continued
from backbone.shutdown import pause

MEASURE_EVERY, ANSWERS_WITHIN = 2.0, 10.0  # seconds
LOOK_AGAIN_AFTER = 10.0  # seconds, once too many messages are dead letters

log = structlog.get_logger()


class StopLoss(Exception):  # noqa: N818  (a decision, not a fault)
    """More dead letters than are allowed: the cause must be ours, and consuming pauses."""

    shown_as = "StopLoss"


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to take in together, and the offsets behind them."""

    received: Sequence[Received]
    ends: Mapping[TopicPartition, int]


class Consuming:
    """One consumer of a service's group, with the handlers it feeds.

    `lag` is how many messages were still to be taken when last asked; `None` while Kafka is away.
    """

    def __init__(
        self,
        sessions: Sessions,
        handlers: Handlers,
        *,
        create_consumer: Callable[[], Consumer],
        batch_size: int = 2_000,
        set_aside_limit: int = 100,
    ) -> None:
        self.sessions, self.handlers = sessions, handlers
        self.create_consumer, self.batch_size = create_consumer, batch_size
        self.set_aside_limit = set_aside_limit
        self.lag: int | None = None
        self._ahead = 0  # messages fetched and not yet taken in
        self._measured = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until told to stop.

        While there are too many dead letters it pauses, and goes on by itself once they are fewer.
        """
        while not stopping.is_set():
            try:
                await self._work(stopping)
            except StopLoss as limit:
                self.lag, self._measured = None, 0.0
                note_failure("consumer", limit)
                await pause(stopping, seconds=LOOK_AGAIN_AFTER)
            except Exception as failure:  # noqa: BLE001  (whatever it is, it is begun again)
                self.lag, self._measured = None, 0.0
                if isinstance(failure, KafkaError | Overtaken) or is_passing(failure):
                    log.warning("consumer begins again", reason=named_reason(failure))
                else:
                    note_failure("consumer", failure)
                await pause(stopping, seconds=1)

    async def _work(self, stopping: asyncio.Event) -> None:
        consumer, self._ahead = self.create_consumer(), 0
        try:
            await consumer.start()
            consumer.subscribe(topics=self.handlers.topics)
            await self.follow()
            async with aclosing(self.batches(consumer)) as batches:
                async for batch in batches:
                    await self.take(consumer, batch)
                    await self._measure(consumer)
                    if stopping.is_set():
                        break
        finally:
            await consumer.stop()

    async def batches(self, consumer: Consumer) -> AsyncGenerator[Batch]:
        """What there is, a batch at a time; the next one of many is fetched beside the work."""
        ahead: asyncio.Task[Batch] | None = None
        try:
            while True:
                batch = await (ahead or self._fetch(consumer))
                is_behind = len(batch.received) == self.batch_size
                ahead = asyncio.create_task(self._fetch(consumer)) if is_behind else None
                yield batch
        finally:
            if ahead:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)

    async def _fetch(self, consumer: Consumer) -> Batch:
        fetched = await consumer.getmany(timeout_ms=200, max_records=self.batch_size)
        records = [record for theirs in fetched.values() for record in theirs]
        self._ahead += len(records)
        received = await self.handlers.read_all(records)
        ends = {place: theirs[-1].offset + 1 for place, theirs in fetched.items() if theirs}
        return Batch(received, ends)

    async def take(self, consumer: Consumer, batch: Batch) -> None:
        """Take a batch in, then tell Kafka that it was."""
        if not batch.received:
            return
        crash_point("consumer.before_apply")
        await self.settle(batch.received)
        crash_point("consumer.before_offsets")
        await consumer.commit(batch.ends)
        crash_point("consumer.after_offsets")
        self._ahead -= len(batch.received)

    async def settle(self, batch: Sequence[Received]) -> None:
        """Apply a batch in one transaction; if something in it fails, set just that aside.

        Those that waited and whose turn has come then follow, in a batch of their own.
        """
        try:
            taken, followers = await self._apply(batch)
        except Exception as error:
            if isinstance(error, Overtaken | StopLoss) or is_passing(error):
                raise
            if len(batch) == 1:
                await self._set_aside(batch[0], error)
                return
            middle = len(batch) // 2
            await self.settle(batch[:middle])
            await self.settle(batch[middle:])
        else:
            TAKEN_IN.inc(taken.applied)
            REPEATED.inc(taken.repeated)
            if followers:
                await self.settle([self.handlers.read(record) for record in followers])

    async def follow(self) -> None:
        """Settle those that waited and whose turn had come when this process, or another, died."""
        async with transaction(self.sessions) as session:
            waiting = await due(session, most=self.batch_size)
        if waiting:
            await self.settle([self.handlers.read(record) for record in waiting])

    async def retry(self, *, topic: str, key: str) -> int:
        """Settle again what was set aside for a key; return how many messages still are."""
        async with transaction(self.sessions) as session:
            rows = await set_aside_for(session, topic=topic, key=key)
        if rows:
            await self.settle([self.handlers.read(stored(row)) for row in rows])
        async with transaction(self.sessions) as session:
            return len(await set_aside_for(session, topic=topic, key=key))

    async def _apply(self, batch: Sequence[Received]) -> tuple[Taken, list[StoredRecord]]:
        """Apply a batch, or nothing of it; return what became of it, and who follows."""
        traces = [r.envelope.traceparent for r in batch if r.envelope]
        with continued(traces, name="take in"):
            async with transaction(self.sessions) as session:
                await (await session.connection()).execute(NO_SWAP)
                taken = await take_in(session, self.handlers, batch)
                if taken.failed:
                    await self._limit_loss(session)
                followers = await due(session, most=self.batch_size) if taken.parked else []
                crash_point("consumer.before_commit")
        return taken, followers

    async def _set_aside(self, received: Received, error: Exception) -> None:
        async with transaction(self.sessions) as session:
            await (await session.connection()).execute(NO_SWAP)
            await keep(session, [Aside(received, named_reason(error))])
            await self._limit_loss(session)

    async def _limit_loss(self, session: AsyncSession) -> None:
        if await failed(session) > self.set_aside_limit:
            raise StopLoss(
                f"{self.set_aside_limit} messages are set aside, and another one fails. See the "
                "causes in read_model.set_aside, mend them, then retry: it goes on by itself."
            )

    async def _measure(self, consumer: Consumer) -> None:
        """Ask Kafka, every now and then, how much there is: this shows that it answers, too."""
        now = asyncio.get_running_loop().time()
        if now - self._measured < MEASURE_EVERY:
            return
        async with asyncio.timeout(ANSWERS_WITHIN):
            self.lag = await behind(consumer) + self._ahead
        self._measured = now
        LAG.set(self.lag)


async def behind(consumer: Consumer) -> int:
    """How many messages of the assigned partitions were not fetched yet."""
    ends = await consumer.end_offsets(sorted(consumer.assignment()))
    return sum([max(0, end - await consumer.position(part)) for part, end in ends.items()])
