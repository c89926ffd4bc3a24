"""Dead letters: messages that could not be applied, and those of their keys that are blocked.

A failed message blocks its key and nothing else. Blocked messages are applied by themselves as soon
as the one before them is; the failed one is applied by a retry (`python -m <service> retry`), or
superseded by a corrected message with the same sequence number.
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


class AppliedSequence(InboxTable, table=True):
    """The last applied sequence number of each key.

    Pages keep room (fillfactor), so that an update touches no index.
    """

    __tablename__ = "seen"

    __table_args__ = ({"postgresql_with": {"fillfactor": 50}},)

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)


class Applied(InboxTable, table=True):
    """The number of messages applied of each partition, each counted once.

    By partition, since one consumer has a partition at a time: none waits for another's row lock.
    """

    __tablename__ = "applied"

    topic: str = Field(primary_key=True)
    partition: int = Field(primary_key=True)
    messages: int = Field(sa_type=BigInteger)


class DeadLetter(InboxTable, table=True):
    """A message that could not be applied, or is blocked by one (`waits`), with its cause."""

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
class RejectedMessage:
    """A message to store as a dead letter; `blocked` if only an earlier one prevents it."""

    received: Received
    cause: str
    blocked: bool = False


def as_key_rows(keys: Collection[Key]) -> Select[Any]:
    """Select `keys` as rows `(topic, key)`, from two arrays: one statement for any number."""
    rows = (
        func.unnest(
            cast([topic for topic, _ in keys], ARRAY(TEXT)),
            cast([key for _, key in keys], ARRAY(TEXT)),
        )
        .table_valued("topic", "key")
        .render_derived("keys")
    )
    return select(rows.c.topic, rows.c.key)


async def store_dead_letters(session: AsyncSession, rejected: Sequence[RejectedMessage]) -> None:
    """Store `rejected`; report a sequence gap that no earlier dead letter explains."""
    if not rejected:
        return
    lowest = await _lowest_sequences(session, {r.received.key for r in rejected if r.blocked})
    for each in rejected:
        _log_and_count(each, lowest)
    rows = {(row["topic"], row["partition"], row["offset"]): row for row in map(_row, rejected)}
    statement = insert_rows(DeadLetter, list(rows.values()))
    await (await session.connection()).execute(
        statement.on_conflict_do_update(
            index_elements=["topic", "partition", "offset"],
            set_={"cause": statement.excluded.cause, "waits": statement.excluded.waits},
        )
    )


async def _lowest_sequences(session: AsyncSession, keys: Collection[Key]) -> dict[Key, int]:
    if not keys:
        return {}
    letter = table_of(DeadLetter).c
    rows = await (await session.connection()).execute(
        select(letter.topic, letter.key, func.min(letter.sequence).label("sequence"))
        .where(tuple_(letter.topic, letter.key).in_(as_key_rows(keys)))
        .group_by(letter.topic, letter.key)
    )
    return {(row.topic, row.key): row.sequence for row in rows}


def _log_and_count(rejected: RejectedMessage, lowest: dict[Key, int]) -> None:
    """Log and count a dead letter; `lowest` has the lowest sequence of each key so far."""
    received, envelope = rejected.received, rejected.received.envelope
    fields = {
        "topic": received.record.topic,
        "offset": received.record.offset,
        "event_id": envelope and str(envelope.id),
        "key": envelope and envelope.key,
        "cause": rejected.cause,
    }
    SET_ASIDE.labels("waits" if rejected.blocked else "fails").inc()
    if envelope:
        earliest = lowest.get(received.key, received.sequence)
        if rejected.blocked and earliest >= received.sequence:
            GAPS.inc()
            log.error("gap", **fields)
        lowest[received.key] = min(earliest, received.sequence)
    log.warning("set aside", **fields)


def _row(rejected: RejectedMessage) -> dict[str, Any]:
    record, envelope = rejected.received.record, rejected.received.envelope
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": envelope and envelope.key,
        "sequence": envelope and envelope.sequence,
        "type": envelope and envelope.type,
        "cause": _storable(rejected.cause[:500]),
        "waits": rejected.blocked,
        "headers": [
            [_storable(name), _storable((value or b"").decode(errors="replace"))]
            for name, value in record.headers
        ],
        "raw_key": record.key,
        "value": record.value,
    }


def _storable(text: str) -> str:
    """Replace the one character that PostgreSQL cannot store."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def to_record(row: DeadLetter | Row[Any]) -> StoredRecord:
    """Return the record of a dead letter, as it was received."""
    headers = tuple((name, value.encode()) for name, value in row.headers)
    return StoredRecord(row.topic, row.partition, row.offset, row.raw_key, row.value, headers)


async def deliverable(session: AsyncSession, *, limit: int = 2_000) -> list[StoredRecord]:
    """Return blocked messages that can be applied now: the gapless run of each key, in order.

    In a run without gaps, the sequence minus the rank within the key is the applied sequence.
    """
    letter, known = table_of(DeadLetter), table_of(AppliedSequence)
    nth = func.dense_rank().over(
        partition_by=(letter.c.topic, letter.c.key), order_by=letter.c.sequence
    )
    ahead = letter.c.sequence - func.coalesce(known.c.sequence, 0) - nth
    same_key = (known.c.topic == letter.c.topic) & (known.c.key == letter.c.key)
    waiting = (
        select(letter, ahead.label("ahead"))
        .outerjoin_from(letter, known, same_key)
        .where(letter.c.waits)
        .subquery()
    )
    rows = await (await session.connection()).execute(
        select(waiting)
        .where(waiting.c.ahead == 0)
        .order_by(waiting.c.topic, waiting.c.key, waiting.c.sequence, waiting.c.offset)
        .limit(limit)
    )
    return [to_record(row) for row in rows]


async def delete_applied(session: AsyncSession, keys: Collection[Key]) -> None:
    """Delete the dead letters of `keys` that have since been applied, duplicates included."""
    letter, known = table_of(DeadLetter), table_of(AppliedSequence)
    reached = (
        select(known.c.sequence)
        .where((known.c.topic == letter.c.topic) & (known.c.key == letter.c.key))
        .scalar_subquery()
    )
    await (await session.connection()).execute(
        delete(letter).where(
            tuple_(letter.c.topic, letter.c.key).in_(as_key_rows(keys)),
            letter.c.sequence <= reached,
        )
    )


async def count_failed(session: AsyncSession) -> int:
    """Count the dead letters that failed; blocked ones do not count."""
    statement = select(func.count()).select_from(DeadLetter).where(~col(DeadLetter.waits))
    return await session.scalar(statement) or 0


async def dead_letters_of(session: AsyncSession, *, topic: str, key: str) -> Sequence[DeadLetter]:
    """Return the dead letters of a key, in its order."""
    statement = sqlmodel.select(DeadLetter).where(DeadLetter.topic == topic, DeadLetter.key == key)
    ordered = statement.order_by(col(DeadLetter.sequence), col(DeadLetter.offset))
    return (await session.exec(ordered)).all()
