"""Where an id is in the four databases and in Kafka, so that what was lost is found in a minute."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from verification.comparison import differences
from verification.correspondences import CORRESPONDENCES
from verification.databases import Connection, Snapshots, Unusable, snapshots
from verification.positions import CONSUMED, dead_letters

SHOWN = 10
PATIENCE = 30.0
COLUMNS = """
    SELECT c.table_schema, c.table_name, c.column_name
    FROM information_schema.columns AS c
    JOIN information_schema.tables AS t USING (table_schema, table_name)
    WHERE c.table_schema IN ('public', 'read_model') AND c.data_type = 'uuid'
        AND t.table_type = 'BASE TABLE' AND c.table_name NOT IN ('outbox', 'happening')
    ORDER BY c.table_schema, c.table_name, c.ordinal_position
"""
CODES = frozenset({"channel", "kind", "rule", "sequence", "side", "state", "tries", "version"})
"""Columns that say nothing about a person, besides ids, flags, days and instants."""

TopicKey: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of a table that have the id in a column, without what could be personal."""

    table: str
    column: str
    rows: Sequence[Mapping[str, Any]]

    def lines(self) -> Iterable[str]:
        for row in self.rows[:SHOWN]:
            values = ", ".join(f"{name} {value}" for name, value in row.items())
            yield f"  {self.table} by {self.column}: {values}"
        if len(self.rows) > SHOWN:
            yield f"  {self.table} by {self.column}: … and more"


async def trace(urls: Mapping[str, str], kafka: str, traced: UUID) -> AsyncIterator[str]:
    """Yield lines: rows, events with their positions, what was applied, dead letters, differences.

    Values are ids, codes, days and instants only; `kafka` are its bootstrap servers.
    """
    async with snapshots(urls) as databases:
        found = {service: await _rows(each, traced) for service, each in databases.items()}
        for service, tables in found.items():
            yield f"{service}: {'' if tables else 'no row'}"
            for table in tables:
                for line in table.lines():
                    yield line
        keys = await _keys(databases, found, traced)
        async for line in _events(databases, keys, kafka, traced):
            yield line
        async for line in _applied(databases, keys):
            yield line
        async for line in _letters(databases, [str(traced), *(key for _, key in keys)]):
            yield line
        async for line in _differences(databases, traced):
            yield line


async def _rows(database: Connection, traced: UUID) -> list[Found]:
    found = list[Found]()
    for schema, table, column in await database.fetch(COLUMNS):
        query = f'SELECT * FROM {schema}.{table} WHERE "{column}" = $1 LIMIT {SHOWN + 1}'
        if rows := await database.fetch(query, traced):
            name = f"{schema}.{table}" if schema == "read_model" else table
            found.append(Found(name, column, [_impersonal(row) for row in rows]))
    return found


def _impersonal(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that say nothing about a person, unless they are empty."""
    return {
        name: value
        for name, value in row.items()
        if isinstance(value, UUID | bool)
        or (value is not None and (name in CODES or name.endswith(("_on", "_at"))))
    }


async def _keys(
    databases: Snapshots, found: Mapping[str, Sequence[Found]], traced: UUID
) -> dict[TopicKey, int]:
    """Return the keys whose messages may be about the id, and how many were decided of each.

    They are the id itself and what its own rows name: a contact travels under its pair's key.
    """
    counted = dict[TopicKey, int]()
    for service, database in databases.items():
        own = [t for t in found[service] if t.column == "id" and "." not in t.table]
        named = {v for t in own for row in t.rows for v in row.values() if isinstance(v, UUID)}
        keys = [str(key) for key in {traced, *named}]
        query = "SELECT topic, key, sequence FROM stream WHERE key = ANY($1) ORDER BY topic, key"
        counted |= {(t, k): count for t, k, count in await database.fetch(query, keys)}
    return counted


async def _events(
    databases: Snapshots, keys: Mapping[TopicKey, int], kafka: str, traced: UUID
) -> AsyncIterator[str]:
    yield "events:" if keys else "events: none was decided"
    for (topic, key), count in keys.items():
        database = databases[topic.partition(".")[0]]
        query = "SELECT count(*) FROM outbox WHERE topic = $1 AND key = $2"
        unsent = await database.fetchval(query, topic, key)
        later = f", {unsent} not sent yet" if unsent else ""
        yield f"  {topic}, key {key}: {count} decided{later}"
        async for line in _sent(kafka, topic, key, None if key == str(traced) else traced):
            yield line


async def _sent(kafka: str, topic: str, key: str, about: UUID | None) -> AsyncIterator[str]:
    """Yield the messages that Kafka has of a key; only those about an id, if one is given."""
    async with _consumer(kafka, topic) as consumer:
        places = await _places(consumer, topic)
        numbers = sorted(place.partition for place in places)
        place = TopicPartition(topic, DefaultPartitioner()(key.encode(), numbers, None))
        consumer.pause(*places - {place})
        end = (await consumer.end_offsets([place]))[place]
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=500)).get(place, ()):
                if record.key == key.encode() and _is_about(record.value, about):
                    headers = {name: value.decode() for name, value in record.headers}
                    yield (
                        f"    partition {record.partition}, offset {record.offset}:"
                        f" number {headers['ce_sequence']}, {headers['ce_type']},"
                        f" {headers['ce_time']},"
                        f" event {headers['ce_id']}{'' if record.value else ' (tombstone)'}"
                    )


def _is_about(value: bytes | None, about: UUID | None) -> bool:
    return about is None or (value is not None and str(about).encode() in value)


async def _places(consumer: Any, topic: str) -> set[TopicPartition]:  # noqa: ANN401  (aiokafka's)
    """Return the partitions of the topic: a consumer without a group is assigned them all."""
    patience = time.monotonic() + PATIENCE
    while not (places := consumer.assignment()):
        if time.monotonic() > patience:
            raise Unusable(f"Kafka has no topic {topic}. Create the topics first.")
        await asyncio.sleep(0.1)
    return set(places)


@asynccontextmanager
async def _consumer(kafka: str, topic: str) -> AsyncIterator[Any]:
    # Without a group it begins at the beginning; a seek could be overtaken by the first reset.
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    try:
        await consumer.start()
        yield consumer
    except KafkaError as failure:
        name = "KAFKA_BOOTSTRAP_SERVERS"
        raise Unusable(f"Kafka does not answer ({failure}). Check {name}.") from failure
    finally:
        await consumer.stop()


async def _applied(databases: Snapshots, keys: Mapping[TopicKey, int]) -> AsyncIterator[str]:
    yield "applied:"
    query = "SELECT sequence FROM read_model.seen WHERE topic = $1 AND key = $2"
    for service, topics in CONSUMED.items():
        for (topic, key), count in keys.items():
            if topic in topics:
                done = await databases[service].fetchval(query, topic, key) or 0
                late = "" if done == count else " — NOT ALL"
                yield f"  {service}: {topic}, key {key}: {done} of {count}{late}"


async def _letters(databases: Snapshots, ids: Sequence[str]) -> AsyncIterator[str]:
    letters = [
        letter
        for letter in await dead_letters(databases)
        if any(each in letter.about for each in ids)
    ]
    yield f"dead letters:{'' if letters else ' none'}"
    for letter in letters:
        yield f"  {letter}"


async def _differences(databases: Snapshots, traced: UUID) -> AsyncIterator[str]:
    found = [
        difference
        for correspondence in CORRESPONDENCES
        async for difference in differences(correspondence, databases, only=str(traced))
    ]
    yield f"differences:{'' if found else ' none'}"
    for difference in found:
        yield f"  {difference.correspondence.name}: {difference}"
