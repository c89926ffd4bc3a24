"""Rebuild of a read model next to the live one, and the swap of the two in one transaction.

The new one is filled from the first message on, by the same projections, in a schema of its own,
while the API reads the live one. It applies exactly the messages that the live one has applied
(according to `seen`), so that after the swap the live consumer continues where it was. Only
projections run: the effects of a message (reactions) are not repeated.

A rebuilt read model that differs from the live one does not replace it, unless forced: one of the
two is wrong, and a person has to see which.
"""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import structlog
from sqlalchemy import MetaData, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import create_sessions, transaction
from backbone.database.tables import READ_MODEL, InboxTable, table_of
from backbone.messaging.dead_letters import AppliedSequence
from backbone.messaging.handlers import Key
from backbone.messaging.inbox import (
    Handlers,
    Received,
    SoleConsumer,
    applied_sequences,
    apply_deliverable,
)
from backbone.messaging.kafka import Consumer, TopicPartition
from backbone.messaging.rebuild_differences import Comparison
from contracts import Message

REBUILD, REPLACED = "rebuild", "replaced"
SEARCH_REBUILD = text(f"SET LOCAL search_path TO public, {REBUILD}")
POLL_INTERVAL = 0.1  # seconds
PATIENCE = 10.0  # seconds in which Kafka has to assign the partitions
ONE_AT_A_TIME = text("SELECT pg_try_advisory_lock(hashtext('rebuild'), 0)")
# Exclusive: waits for the writers of the read model (`inbox.SHARED_SWAP_LOCK`), and keeps them out.
SWAP_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('replay'), 0)")
# Not in the topics: keys that only reactions consume, or that compaction removed.
CARRY_OVER = text(f"""
INSERT INTO {REBUILD}.seen SELECT * FROM {READ_MODEL}.seen
WHERE topic <> ALL (CAST(:facts AS text[])) ON CONFLICT DO NOTHING
""")  # noqa: S608  (literal names)
CARRY_OVER_SET_ASIDE = text(
    f"INSERT INTO {REBUILD}.set_aside SELECT * FROM {READ_MODEL}.set_aside"  # noqa: S608
)
CARRY_OVER_APPLIED = text(f"INSERT INTO {REBUILD}.applied SELECT * FROM {READ_MODEL}.applied")  # noqa: S608
MISSING = text(f"""
SELECT count(*) FROM {READ_MODEL}.seen AS live
LEFT JOIN {REBUILD}.seen AS rebuilt USING (topic, key)
WHERE topic = ANY (CAST(:topics AS text[])) AND rebuilt.sequence IS DISTINCT FROM live.sequence
""")  # noqa: S608  (literal names)
# Indexes that only queries need: created once the tables are full, they cost a third.
INDEXES = text("""
SELECT CAST(CAST(indexrelid AS regclass) AS text), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
WHERE index.relnamespace = CAST(:schema AS regnamespace) AND NOT indisunique
""")

log = structlog.get_logger()


class AlreadyRebuilding(Exception):
    """Another process rebuilds this read model."""

    shown_as = "AlreadyRebuilding"


class TopicMissing(LookupError):
    """A topic that the projections consume does not exist in Kafka."""

    shown_as = "TopicMissing"


class TopicIncomplete(Exception):
    """Topics that no longer have all messages that the live read model applied: it stays."""

    shown_as = "HistoryLost"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result of a rebuild: messages applied, the comparison, and whether it was swapped."""

    messages: int
    comparison: Comparison
    swapped: bool

    @property
    def same(self) -> bool:
        return self.comparison.same


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild of a service's read model from its topics, through its projections."""

    engine: AsyncEngine
    projections: Handlers
    tables: Sequence[MetaData]
    create_consumer: Callable[[], Consumer]
    batch_size: int = 5_000
    patience: float = PATIENCE
    force: bool = False  # swap even if the content differs
    progress: Callable[[int, int], None] = lambda _done, _all: None

    async def run(self) -> Rebuilt:
        """Rebuild, compare, and swap if both are equal or `force` is set.

        Otherwise the new one stays in schema `rebuild`, for inspection, until the next rebuild.
        After a crash the live read model is unchanged. Raise `AlreadyRebuilding`, `TopicMissing`,
        `TopicIncomplete`, or what a projection raises; nothing is swapped then.
        """
        async with self.engine.connect() as guard:
            if not await guard.scalar(ONE_AT_A_TIME):
                raise AlreadyRebuilding("A rebuild of this read model is already running.")
            await guard.commit()
            try:
                rebuilt = await self._rebuild()
                await self._drop(REPLACED)
            finally:
                await guard.invalidate()
        return rebuilt

    async def _rebuild(self) -> Rebuilt:
        await self._prepare()
        indexes = await self._drop_indexes()
        consumer = self.create_consumer()
        try:
            consumer.subscribe(topics=self.projections.topics)
            await consumer.start()
            partitions = await all_partitions(
                consumer, self.projections.topics, patience=self.patience
            )
            replayer = _Replayer(self, consumer, partitions)
            read = await replayer.catch_up()
            await self._create_indexes(indexes)
            await replayer.derive()
            await self._analyze()
            while read > self.batch_size:  # so that little is left for the time under the lock
                read = await replayer.catch_up()
            async with self.engine.begin() as swapping:
                await swapping.execute(SWAP_LOCK)
                await replayer.catch_up()
                await replayer.store()
                await self._verify_complete(swapping, replayer)
                return await self._swap(swapping, replayer.applied)
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def rebuilding(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction in which the names of read-model tables mean those in `REBUILD`.

        SQLAlchemy translates the schema of its tables; SQL text names no schema, and is resolved by
        the search path.
        """
        engine = self.engine.execution_options(schema_translate_map={READ_MODEL: REBUILD})
        async with transaction(create_sessions(engine)) as session:
            await (await session.connection()).execute(SEARCH_REBUILD)
            yield session

    async def _prepare(self) -> None:
        for leftover in (REBUILD, REPLACED):
            await self._drop(leftover)
        async with self.engine.begin() as connection:
            await connection.execute(text(f"CREATE SCHEMA {REBUILD}"))
            translated = await connection.execution_options(
                schema_translate_map={READ_MODEL: REBUILD}
            )
            for tables in (InboxTable.metadata, *self.tables):
                await translated.run_sync(tables.create_all)

    async def _drop_indexes(self) -> Sequence[str]:
        """Drop the indexes that only queries need; return the statements that create them."""
        async with self.engine.begin() as connection:
            indexes = (await connection.execute(INDEXES, {"schema": REBUILD})).all()
            for name, _ in indexes:
                await connection.execute(text(f"DROP INDEX {name}"))
        return [statement for _, statement in indexes]

    async def _create_indexes(self, statements: Sequence[str]) -> None:
        async with self.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    async def _analyze(self) -> None:
        """Collect statistics, without which PostgreSQL plans badly until autovacuum runs."""
        async with self.engine.begin() as connection:
            for tables in self.tables:
                for table in tables.sorted_tables:
                    await connection.execute(text(f"ANALYZE {REBUILD}.{table.name}"))

    async def _drop(self, schema: str) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))

    async def _verify_complete(self, swapping: AsyncConnection, replayer: "_Replayer") -> None:
        """Verify, under the swap lock, that all that the live one applied is in the new one."""
        if await self._missing(swapping):
            replayer.rewind_to_skipped()
            await replayer.catch_up()
        facts = set(self.projections.topics) - self.projections.compacted
        await swapping.execute(CARRY_OVER, {"facts": sorted(facts)})
        if missing := await self._missing(swapping):
            raise TopicIncomplete(
                f"Messages of {missing} keys that this read model has applied are no longer in the "
                "topics, or cannot be read. It stays as it is. Check the topics' retention."
            )

    async def _missing(self, swapping: AsyncConnection) -> int:
        parameters = {"topics": self.projections.topics}
        return int(await swapping.scalar(MISSING, parameters) or 0)

    async def _swap(self, swapping: AsyncConnection, applied: int) -> Rebuilt:
        """Swap the schemas by renaming; the replaced one is dropped afterwards."""
        await swapping.execute(CARRY_OVER_SET_ASIDE)
        await swapping.execute(text(f"TRUNCATE {REBUILD}.applied"))
        await swapping.execute(CARRY_OVER_APPLIED)
        comparison = await Comparison.of(swapping, READ_MODEL, REBUILD)
        swapped = comparison.same or self.force
        if swapped:
            await swapping.execute(text(f"ALTER SCHEMA {READ_MODEL} RENAME TO {REPLACED}"))
            await swapping.execute(text(f"ALTER SCHEMA {REBUILD} RENAME TO {READ_MODEL}"))
        log.info("rebuilt", messages=applied, same=comparison.same, swapped=swapped)
        return Rebuilt(applied, comparison, swapped)


@dataclass(frozen=True, slots=True)
class _Batch:
    """The number of messages read together, and those of them that the live one applied."""

    read: int
    applied_by_live: Sequence[Received]


@dataclass
class _Replayer:
    """A reader of the topics that applies to the new read model what the live one applied."""

    rebuild: Rebuild
    consumer: Consumer
    partitions: Sequence[TopicPartition]
    applied: int = 0
    sole: SoleConsumer = field(default_factory=SoleConsumer)
    live: dict[Key, int] = field(default_factory=dict)
    skipped: dict[TopicPartition, int] = field(default_factory=dict)

    async def catch_up(self) -> int:
        """Read to the present end of the topics; return the number of messages read."""
        ends = await self.consumer.end_offsets(self.partitions)
        self.live = await self._live_sequences()
        read, everything = 0, sum(ends.values())
        async with aclosing(self._batches(ends)) as batches:
            async for batch in batches:
                await self._apply(batch.applied_by_live)
                read += batch.read
                self.rebuild.progress(self.applied, everything)
        return read

    async def _batches(self, ends: Mapping[TopicPartition, int]) -> AsyncGenerator[_Batch]:
        """Yield batches up to `ends`; fetch the next one during the work on the last."""
        next_batch = asyncio.create_task(self._fetch(ends))
        try:
            while (batch := await next_batch).read:
                next_batch = asyncio.create_task(self._fetch(ends))
                yield batch
        finally:
            next_batch.cancel()
            await asyncio.gather(next_batch, return_exceptions=True)

    async def _fetch(self, ends: Mapping[TopicPartition, int]) -> _Batch:
        """Fetch the next messages up to `ends`; none when all have been read."""
        received = list[Received]()
        while not received and await _is_behind(self.consumer, ends):
            fetched = await self.consumer.getmany(
                timeout_ms=500, max_records=self.rebuild.batch_size
            )
            records = [record for records in fetched.values() for record in records]
            received = await self.rebuild.projections.read_all(records)
        return _Batch(len(received), await self._applied_by_live(received))

    async def _live_sequences(self) -> dict[Key, int]:
        """Return how far the live read model has applied each key."""
        live, topics = table_of(AppliedSequence), self.rebuild.projections.topics
        async with self.rebuild.engine.connect() as connection:
            rows = await connection.execute(select(live).where(live.c.topic.in_(topics)))
            return {(topic, key): sequence for topic, key, sequence in rows}

    async def _applied_by_live(self, received: Sequence[Received]) -> list[Received]:
        """Return the messages that the live one applied; remember where the first others are.

        Sequences are looked up again for keys in which it seems to be behind.
        """
        readable = [each for each in received if each.envelope]
        if ahead := {each.key for each in readable if self._is_ahead(each)}:
            async with transaction(create_sessions(self.rebuild.engine)) as session:
                self.live |= await applied_sequences(session, ahead)
        applied = list[Received]()
        for each in readable:
            if self._is_ahead(each):
                partition = TopicPartition(each.record.topic, each.record.partition)
                self.skipped.setdefault(partition, each.record.offset)
            else:
                applied.append(each)
        return applied

    def _is_ahead(self, received: Received) -> bool:
        return received.sequence > self.live.get(received.key, 0)

    async def derive(self) -> None:
        """Refresh the derived tables, now that the rows have their indexes."""
        async with self.rebuild.rebuilding() as session:
            await self.sole.derive(session, self.rebuild.projections)

    async def store(self) -> None:
        """Store the applied sequence of each key."""
        async with self.rebuild.rebuilding() as session:
            await self.sole.store(session)

    def rewind_to_skipped(self) -> None:
        """Seek the first messages that the live one had not applied when they were read."""
        for partition, offset in self.skipped.items():
            self.consumer.seek(partition, offset)

    async def _apply(self, messages: Sequence[Received]) -> None:
        projections = self.rebuild.projections
        async with self.rebuild.rebuilding() as session:
            result = await self.sole.apply_batch(session, projections, messages)
            self.applied += result.applied
            if result.has_parked:
                self.applied += await apply_deliverable(session, projections)
        crash_point("replay.half_way")


async def _is_behind(consumer: Consumer, ends: Mapping[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return True
    return False


async def all_partitions(
    consumer: Consumer, topics: Collection[str], *, patience: float
) -> list[TopicPartition]:
    """Return every partition of `topics`: a consumer without a group is assigned them all.

    Raise `TopicMissing` after `patience` seconds.
    """
    while missing := set(topics) - {partition.topic for partition in consumer.assignment()}:
        if patience <= 0:
            names = ", ".join(sorted(missing))
            raise TopicMissing(f"Kafka has no topic {names}. Create the topics first.")
        await asyncio.sleep(POLL_INTERVAL)
        patience -= POLL_INTERVAL
    return sorted(consumer.assignment())


async def read_to_end(
    consumer: Consumer, handlers: Handlers, *, batch_size: int, patience: float = PATIENCE
) -> AsyncGenerator[list[Message]]:
    """Yield all messages of the handlers' topics, up to the present end, in batches.

    The consumer has no group; it is started here, and stopped by the caller.
    """
    consumer.subscribe(topics=handlers.topics)
    await consumer.start()
    partitions = await all_partitions(consumer, handlers.topics, patience=patience)
    ends = await consumer.end_offsets(partitions)
    while await _is_behind(consumer, ends):
        fetched = await consumer.getmany(timeout_ms=500, max_records=batch_size)
        records = [record for records in fetched.values() for record in records]
        received = await handlers.read_all(records)
        yield [each.message for each in received if each.message is not None]
