"""Rebuilds a read model next to the live one, and swaps the two in one transaction.

The rebuilt one is filled from the first message on, by the same projections, in a schema of its
own, while the API answers from the live one. It applies exactly the messages that the live one
applied (by `seen`), so that after the swap the live consumer goes on where it was. Only projections
run: what a service *did* because of a message (its reactions) is not done again.

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
from backbone.messaging.dead_letters import Seen
from backbone.messaging.handlers import Key
from backbone.messaging.inbox import Handlers, Received, SoleConsumer, follow, seen
from backbone.messaging.kafka import Consumer, TopicPartition
from backbone.messaging.rebuild_differences import Comparison
from contracts import Message

REBUILD, REPLACED = "rebuild", "replaced"
SEARCH_REBUILD = text(f"SET LOCAL search_path TO public, {REBUILD}")
LOOK_EVERY = 0.1  # seconds
PATIENCE = 10.0  # seconds in which Kafka says where the topics are
ONE_AT_A_TIME = text("SELECT pg_try_advisory_lock(hashtext('rebuild'), 0)")
SWAPPING = text("SELECT pg_advisory_xact_lock(hashtext('replay'), 0)")
# What the topics do not give back: keys that only reactions hear, or that compaction removed.
CARRY_OVER = text(f"""
INSERT INTO {REBUILD}.seen SELECT * FROM {READ_MODEL}.seen
WHERE topic <> ALL (CAST(:facts AS text[])) ON CONFLICT DO NOTHING
""")  # noqa: S608  (names of ours)
CARRY_OVER_SET_ASIDE = text(
    f"INSERT INTO {REBUILD}.set_aside SELECT * FROM {READ_MODEL}.set_aside"  # noqa: S608
)
CARRY_OVER_APPLIED = text(f"INSERT INTO {REBUILD}.applied SELECT * FROM {READ_MODEL}.applied")  # noqa: S608
MISSING = text(f"""
SELECT count(*) FROM {READ_MODEL}.seen AS live LEFT JOIN {REBUILD}.seen AS anew USING (topic, key)
WHERE topic = ANY (CAST(:topics AS text[])) AND anew.sequence IS DISTINCT FROM live.sequence
""")  # noqa: S608  (names of ours)
# Those that only queries need. Made once their tables are full, they cost a third.
INDEXES = text("""
SELECT CAST(CAST(indexrelid AS regclass) AS text), pg_get_indexdef(indexrelid)
FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid
WHERE index.relnamespace = CAST(:schema AS regnamespace) AND NOT indisunique
""")

log = structlog.get_logger()


class AlreadyRebuilding(Exception):  # noqa: N818  (a state, not a fault)
    """Somebody else rebuilds this read model."""

    shown_as = "AlreadyRebuilding"


class TopicMissing(LookupError):  # noqa: N818  (a state, not a fault)
    """Kafka does not have a topic that the projections listen to."""

    shown_as = "TopicMissing"


class HistoryLost(Exception):  # noqa: N818  (a state, not a fault)
    """The topics no longer hold all that the read model was told: it is better than a new one."""

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
class Replay:
    """A replay of a service's topics through its projections."""

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

        Otherwise the rebuilt one stays in schema `rebuild`, to be looked at, until the next time.
        Killed half-way, the live read model is as it was: run it again. Raises `AlreadyRebuilding`,
        `TopicMissing`, `HistoryLost` and what a projection raises; nothing is swapped then.
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
            places = await all_places(consumer, self.projections.topics, patience=self.patience)
            filling = _Filling(self, consumer, places)
            read = await filling.read_on()
            await self._create_indexes(indexes)
            await filling.derive()
            await self._analyze()
            while read > self.batch_size:  # until little is left while the live one stands still
                read = await filling.read_on()
            async with self.engine.begin() as swapping:
                await swapping.execute(SWAPPING)
                await filling.read_on()
                await filling.store()
                await self._complete(swapping, filling)
                return await self._swap(swapping, filling.applied)
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def rebuilding(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction in which the names of read-model tables mean those of `REBUILD`.

        Statements made of tables name a schema, which is translated; SQL text names none, so that
        its tables are found by the search path.
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
            aside = await connection.execution_options(schema_translate_map={READ_MODEL: REBUILD})
            for tables in (InboxTable.metadata, *self.tables):
                await aside.run_sync(tables.create_all)

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
        """Collect statistics: until autovacuum comes, PostgreSQL would plan queries without any."""
        async with self.engine.begin() as connection:
            for tables in self.tables:
                for table in tables.sorted_tables:
                    await connection.execute(text(f"ANALYZE {REBUILD}.{table.name}"))

    async def _drop(self, schema: str) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))

    async def _complete(self, swapping: AsyncConnection, filling: "_Filling") -> None:
        """See that the new one knows all that the live one does, which stands still meanwhile."""
        if await self._missing(swapping):
            filling.go_back()
            await filling.read_on()
        facts = set(self.projections.topics) - self.projections.compacted
        await swapping.execute(CARRY_OVER, {"facts": sorted(facts)})
        if missing := await self._missing(swapping):
            raise HistoryLost(
                f"Messages of {missing} keys that this read model was told are no longer in the "
                "topics, or cannot be read. It stays as it is. See what became of the topics."
            )

    async def _missing(self, swapping: AsyncConnection) -> int:
        asked = {"topics": self.projections.topics}
        return int(await swapping.scalar(MISSING, asked) or 0)

    async def _swap(self, swapping: AsyncConnection, applied: int) -> Rebuilt:
        """Rename, which waits for no reader; what is replaced is dropped afterwards."""
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
    """How many messages were read together, and those of them that the live one took."""

    read: int
    ours: Sequence[Received]


@dataclass
class _Filling:
    """Reads the topics on and on, and applies to the new read model what the live one took."""

    replay: Replay
    consumer: Consumer
    places: Sequence[TopicPartition]
    applied: int = 0
    sole: SoleConsumer = field(default_factory=SoleConsumer)
    live: dict[Key, int] = field(default_factory=dict)
    skipped: dict[TopicPartition, int] = field(default_factory=dict)

    async def read_on(self) -> int:
        """Read to what is now the end of the topics; return how many messages that was."""
        ends = await self.consumer.end_offsets(self.places)
        self.live = await self._live_sequences()
        read, everything = 0, sum(ends.values())
        async with aclosing(self._batches(ends)) as batches:
            async for batch in batches:
                await self._apply(batch.ours)
                read += batch.read
                self.replay.progress(self.applied, everything)
        return read

    async def _batches(self, ends: Mapping[TopicPartition, int]) -> AsyncGenerator[_Batch]:
        """What there is up to there, a batch at a time; the next is read beside the work."""
        ahead = asyncio.create_task(self._fetch(ends))
        try:
            while (batch := await ahead).read:
                ahead = asyncio.create_task(self._fetch(ends))
                yield batch
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _fetch(self, ends: Mapping[TopicPartition, int]) -> _Batch:
        """The next messages up to there; none when all have been read."""
        received = list[Received]()
        while not received and await _is_behind(self.consumer, ends):
            fetched = await self.consumer.getmany(
                timeout_ms=500, max_records=self.replay.batch_size
            )
            records = [r for theirs in fetched.values() for r in theirs]
            received = await self.replay.projections.read_all(records)
        return _Batch(len(received), await self._ours(received))

    async def _live_sequences(self) -> dict[Key, int]:
        """Return how far the live read model has applied each key."""
        live, topics = table_of(Seen), self.replay.projections.topics
        async with self.replay.engine.connect() as connection:
            rows = await connection.execute(select(live).where(live.c.topic.in_(topics)))
            return {(topic, key): sequence for topic, key, sequence in rows}

    async def _ours(self, received: Sequence[Received]) -> list[Received]:
        """Return those that the live one applied; note where the first others are.

        Of keys that it had not applied so far when they were looked up, it is asked again.
        """
        readable = [each for each in received if each.envelope]
        if ahead := {each.key for each in readable if self._is_ahead(each)}:
            async with transaction(create_sessions(self.replay.engine)) as session:
                self.live |= await seen(session, ahead)
        ours = list[Received]()
        for each in readable:
            if self._is_ahead(each):
                place = TopicPartition(each.record.topic, each.record.partition)
                self.skipped.setdefault(place, each.record.offset)
            else:
                ours.append(each)
        return ours

    def _is_ahead(self, received: Received) -> bool:
        return received.sequence > self.live.get(received.key, 0)

    async def derive(self) -> None:
        """Derive what follows from all rows, now that they have their indexes."""
        async with self.replay.rebuilding() as session:
            await self.sole.derive(session, self.replay.projections)

    async def store(self) -> None:
        """Store how far each key was applied."""
        async with self.replay.rebuilding() as session:
            await self.sole.store(session)

    def go_back(self) -> None:
        """Go back to the first messages that the live one had not taken when they were read."""
        for place, offset in self.skipped.items():
            self.consumer.seek(place, offset)

    async def _apply(self, ours: Sequence[Received]) -> None:
        projections = self.replay.projections
        async with self.replay.rebuilding() as session:
            taken = await self.sole.take_in(session, projections, ours)
            self.applied += taken.applied
            if taken.parked:
                self.applied += await follow(session, projections)
        crash_point("replay.half_way")


async def _is_behind(consumer: Consumer, ends: Mapping[TopicPartition, int]) -> bool:
    for place, end in ends.items():
        if await consumer.position(place) < end:
            return True
    return False


async def all_places(
    consumer: Consumer, topics: Collection[str], *, patience: float
) -> list[TopicPartition]:
    """Every partition of the topics: a consumer without a group is assigned them all.

    Raises `TopicMissing` when `patience`, in seconds, is over.
    """
    while missing := set(topics) - {place.topic for place in consumer.assignment()}:
        if patience <= 0:
            names = ", ".join(sorted(missing))
            raise TopicMissing(f"Kafka has no topic {names}. Create the topics first.")
        await asyncio.sleep(LOOK_EVERY)
        patience -= LOOK_EVERY
    return sorted(consumer.assignment())


async def read_to_end(
    consumer: Consumer, handlers: Handlers, *, batch_size: int, patience: float = PATIENCE
) -> AsyncGenerator[list[Message]]:
    """Read the messages that handlers listen to, from the first to what is now the last.

    The consumer has no group, and is started here; whoever made it stops it.
    """
    consumer.subscribe(topics=handlers.topics)
    await consumer.start()
    places = await all_places(consumer, handlers.topics, patience=patience)
    ends = await consumer.end_offsets(places)
    while await _is_behind(consumer, ends):
        fetched = await consumer.getmany(timeout_ms=500, max_records=batch_size)
        records = [record for theirs in fetched.values() for record in theirs]
        received = await handlers.read_all(records)
        yield [each.message for each in received if each.message is not None]
