"""Brings messages from Kafka to the handlers: a batch is a transaction, then the offsets move on.

A batch that fails is halved until the culprit stands alone and is set aside. Passing troubles (the
database or the broker is away, another consumer took over) are waited out and begun again.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from aiokafka.errors import KafkaError
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from backbone.crash import crash_point
from backbone.db import Sessions, is_passing, transaction
from backbone.inbox import Handlers, Overtaken, Received, SetAside, set_aside, take_in
from backbone.kafka import Consumer
from backbone.telemetry import LAG

NO_SWAP = text("SELECT pg_advisory_xact_lock_shared(hashtext('replay'), 0)")

log = structlog.get_logger()


class StopLoss(Exception):  # noqa: N818
    """So much was set aside that the cause must be ours: better to stop than to go on."""


class Consuming:
    """One consumer of a service's group, with the handlers it feeds."""

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

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until told to stop. Raises `StopLoss` when too much has been set aside."""
        while not stopping.is_set():
            try:
                await self._work(stopping)
            except (KafkaError, Overtaken, SQLAlchemyError, OSError) as failure:
                self.lag = None
                log.warning("consumer begins again", reason=repr(failure))
                await _pause(stopping)

    async def _work(self, stopping: asyncio.Event) -> None:
        consumer = self.create_consumer()
        await consumer.start()
        try:
            consumer.subscribe(topics=self.handlers.topics)
            while not stopping.is_set():
                await self.take_next(consumer)
        finally:
            await consumer.stop()

    async def take_next(self, consumer: Consumer) -> int:
        """Take what there is, a batch at most; return how many messages it was."""
        fetched = await consumer.getmany(timeout_ms=200, max_records=self.batch_size)
        records = [record for theirs in fetched.values() for record in theirs]
        if records:
            crash_point("consumer.before_apply")
            await self.settle([self.handlers.read(record) for record in records])
            crash_point("consumer.before_offsets")
            await consumer.commit(
                {place: theirs[-1].offset + 1 for place, theirs in fetched.items() if theirs}
            )
            crash_point("consumer.after_offsets")
        self.lag = await lag(consumer)
        LAG.set(self.lag)
        return len(records)

    async def settle(self, batch: Sequence[Received]) -> None:
        """Apply a batch in one transaction; if something in it fails, set just that aside."""
        try:
            async with transaction(self.sessions) as session:
                await (await session.connection()).execute(NO_SWAP)
                await take_in(session, self.handlers, batch)
                crash_point("consumer.before_commit")
        except Exception as error:
            if isinstance(error, Overtaken) or is_passing(error):
                raise
            if len(batch) == 1:
                await self._set_aside(batch[0], error)
                return
            middle = len(batch) // 2
            await self.settle(batch[:middle])
            await self.settle(batch[middle:])

    async def _set_aside(self, received: Received, error: Exception) -> None:
        async with transaction(self.sessions) as session:
            failed = select(func.count()).select_from(SetAside).where(~col(SetAside.waits))
            if (await session.scalar(failed) or 0) >= self.set_aside_limit:
                raise StopLoss(
                    f"{self.set_aside_limit} messages were set aside and one more fails: "
                    f"{error!r}. Mend the cause, retry what was set aside, start again."
                )
            await set_aside(session, received, error)


async def lag(consumer: Consumer) -> int:
    """How many messages of the assigned partitions are still to be taken."""
    behind = 0
    for place in consumer.assignment():
        end = consumer.highwater(place)
        if end is not None:
            behind += max(0, end - await consumer.position(place))
    return behind


async def _pause(stopping: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), timeout=1)
    except TimeoutError:
        return
