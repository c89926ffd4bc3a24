"""The Kafka consumer: applies a batch in one transaction, then commits its offsets.

A batch that fails is halved until the failing message is alone, which becomes a dead letter. After
a temporary failure (the database or the broker is away, a rebalance) the consumer starts again.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog
from aiokafka.errors import KafkaError
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.task_failures import note_failure
from backbone.errors import named_reason
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.dead_letters import (
    RejectedMessage,
    count_failed,
    dead_letters_of,
    deliverable,
    store_dead_letters,
    to_record,
)
from backbone.messaging.inbox import (
    SHARED_SWAP_LOCK,
    BatchResult,
    ConcurrentUpdate,
    Handlers,
    Received,
    apply_batch,
)
from backbone.messaging.kafka import Consumer, TopicPartition
from backbone.observability.telemetry import LAG, REPEATED, TAKEN_IN, continued
from backbone.shutdown import pause

LAG_INTERVAL, KAFKA_TIMEOUT = 2.0, 10.0  # seconds
RECHECK_LIMIT_AFTER = 10.0  # seconds, once there are too many dead letters

log = structlog.get_logger()


class DeadLetterLimitReached(Exception):
    """More dead letters than are allowed: the cause is probably in Envol, so consuming pauses."""

    shown_as = "StopLoss"


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages to apply together, and the offsets to commit after them."""

    received: Sequence[Received]
    ends: Mapping[TopicPartition, int]


class MessageConsumer:
    """One consumer of a service's group, with its handlers.

    `lag` is the number of messages not yet applied when last measured; None while Kafka is away.
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
        self._prefetched = 0  # messages fetched and not yet applied
        self._measured = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until `stopping` is set.

        Pause while there are too many dead letters, and continue once they are fewer.
        """
        while not stopping.is_set():
            try:
                await self._work(stopping)
            except DeadLetterLimitReached as limit:
                self.lag, self._measured = None, 0.0
                note_failure("consumer", limit)
                await pause(stopping, seconds=RECHECK_LIMIT_AFTER)
            except Exception as failure:  # noqa: BLE001  (whatever it is, the consumer starts again)
                self.lag, self._measured = None, 0.0
                if isinstance(failure, KafkaError | ConcurrentUpdate) or is_transient(failure):
                    log.warning("consumer begins again", reason=named_reason(failure))
                else:
                    note_failure("consumer", failure)
                await pause(stopping, seconds=1)

    async def _work(self, stopping: asyncio.Event) -> None:
        consumer, self._prefetched = self.create_consumer(), 0
        try:
            await consumer.start()
            consumer.subscribe(topics=self.handlers.topics)
            await self.process_deliverable()
            async with aclosing(self.batches(consumer)) as batches:
                async for batch in batches:
                    await self.process_and_commit(consumer, batch)
                    await self._update_lag(consumer)
                    if stopping.is_set():
                        break
        finally:
            await consumer.stop()

    async def batches(self, consumer: Consumer) -> AsyncGenerator[Batch]:
        """Yield batches; while there are more, fetch the next one during the work on the last."""
        next_batch: asyncio.Task[Batch] | None = None
        try:
            while True:
                batch = await (next_batch or self._fetch(consumer))
                is_behind = len(batch.received) == self.batch_size
                next_batch = asyncio.create_task(self._fetch(consumer)) if is_behind else None
                yield batch
        finally:
            if next_batch:
                next_batch.cancel()
                await asyncio.gather(next_batch, return_exceptions=True)

    async def _fetch(self, consumer: Consumer) -> Batch:
        fetched = await consumer.getmany(timeout_ms=200, max_records=self.batch_size)
        records = [record for records in fetched.values() for record in records]
        self._prefetched += len(records)
        received = await self.handlers.read_all(records)
        ends = {
            partition: records[-1].offset + 1 for partition, records in fetched.items() if records
        }
        return Batch(received, ends)

    async def process_and_commit(self, consumer: Consumer, batch: Batch) -> None:
        """Process a batch, then commit its offsets."""
        if not batch.received:
            return
        crash_point("consumer.before_apply")
        await self.process(batch.received)
        crash_point("consumer.before_offsets")
        await consumer.commit(batch.ends)
        crash_point("consumer.after_offsets")
        self._prefetched -= len(batch.received)

    async def process(self, batch: Sequence[Received]) -> None:
        """Apply a batch in one transaction; make a dead letter of just the message that fails.

        Parked messages that became deliverable follow in a batch of their own.
        """
        try:
            result, followers = await self._apply(batch)
        except Exception as error:
            if isinstance(error, ConcurrentUpdate | DeadLetterLimitReached) or is_transient(error):
                raise
            if len(batch) == 1:
                await self._reject(batch[0], error)
                return
            middle = len(batch) // 2
            await self.process(batch[:middle])
            await self.process(batch[middle:])
        else:
            TAKEN_IN.inc(result.applied)
            REPEATED.inc(result.duplicates)
            if followers:
                await self.process([self.handlers.read(record) for record in followers])

    async def process_deliverable(self) -> None:
        """Process parked messages that became deliverable before the last crash."""
        async with transaction(self.sessions) as session:
            records = await deliverable(session, limit=self.batch_size)
        if records:
            await self.process([self.handlers.read(record) for record in records])

    async def retry_key(self, *, topic: str, key: str) -> int:
        """Process the dead letters of a key again; return the number of those that remain."""
        async with transaction(self.sessions) as session:
            rows = await dead_letters_of(session, topic=topic, key=key)
        if rows:
            await self.process([self.handlers.read(to_record(row)) for row in rows])
        async with transaction(self.sessions) as session:
            return len(await dead_letters_of(session, topic=topic, key=key))

    async def _apply(self, batch: Sequence[Received]) -> tuple[BatchResult, list[StoredRecord]]:
        """Apply a batch as a whole or not at all; return its result and what became deliverable."""
        traces = [r.envelope.traceparent for r in batch if r.envelope]
        with continued(traces, name="take in"):
            async with transaction(self.sessions) as session:
                await (await session.connection()).execute(SHARED_SWAP_LOCK)
                result = await apply_batch(session, self.handlers, batch)
                if result.failed:
                    await self._check_dead_letter_limit(session)
                followers = list[StoredRecord]()
                if result.has_parked:
                    followers = await deliverable(session, limit=self.batch_size)
                crash_point("consumer.before_commit")
        return result, followers

    async def _reject(self, received: Received, error: Exception) -> None:
        async with transaction(self.sessions) as session:
            await (await session.connection()).execute(SHARED_SWAP_LOCK)
            await store_dead_letters(session, [RejectedMessage(received, named_reason(error))])
            await self._check_dead_letter_limit(session)

    async def _check_dead_letter_limit(self, session: AsyncSession) -> None:
        if await count_failed(session) > self.set_aside_limit:
            raise DeadLetterLimitReached(
                f"{self.set_aside_limit} messages are dead letters, and another one fails. See the "
                "causes in read_model.set_aside, correct them, then retry: it continues by itself."
            )

    async def _update_lag(self, consumer: Consumer) -> None:
        """Measure the lag, every `LAG_INTERVAL`; a timeout reveals that Kafka does not answer."""
        now = asyncio.get_running_loop().time()
        if now - self._measured < LAG_INTERVAL:
            return
        async with asyncio.timeout(KAFKA_TIMEOUT):
            self.lag = await unfetched_count(consumer) + self._prefetched
        self._measured = now
        LAG.set(self.lag)


async def unfetched_count(consumer: Consumer) -> int:
    """Count the messages of the assigned partitions that were not fetched yet."""
    ends = await consumer.end_offsets(sorted(consumer.assignment()))
    return sum([max(0, end - await consumer.position(part)) for part, end in ends.items()])
