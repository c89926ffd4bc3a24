"""Carries the outbox to Kafka: reads the oldest rows, sends them, deletes what was acknowledged.

One relay works per database (an advisory lock; a second one stands by). There is no cursor: a row
that commits late is still there. What was sent and not deleted, because the process died between
the two, is sent again, and the consumers leave it alone by its sequence.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import structlog
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    UnknownTopicOrPartitionError,
)
from aiokafka.partitioner import DefaultPartitioner
from asyncpg import InterfaceError, PostgresError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backbone.crash import crash_point
from backbone.database.notify import CHANNEL
from backbone.database.task_failures import cause_of, note_failure
from backbone.errors import named_reason
from backbone.messaging import cloudevents
from backbone.messaging.kafka import Batch, Producer
from backbone.observability.telemetry import RELAYED
from backbone.shutdown import pause

POLL_INTERVAL = 0.5
IN_FLIGHT = 2

log = structlog.get_logger()
partitioner = DefaultPartitioner()

LOCK = text("SELECT pg_try_advisory_lock(hashtext('relay'), 0)")
OLDEST = """
SELECT position, topic, key, sequence, event_id, type, occurred_at, traceparent, payload
FROM outbox WHERE position <> ALL ($1::bigint[]) AND NOT EXISTS (
    SELECT FROM dead_letter
    WHERE task = 'relay' AND (about = topic OR about = topic || ' ' || key)
)
ORDER BY position LIMIT $2
"""
# A message that cannot be sent holds up its key, so that consumers get each key in its order; one
# whose topic is missing holds up the topic.
SET_ASIDE = """
INSERT INTO dead_letter (task, about, cause) VALUES ('relay', $1, $2)
ON CONFLICT (task, about) DO UPDATE SET cause = excluded.cause, failed_at = now()
"""
# A deletion that a crash of the server forgets only has the message sent again.
ASYNC_COMMIT = text("SET synchronous_commit = off")
DELETE = "DELETE FROM outbox WHERE position = ANY ($1::bigint[])"

DriverConnection: TypeAlias = Any  # asyncpg.Connection, which has no types
PendingSend: TypeAlias = tuple[list[int], Awaitable[object]]
OutboxRow: TypeAlias = Sequence[Any]  # an asyncpg.Record: the columns of OLDEST in their order


PASSING = (KafkaError, SQLAlchemyError, PostgresError, InterfaceError, OSError)
REJECTED = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidTopicError)


class TooLargeToSend(ValueError):
    """A message is over what Kafka takes at once."""

    shown_as = "TooLargeToSend"


class NoSuchTopic(ValueError):
    """Kafka has no topic of this name."""

    shown_as = "NoSuchTopic"


class RelayAlreadyRunning(Exception):
    """Another relay works on this database."""


class Relay:
    """The sender of the outbox; `source` names the service in events, such as `/envol/matching`.

    `fails`: the last attempt failed. After a failure that is not temporary, messages are sent
    `one_by_one` until the one that cannot be sent is a dead letter.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        create_producer: Callable[[], Producer],
        source: str,
        batch_size: int = 2_000,
    ) -> None:
        self.engine, self.create_producer, self.source = engine, create_producer, source
        self.batch_size = batch_size
        self.woken = asyncio.Event()
        self.fails = self.one_by_one = False

    async def run(self, stopping: asyncio.Event) -> None:
        """Relay until `stopping` is set; after a failure, start again from the remaining rows."""
        while not stopping.is_set():
            try:
                await self._work(stopping)
            except RelayAlreadyRunning:
                await pause(stopping, seconds=1)
            except Exception as failure:  # noqa: BLE001  (whatever it is, it is begun again)
                self.fails = True
                if _is_passing(failure):
                    log.warning("relay begins again", reason=named_reason(failure))
                else:
                    self.one_by_one = True  # to find the message that cannot be sent
                    note_failure("relay", failure)
                await pause(stopping, seconds=1)

    async def _work(self, stopping: asyncio.Event) -> None:
        async with self.engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await free.scalar(LOCK):
                raise RelayAlreadyRunning
            await free.execute(ASYNC_COMMIT)
            try:
                await self._listen(free)
                await self._send_until(stopping, free)
            finally:
                await free.invalidate()  # the lock goes with the connection

    async def _send_until(self, stopping: asyncio.Event, connection: AsyncConnection) -> None:
        producer = self.create_producer()
        try:
            await producer.start()
            while not stopping.is_set():
                if self.one_by_one:
                    done = await self._drain_one_by_one(connection, producer)
                else:
                    done = await self.drain(connection, producer, stopping)
                self.fails = False
                if not done:
                    await self._wait(stopping)
        finally:
            await producer.stop()

    async def _listen(self, connection: AsyncConnection) -> None:
        driver = await _driver_connection(connection)
        await driver.add_listener(CHANNEL, lambda *_: self.woken.set())

    async def _wait(self, stopping: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(e.wait()) for e in (self.woken, stopping)]
        await asyncio.wait(waits, timeout=POLL_INTERVAL, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        self.woken.clear()

    async def drain(
        self,
        connection: AsyncConnection,
        producer: Producer,
        stopping: asyncio.Event | None = None,
    ) -> int:
        """Send all there is; return how many messages were acknowledged and deleted.

        The next rows are fetched while the previous ones are in flight. Once `stopping` is set,
        none are fetched, and the call ends with those in flight.
        """
        driver = await _driver_connection(connection)
        done, flying = 0, list[PendingSend]()
        try:
            while True:
                rows = await self._next(driver, flying, stopping)
                if rows:
                    crash_point("relay.before_send")
                    sent = await self._send(producer, rows)
                    flying.append(([position for position, *_ in rows], sent))
                if flying and (not rows or len(flying) >= IN_FLIGHT):
                    done += await _delete_acknowledged(driver, *flying.pop(0))
                elif not rows:
                    return done
        finally:
            await asyncio.gather(*(sent for _, sent in flying), return_exceptions=True)

    async def _drain_one_by_one(self, connection: AsyncConnection, producer: Producer) -> int:
        """Send the oldest rows one by one; hold the key, or topic, of what cannot be sent.

        The producer is unusable after that: it expects the failed message before any other.
        """
        driver = await _driver_connection(connection)
        rows = await driver.fetch(OLDEST, [], self.batch_size)
        for row in rows:
            position, topic, key, *_ = row
            try:
                await _delete_acknowledged(driver, [position], await self._send(producer, [row]))
            except Exception as error:
                if not _is_passing(error):
                    about = topic if isinstance(error, NoSuchTopic) else f"{topic} {key}"
                    await driver.execute(SET_ASIDE, about, cause_of(error))
                    log.warning("set aside", about=about, position=position)
                raise
        self.one_by_one = False
        return len(rows)

    async def _next(
        self, driver: DriverConnection, flying: list[PendingSend], stopping: asyncio.Event | None
    ) -> Sequence[OutboxRow]:
        """Fetch the oldest rows that are not on their way yet."""
        if stopping and stopping.is_set():
            return []
        in_flight = [position for positions, _ in flying for position in positions]
        rows: Sequence[OutboxRow] = await driver.fetch(OLDEST, in_flight, self.batch_size)
        return rows

    async def _send(self, producer: Producer, rows: Sequence[OutboxRow]) -> Awaitable[object]:
        """Hand rows over, batch by batch in their order; the answer awaits all their acks."""
        partitions = {
            topic: await _partitions_of(topic, producer) for topic in {row[1] for row in rows}
        }
        by_partition = defaultdict[tuple[str, int], list[OutboxRow]](list)
        for row in rows:
            _, topic, key, *_ = row
            by_partition[topic, partition_of(key, partitions[topic])].append(row)
        sent = list[Awaitable[object]]()
        try:
            for (topic, partition), messages in by_partition.items():
                for batch in self._batches(producer, messages):
                    sent.append(await producer.send_batch(batch, topic, partition=partition))
        except Exception:
            await asyncio.gather(*sent, return_exceptions=True)
            raise
        return asyncio.gather(*sent)

    def _batches(self, producer: Producer, rows: Sequence[OutboxRow]) -> Iterator[Batch]:
        batch, is_empty = producer.create_batch(), True
        for row in rows:
            if self._append(batch, row) is None:
                if not is_empty:
                    yield batch
                batch = producer.create_batch()
                if self._append(batch, row) is None:
                    raise TooLargeToSend("The message is over what Kafka takes at once.")
            is_empty = False
        yield batch

    def _append(self, batch: Batch, row: OutboxRow) -> object | None:
        _, _, key, sequence, event_id, kind, time, traceparent, payload = row
        return batch.append(
            key=key.encode(),
            value=payload,
            timestamp=int(time.timestamp() * 1000),
            headers=cloudevents.headers(
                event_id=event_id,
                source=self.source,
                kind=kind,
                subject=key,
                time=time,
                sequence=sequence,
                traceparent=traceparent,
            ),
        )


def _is_passing(error: Exception) -> bool:
    """Return whether a failure is temporary: of the database, or of the way to Kafka."""
    return isinstance(error, PASSING) and not isinstance(error, REJECTED)


async def _partitions_of(topic: str, producer: Producer) -> int:
    try:
        return len(await producer.partitions_for(topic))
    except UnknownTopicOrPartitionError as unknown:
        raise NoSuchTopic(f"Kafka has no topic {topic}. Create it, then retry.") from unknown


@lru_cache(maxsize=1 << 16)
def partition_of(key: str, partitions: int) -> int:
    """Return a key's partition, as Kafka's own clients compute it; it depends on their number."""
    partition: int = partitioner(key.encode(), range(partitions), None)
    return partition


async def _driver_connection(connection: AsyncConnection) -> DriverConnection:
    """Return asyncpg's own connection: of thousands of rows a batch, SQLAlchemy's cost too much."""
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None  # it is open
    return driver


async def _delete_acknowledged(
    driver: DriverConnection, positions: list[int], acknowledged: Awaitable[object]
) -> int:
    """Delete rows once Kafka has them; return how many they were."""
    await acknowledged
    crash_point("relay.after_ack")
    await driver.execute(DELETE, positions)
    crash_point("relay.after_delete")
    RELAYED.inc(len(positions))
    return len(positions)
