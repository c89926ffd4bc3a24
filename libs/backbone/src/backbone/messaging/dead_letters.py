"""What was set aside: messages that could not be applied, and those of their keys that wait.

A message that fails holds up its key and nothing else. Those that wait follow by themselves as soon
as the one before them is applied; the one that failed is applied by a retry, or overtaken by a
corrected message of the same sequence.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlmodel
import structlog
from sqlalchemy import BigInteger, DateTime, LargeBinary, Row, Select, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.sql import cast
from sqlmodel import Field, col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_rows
from backbone.database.tables import InboxTable, table_of
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.handlers import Key, Received
from backbone.observability.telemetry import GAPS, SET_ASIDE

log = structlog.get_logger()


class Seen(InboxTable, table=True):
    """How far each key was applied; pages keep room, so that a change touches no index."""

    __tablename__ = "seen"

    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)


class Applied(InboxTable, table=True):
    """How many messages of a partition were applied, each counted once.

    By partition, because one consumer has a partition at a time: none waits for another's row.
    """

    __tablename__ = "applied"

    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    messages: int = Field(sa_type=BigInteger)


class SetAside(InboxTable, table=True):
    """Messages that could not be applied, or wait for one that could not, with the cause."""

    __tablename__ = "set_aside"

    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    offset: int = Field(primary_key=True, sa_type=BigInteger)
    key: str | None = Field(index=True)
    sequence: int | None = Field(sa_type=BigInteger)
    type: str | None
    cause: str
    waits: bool
    headers: list[list[str]] = Field(sa_type=JSONB)
    raw_key: bytes | None = Field(sa_type=LargeBinary)
    value: bytes | None = Field(sa_type=LargeBinary)
    set_aside_at: datetime = Field(
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )


@dataclass(frozen=True, slots=True)
class Aside:
    """A message to set aside, and why; `waits` when only an earlier one keeps it from its turn."""

    received: Received
    cause: str
    waits: bool = False


def asked(keys: Collection[Key]) -> Select[Any]:
    """The keys as rows `(topic, key)`: from two arrays, so that any number makes one statement."""
    rows = (
        func.unnest(
            cast([topic for topic, _ in keys], ARRAY(TEXT)),
            cast([key for _, key in keys], ARRAY(TEXT)),
        )
        .table_valued("topic", "key")
        .render_derived("asked")
    )
    return select(rows.c.topic, rows.c.key)


async def keep(session: AsyncSession, asides: Sequence[Aside]) -> None:
    """Store what is set aside, and ring when nothing set aside earlier explains a gap."""
    if not asides:
        return
    first = await _first_set_aside(session, {a.received.key for a in asides if a.waits})
    for aside in asides:
        _tell(aside, first)
    rows = {(row["topic"], row["partition"], row["offset"]): row for row in map(_row, asides)}
    statement = insert_rows(SetAside, list(rows.values()))
    await (await session.connection()).execute(
        statement.on_conflict_do_update(
            index_elements=["topic", "partition", "offset"],
            set_={"cause": statement.excluded.cause, "waits": statement.excluded.waits},
        )
    )


async def _first_set_aside(session: AsyncSession, keys: Collection[Key]) -> dict[Key, int]:
    if not keys:
        return {}
    aside = table_of(SetAside).c
    rows = await (await session.connection()).execute(
        select(aside.topic, aside.key, func.min(aside.sequence).label("sequence"))
        .where(tuple_(aside.topic, aside.key).in_(asked(keys)))
        .group_by(aside.topic, aside.key)
    )
    return {(row.topic, row.key): row.sequence for row in rows}


def _tell(aside: Aside, first: dict[Key, int]) -> None:
    """Log and count one; `first` is the lowest sequence that each key has set aside so far."""
    received, envelope = aside.received, aside.received.envelope
    what = {
        "topic": received.record.topic,
        "offset": received.record.offset,
        "event_id": envelope and str(envelope.id),
        "key": envelope and envelope.key,
        "cause": aside.cause,
    }
    SET_ASIDE.labels("waits" if aside.waits else "fails").inc()
    if envelope:
        lowest = first.get(received.key, received.sequence)
        if aside.waits and lowest >= received.sequence:
            GAPS.inc()
            log.error("gap", **what)
        first[received.key] = min(lowest, received.sequence)
    log.warning("set aside", **what)


def _row(aside: Aside) -> dict[str, Any]:
    record, envelope = aside.received.record, aside.received.envelope
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": envelope and envelope.key,
        "sequence": envelope and envelope.sequence,
        "type": envelope and envelope.type,
        "cause": _storable(aside.cause[:500]),
        "waits": aside.waits,
        "headers": [
            [_storable(name), _storable((value or b"").decode(errors="replace"))]
            for name, value in record.headers
        ],
        "raw_key": record.key,
        "value": record.value,
    }


def _storable(text: str) -> str:
    """The text without what PostgreSQL cannot hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def stored(row: SetAside | Row[Any]) -> StoredRecord:
    """The record that was set aside, as it came."""
    headers = tuple((name, value.encode()) for name, value in row.headers)
    return StoredRecord(row.topic, row.partition, row.offset, row.raw_key, row.value, headers)


async def due(session: AsyncSession, *, most: int = 2_000) -> list[StoredRecord]:
    """Those that waited and whose turn has come: each key's unbroken run, in its order."""
    aside, known = table_of(SetAside), table_of(Seen)
    nth = func.dense_rank().over(
        partition_by=(aside.c.topic, aside.c.key), order_by=aside.c.sequence
    )
    ahead = aside.c.sequence - func.coalesce(known.c.sequence, 0) - nth
    same_key = (known.c.topic == aside.c.topic) & (known.c.key == aside.c.key)
    waiting = (
        select(aside, ahead.label("ahead"))
        .outerjoin_from(aside, known, same_key)
        .where(aside.c.waits)
        .subquery()
    )
    rows = await (await session.connection()).execute(
        select(waiting)
        .where(waiting.c.ahead == 0)
        .order_by(waiting.c.topic, waiting.c.key, waiting.c.sequence, waiting.c.offset)
        .limit(most)
    )
    return [stored(row) for row in rows]


async def forget_applied(session: AsyncSession, keys: Collection[Key]) -> None:
    """Drop what was set aside for these keys and has been applied since, in whatever copy."""
    aside, known = table_of(SetAside), table_of(Seen)
    reached = (
        select(known.c.sequence)
        .where((known.c.topic == aside.c.topic) & (known.c.key == aside.c.key))
        .scalar_subquery()
    )
    await (await session.connection()).execute(
        delete(aside).where(
            tuple_(aside.c.topic, aside.c.key).in_(asked(keys)), aside.c.sequence <= reached
        )
    )


async def failed(session: AsyncSession) -> int:
    """How many messages failed and still are set aside; those that only wait do not count."""
    counted = select(func.count()).select_from(SetAside).where(~col(SetAside.waits))
    return await session.scalar(counted) or 0


async def set_aside_for(session: AsyncSession, *, topic: str, key: str) -> Sequence[SetAside]:
    """All that is set aside for a key, in its order."""
    mine = sqlmodel.select(SetAside).where(SetAside.topic == topic, SetAside.key == key)
    ordered = mine.order_by(col(SetAside.sequence), col(SetAside.offset))
    return (await session.exec(ordered)).all()
