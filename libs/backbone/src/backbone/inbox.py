"""What a service does with messages: each once, each key in its order, none lost.

`seen` holds the sequence of the last message applied for each key. A message at or below it was
delivered again and changes nothing, from whatever age. One that jumps is set aside and its key
waits: either an earlier message of the key was set aside, or something was lost upstream. When the
missing one is applied, those that wait follow by themselves.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeAlias, TypeVar
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import BigInteger, DateTime, LargeBinary, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import cast
from sqlmodel import Field, col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone import wire
from backbone.db import InboxTable, insert_rows, table_of
from backbone.telemetry import GAPS, REPEATED, SET_ASIDE, TAKEN_IN
from backbone.wire import Envelope, Record, StoredRecord, Unreadable
from contracts import Card, Message

M = TypeVar("M", bound=Message)
Handler: TypeAlias = Callable[[AsyncSession, Sequence[M]], Awaitable[None]]
Key: TypeAlias = tuple[str, str]

log = structlog.get_logger()


class Seen(InboxTable, table=True):
    """How far each key was applied."""

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)


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
        sa_type=DateTime(timezone=True),  # type: ignore[call-overload]
        sa_column_kwargs={"server_default": func.now()},
    )


class Overtaken(Exception):  # noqa: N818
    """Another consumer advanced a key since this one read how far it was: nothing was applied."""


@dataclass(frozen=True, slots=True)
class Received:
    """A record, its envelope and, if it concerns us, its message; or why it cannot be read."""

    record: Record
    envelope: Envelope | None
    message: Message | None = None
    error: str | None = None


class Handlers:
    """The messages that a service listens to, each with the functions that take them in."""

    def __init__(self, *parts: Self) -> None:
        self._handlers: dict[str, tuple[type[Message], list[Handler[Any]]]] = {}
        for part in parts:
            for kind, (message, handlers) in part._handlers.items():
                self._handlers.setdefault(kind, (message, []))[1].extend(handlers)

    @property
    def topics(self) -> list[str]:
        return sorted({message.topic for message, _ in self._handlers.values()})

    @property
    def compacted(self) -> set[str]:
        """Topics of cards, where a key's earlier messages may be gone for good."""
        return {m.topic for m, _ in self._handlers.values() if issubclass(m, Card)}

    def on(self, message: type[M]) -> Callable[[Handler[M]], Handler[M]]:
        """Hand every batch of these messages to the decorated function, oldest first."""

        def register(handler: Handler[M]) -> Handler[M]:
            self._handlers.setdefault(message.kind(), (message, []))[1].append(handler)
            return handler

        return register

    def read(self, record: Record) -> Received:
        """Read a record that concerns us; pass over the content of one that does not."""
        envelope = None
        try:
            envelope = wire.envelope(record)
            listened = self._handlers.get(envelope.type)
            return Received(record, envelope, listened and _message(listened[0], record, envelope))
        except (Unreadable, ValidationError) as error:
            return Received(record, envelope, error=_reason(error))

    async def apply(self, session: AsyncSession, messages: Sequence[Message]) -> None:
        """Hand messages to their handlers in groups of one type that keep each key's order."""
        for group in groups(messages):
            for handle in self._handlers[group[0].kind()][1]:
                await handle(session, group)


def _message(kind: type[Message], record: Record, envelope: Envelope) -> Message:
    if record.value is not None:
        return kind.model_validate_json(record.value)
    if issubclass(kind, Card):
        return kind.erasure(UUID(envelope.key))
    raise Unreadable("The message has no value.")


def _reason(error: Exception) -> str:
    """What is wrong, without the values: they may be personal."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults[:5])
    if isinstance(error, DBAPIError):
        return str(error.orig).partition("\n")[0]
    return str(error)


def groups(messages: Iterable[Message]) -> list[list[Message]]:
    """Part messages by type into as few groups as keep the order of each key's messages.

    A message joins the first group of its type that no later message of its key precedes.
    """
    parted: list[list[Message]] = []
    last: dict[Key, int] = {}
    of_kind: dict[str, list[int]] = {}
    for message in messages:
        key, kind = (message.topic, message.key), message.kind()
        earliest = last.get(key, 0)
        places = of_kind.setdefault(kind, [])
        place = next((p for p in places if p >= earliest), None)
        if place is None:
            place = len(parted)
            parted.append([])
            places.append(place)
        parted[place].append(message)
        last[key] = place
    return parted


async def take_in(session: AsyncSession, handlers: Handlers, batch: Sequence[Received]) -> None:
    """Apply a batch inside the caller's transaction: what is new, once, in each key's order.

    Raises `Overtaken` when another consumer got there first, and whatever a handler raises.
    """
    read = [received for received in batch if received.envelope]
    before = await seen(session, {_key(received) for received in read})
    sorted_out = _sort_out(batch, before, compacted=handlers.compacted)
    REPEATED.inc(sorted_out.repeated)
    await _keep(session, sorted_out.aside)
    if not sorted_out.turn:
        return
    after = {_key(received): _sequence(received) for received in sorted_out.turn}
    await _advance(session, before, after)
    messages = [received.message for received in sorted_out.turn if received.message]
    await handlers.apply(session, messages)
    TAKEN_IN.inc(len(messages))
    if waiting := await _followers(session, after):
        await take_in(session, handlers, [handlers.read(record) for record in waiting])


@dataclass(frozen=True, slots=True)
class _SortedOut:
    turn: list[Received]
    aside: list[tuple[Received, str, bool]]
    repeated: int


def _sort_out(
    batch: Sequence[Received], before: dict[Key, int], *, compacted: set[str]
) -> _SortedOut:
    """Whose turn it is, and who is set aside with which cause."""
    turn, aside, repeated = list[Received](), list[tuple[Received, str, bool]](), 0
    reached = dict(before)
    for received in batch:
        if received.envelope is None:
            aside.append((received, received.error or "unreadable", False))
            continue
        key, sequence = _key(received), _sequence(received)
        next_one = reached.get(key, 0) + 1
        if sequence < next_one:
            repeated += 1
        elif sequence > next_one and received.record.topic not in compacted:
            aside.append((received, f"waits for {next_one}", True))
        elif received.error:
            aside.append((received, received.error, False))
        else:
            turn.append(received)
            reached[key] = sequence
    return _SortedOut(turn, aside, repeated)


def _key(received: Received) -> Key:
    assert received.envelope  # noqa: S101
    return received.record.topic, received.envelope.key


def _sequence(received: Received) -> int:
    assert received.envelope  # noqa: S101
    return received.envelope.sequence


async def seen(session: AsyncSession, keys: set[Key]) -> dict[Key, int]:
    """How far these keys were applied."""
    if not keys:
        return {}
    topics, names = zip(*keys, strict=True)
    asked = (
        func.unnest(cast(topics, ARRAY(TEXT)), cast(names, ARRAY(TEXT)))
        .table_valued("topic", "key")
        .render_derived("asked")
    )
    known = table_of(Seen)
    found = select(known).join_from(
        known, asked, (known.c.topic == asked.c.topic) & (known.c.key == asked.c.key)
    )
    rows = await (await session.connection()).execute(found)
    return {(row.topic, row.key): row.sequence for row in rows}


async def _advance(session: AsyncSession, before: dict[Key, int], after: dict[Key, int]) -> None:
    """Move `seen` on, provided that it still is what was read; in key order, as all do."""
    rows = [
        {"topic": topic, "key": key, "sequence": sequence}
        for (topic, key), sequence in sorted(after.items())
    ]
    was = (
        func.unnest(
            cast([topic for topic, _ in sorted(after)], ARRAY(TEXT)),
            cast([key for _, key in sorted(after)], ARRAY(TEXT)),
            cast([before.get(key, 0) for key in sorted(after)], ARRAY(BigInteger)),
        )
        .table_valued("topic", "key", "sequence")
        .render_derived("was")
    )
    statement = insert_rows(Seen, rows)
    unchanged = (
        select(was.c.sequence)
        .where((was.c.topic == statement.excluded.topic) & (was.c.key == statement.excluded.key))
        .scalar_subquery()
    )
    moved = await (await session.connection()).execute(
        statement.on_conflict_do_update(
            index_elements=["topic", "key"],
            set_={"sequence": statement.excluded.sequence},
            where=col(Seen.sequence) == unchanged,
        ).returning(Seen.sequence)
    )
    if len(moved.all()) != len(rows):
        raise Overtaken


async def _keep(session: AsyncSession, aside: Sequence[tuple[Received, str, bool]]) -> None:
    """Store what is set aside, and ring when nothing set aside earlier explains a gap."""
    for received, cause, waits in aside:
        record, envelope = received.record, received.envelope
        if waits and not await _blocked(session, received):
            GAPS.inc()
            log.error("gap", topic=record.topic, key=envelope and envelope.key, cause=cause)
        SET_ASIDE.labels("waits" if waits else "fails").inc()
        log.warning("set aside", topic=record.topic, offset=record.offset, cause=cause)
        row = {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": envelope and envelope.key,
            "sequence": envelope and envelope.sequence,
            "type": envelope and envelope.type,
            "cause": cause,
            "waits": waits,
            "headers": [[name, value.decode(errors="replace")] for name, value in record.headers],
            "raw_key": record.key,
            "value": record.value,
        }
        statement = insert(table_of(SetAside)).values(row)
        await (await session.connection()).execute(
            statement.on_conflict_do_update(
                index_elements=["topic", "partition", "offset"],
                set_={"cause": statement.excluded.cause, "waits": statement.excluded.waits},
            )
        )


async def _blocked(session: AsyncSession, received: Received) -> bool:
    topic, key = _key(received)
    earlier = select(SetAside.offset).where(
        col(SetAside.topic) == topic,
        col(SetAside.key) == key,
        col(SetAside.sequence) < _sequence(received),
    )
    return await session.scalar(earlier.limit(1)) is not None


async def set_aside(session: AsyncSession, received: Received, error: Exception) -> None:
    """Keep a message that a handler could not apply, with the cause."""
    await _keep(session, [(received, f"{type(error).__name__}: {_reason(error)}"[:500], False)])


async def _followers(session: AsyncSession, after: dict[Key, int]) -> list[StoredRecord]:
    """Take back those that waited for what has just been applied, in their order."""
    if not await session.scalar(select(select(SetAside.offset).exists())):
        return []
    keys = list(after)
    rows = (
        await session.exec(  # type: ignore[call-overload]
            delete(SetAside)
            .where(tuple_(col(SetAside.topic), col(SetAside.key)).in_(keys))
            .returning(SetAside)
        )
    ).scalars()
    rest = sorted(
        (row for row in rows if row.sequence > after[row.topic, row.key]),
        key=lambda row: row.sequence,
    )
    return [stored(row) for row in rest]


def stored(row: SetAside) -> StoredRecord:
    """The record that was set aside, as it came."""
    headers = tuple((name, value.encode()) for name, value in row.headers)
    return StoredRecord(row.topic, row.partition, row.offset, row.raw_key, row.value, headers)


async def retry(session: AsyncSession, handlers: Handlers, *, topic: str, key: str) -> int:
    """Apply what was set aside for a key, in order; return how many messages still are.

    What cannot be applied raises: the caller's transaction, and with it the key, stays as it was.
    """
    mine = (col(SetAside.topic) == topic) & (col(SetAside.key) == key)
    rows = (
        await session.exec(delete(SetAside).where(mine).returning(SetAside))  # type: ignore[call-overload]
    ).scalars()
    records = [stored(row) for row in sorted(rows, key=lambda row: (row.sequence, row.offset))]
    await take_in(session, handlers, [handlers.read(record) for record in records])
    left = select(func.count()).select_from(SetAside).where(mine)
    return await session.scalar(left) or 0
