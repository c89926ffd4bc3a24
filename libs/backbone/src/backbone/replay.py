"""Builds a read model anew beside the live one, and swaps the two in one transaction.

The new one is filled from the first message on, by the same projections, in a schema of its own,
while the API answers from the live one. It takes exactly the messages that the live one took (by
`seen`), so that after the swap the live consumer goes on where it was. Only projections run:
what a service *did* because of a message (its reactions) is not done again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backbone.db import READ_MODEL, InboxTable, create_sessions, transaction
from backbone.inbox import Handlers, Received, seen, take_in
from backbone.kafka import Consumer, TopicPartition

REBUILD = "rebuild"
ONE_AT_A_TIME = text("SELECT pg_try_advisory_lock(hashtext('rebuild'), 0)")
SWAPPING = text("SELECT pg_advisory_xact_lock(hashtext('replay'), 0)")

log = structlog.get_logger()


class AlreadyRebuilding(Exception):  # noqa: N818
    """Somebody else rebuilds this read model."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a replay ended with: messages read, and each table's digest before and after."""

    messages: int
    before: dict[str, str]
    after: dict[str, str]

    @property
    def same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay of a service's topics through its projections."""

    engine: AsyncEngine
    projections: Handlers
    tables: Sequence[MetaData]
    create_consumer: Callable[[], Consumer]
    batch_size: int = 5_000
    progress: Callable[[int, int], None] = lambda _done, _all: None

    async def run(self) -> Rebuilt:
        """Rebuild and swap. Killed half-way, the live read model is as it was: run it again."""
        async with self.engine.connect() as guard:
            if not await guard.scalar(ONE_AT_A_TIME):
                raise AlreadyRebuilding("A rebuild of this read model is already running.")
            await guard.commit()
            try:
                return await self._run()
            finally:
                await guard.invalidate()

    async def _run(self) -> Rebuilt:
        await self._prepare()
        consumer = self.create_consumer()
        consumer.subscribe(topics=self.projections.topics)
        await consumer.start()
        try:
            places = await _all_places(consumer, self.projections.topics)
            read = await self._fill(consumer, places)
            async with self.engine.begin() as swapping:
                await swapping.execute(SWAPPING)
                read += await self._fill(consumer, places)
                return await self._swap(swapping, read)
        finally:
            await consumer.stop()

    async def _prepare(self) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {REBUILD} CASCADE"))
            await connection.execute(text(f"CREATE SCHEMA {REBUILD}"))
            aside = await connection.execution_options(schema_translate_map={READ_MODEL: REBUILD})
            for tables in (InboxTable.metadata, *self.tables):
                await aside.run_sync(tables.create_all)

    async def _fill(self, consumer: Consumer, places: Sequence[TopicPartition]) -> int:
        """Read on to what is now the end of the topics."""
        ends = await consumer.end_offsets(places)
        read, everything = 0, sum(ends.values())
        while await _is_behind(consumer, ends):
            fetched = await consumer.getmany(timeout_ms=500, max_records=self.batch_size)
            batch = [self.projections.read(r) for theirs in fetched.values() for r in theirs]
            await self._apply(batch)
            read += len(batch)
            self.progress(read, everything)
        return read

    async def _apply(self, batch: Sequence[Received]) -> None:
        """Apply those messages that the live read model has taken."""
        keys = {(r.record.topic, r.envelope.key) for r in batch if r.envelope}
        async with transaction(create_sessions(self.engine)) as session:
            taken = await seen(session, keys)
        ours = [
            r
            for r in batch
            if r.envelope
            and r.envelope.sequence <= taken.get((r.record.topic, r.envelope.key), 0)
        ]
        aside = self.engine.execution_options(schema_translate_map={READ_MODEL: REBUILD})
        async with transaction(create_sessions(aside)) as session:
            await take_in(session, self.projections, ours)

    async def _swap(self, connection: AsyncConnection, read: int) -> Rebuilt:
        await connection.execute(
            text(f"INSERT INTO {REBUILD}.set_aside SELECT * FROM {READ_MODEL}.set_aside")  # noqa: S608
        )
        before = await digests(connection, READ_MODEL)
        after = await digests(connection, REBUILD)
        await connection.execute(text(f"ALTER SCHEMA {READ_MODEL} RENAME TO replaced"))
        await connection.execute(text(f"ALTER SCHEMA {REBUILD} RENAME TO {READ_MODEL}"))
        await connection.execute(text("DROP SCHEMA replaced CASCADE"))
        log.info("read model rebuilt", messages=read, same=before == after)
        return Rebuilt(read, before, after)


async def digests(connection: AsyncConnection, schema: str) -> dict[str, str]:
    """A digest of all rows of each table of a schema, whatever their order."""
    tables = await connection.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = :schema"),
        {"schema": schema},
    )
    result = {}
    for table in sorted(tables):
        row = await connection.execute(
            text(
                f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)"  # noqa: S608
                f" FROM {schema}.{table} AS t"
            )
        )
        count, total = row.one()
        result[table] = f"{count} rows {int(total) & (1 << 64) - 1:016x}"
    return result


async def _all_places(consumer: Consumer, topics: Sequence[str]) -> list[TopicPartition]:
    """Every partition of the topics: a consumer without a group is assigned them all."""
    for _ in range(100):
        places = consumer.assignment()
        if {place.topic for place in places} == set(topics):
            return sorted(places)
        await asyncio.sleep(0.1)
    missing = sorted(set(topics) - {place.topic for place in consumer.assignment()})
    raise LookupError(f"Kafka has no topic {', '.join(missing)}. Create the topics first.")


async def _is_behind(consumer: Consumer, ends: dict[TopicPartition, int]) -> bool:
    for place, end in ends.items():
        if await consumer.position(place) < end:
            return True
    return False
