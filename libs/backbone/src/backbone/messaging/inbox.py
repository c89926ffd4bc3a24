"""What a service does with messages: each once, each key in its order, none lost.

`seen` holds the sequence of the last message applied for each key. A message at or below it was
delivered again and changes nothing, from whatever age. One that jumps is set aside and its key
waits: either an earlier message of the key was set aside, or something was lost upstream. When the
missing one is applied, those that wait follow by themselves.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Integer, Select, bindparam, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import Rows, insert_rows
from backbone.database.tables import table_of
from backbone.messaging.dead_letters import (
    Applied,
    Aside,
    Seen,
    SetAside,
    asked,
    due,
    forget_applied,
    keep,
)
from backbone.messaging.handlers import Handlers, Key, Received

__all__ = [
    "NO_SWAP",
    "Handlers",
    "Overtaken",
    "Received",
    "Seen",
    "SetAside",
    "SoleConsumer",
    "Taken",
    "follow",
    "seen",
    "take_in",
]

# Held by whoever writes to the read model, so that a rebuilt one is not put in its place meanwhile.
NO_SWAP = text("SELECT pg_advisory_xact_lock_shared(hashtext('replay'), 0)")


class Overtaken(Exception):  # noqa: N818  (a state, not a fault)
    """Another consumer advanced a key since this one read how far it was: nothing was applied."""

    shown_as = "Overtaken"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: how many were applied, had been before, or failed.

    `parked` says whether something is set aside that may follow what was applied.
    """

    applied: int
    repeated: int
    failed: int
    parked: bool


class SoleConsumer:
    """How far each key was applied, in memory: for one that applies alone, from the beginning.

    It applies what `take_in` would apply. Once a message is set aside, or at the end (`store`), the
    sequences are written to `seen`, which counts from then on. What is derived is brought up to
    date once (`derive`), and with each batch from then on.
    """

    def __init__(self) -> None:
        self.sequences: dict[Key, int] = {}
        self.stored = self.derived = False

    async def take_in(
        self, session: AsyncSession, handlers: Handlers, batch: Sequence[Received]
    ) -> Taken:
        """Apply a batch inside the caller's transaction; if that is undone, use this no more."""
        if not self.stored:
            turn, after, asides = _sort_out(batch, self.sequences, compacted=handlers.compacted)
            if not asides:
                apply = handlers.apply if self.derived else handlers.apply_alone
                await apply(session, [r.message for r in turn if r.message is not None])
                self.sequences |= after
                return Taken(len(turn), repeated=len(batch) - len(turn), failed=0, parked=False)
            await self.store(session)
        return await take_in(session, handlers, batch)

    async def derive(self, session: AsyncSession, handlers: Handlers) -> None:
        """Derive what follows from all that was applied: cheaper once than after each batch."""
        await handlers.derive_all(session)
        self.derived = True

    async def store(self, session: AsyncSession) -> None:
        """Write the sequences to `seen`, once."""
        if self.sequences and not self.stored:
            columns: dict[str, Sequence[Any]] = {
                "topic": [topic for topic, _ in self.sequences],
                "key": [key for _, key in self.sequences],
                "sequence": list(self.sequences.values()),
            }
            await (await session.connection()).execute(insert_rows(Seen, Rows(columns)))
        self.stored = True


async def take_in(session: AsyncSession, handlers: Handlers, batch: Sequence[Received]) -> Taken:
    """Apply a batch inside the caller's transaction: what is new, once, in each key's order.

    Raises `Overtaken` when another consumer got there first, and whatever a handler raises.
    """
    before = await seen(session, {received.key for received in batch if received.envelope})
    turn, after, asides = _sort_out(batch, before, compacted=handlers.compacted)
    await keep(session, asides)
    parked = False
    if turn:
        if parked := await _advance(session, before, after, _by_partition(turn)):
            await forget_applied(session, after)
        await handlers.apply(session, [r.message for r in turn if r.message is not None])
    return Taken(
        applied=len(turn),
        repeated=len(batch) - len(turn) - len(asides),
        failed=sum(not aside.waits for aside in asides),
        parked=parked,
    )


async def follow(session: AsyncSession, handlers: Handlers) -> int:
    """Apply, in the caller's transaction, those whose turn has come; return how many they were."""
    followed = 0
    while waiting := await due(session):
        taken = await take_in(session, handlers, [handlers.read(record) for record in waiting])
        followed += taken.applied
    return followed


def _sort_out(
    batch: Sequence[Received], before: dict[Key, int], *, compacted: Collection[str]
) -> tuple[list[Received], dict[Key, int], list[Aside]]:
    """Whose turn it is, how far that brings each key, and who is set aside with which cause.

    The others were applied before.
    """
    turn, after, asides = list[Received](), dict[Key, int](), list[Aside]()
    for received in batch:
        if received.envelope is None:
            asides.append(Aside(received, received.error or "unreadable"))
            continue
        key, sequence = received.key, received.envelope.sequence
        next_one = (after.get(key) or before.get(key, 0)) + 1
        if sequence < next_one:
            continue
        if sequence > next_one and received.record.topic not in compacted:
            asides.append(Aside(received, f"waits for {next_one}", waits=True))
        elif received.error:
            asides.append(Aside(received, received.error))
        else:
            turn.append(received)
            after[key] = sequence
    return turn, after, asides


async def seen(session: AsyncSession, keys: Collection[Key]) -> dict[Key, int]:
    """How far these keys were applied."""
    if not keys:
        return {}
    known, wanted = table_of(Seen), asked(keys).subquery()
    found = select(known).join_from(
        known, wanted, (known.c.topic == wanted.c.topic) & (known.c.key == wanted.c.key)
    )
    rows = await (await session.connection()).execute(found)
    return {(topic, key): sequence for topic, key, sequence in rows}


def _by_partition(applied: Sequence[Received]) -> Counter[tuple[str, int]]:
    return Counter((received.record.topic, received.record.partition) for received in applied)


async def _advance(
    session: AsyncSession,
    before: dict[Key, int],
    after: dict[Key, int],
    applied: Counter[tuple[str, int]],
) -> bool:
    """Move `seen` on, provided that it still is what was read; is there anything set aside?"""
    told = await (await session.connection()).execute(
        ADVANCE,
        {
            "topics": [topic for topic, _ in after],
            "keys": [key for _, key in after],
            "before": [before.get(key, 0) for key in after],
            "after": list(after.values()),
            "applied_topics": [topic for topic, _ in applied],
            "applied_partitions": [partition for _, partition in applied],
            "applied_messages": list(applied.values()),
        },
    )
    moved = told.one()
    if moved.known + moved.begun != len(after):
        raise Overtaken
    return bool(moved.parked)


def _advancing() -> Select[Any]:
    """Move keys on: those that are known from where they were, new ones from nothing.

    It answers how many of each did, and whether there is anything set aside: mostly there is not,
    and then there is less to ask. In the same statement, messages are counted by partition.
    """
    seen = table_of(Seen)
    told = (
        func.unnest(
            bindparam("topics", type_=ARRAY(TEXT)),
            bindparam("keys", type_=ARRAY(TEXT)),
            bindparam("before", type_=ARRAY(BigInteger)),
            bindparam("after", type_=ARRAY(BigInteger)),
        )
        .table_valued("topic", "key", "before", "after")
        .render_derived("told")
    )
    known = (
        update(seen)
        .values(sequence=told.c.after)
        .where(seen.c.topic == told.c.topic, seen.c.key == told.c.key)
        .where(seen.c.sequence == told.c.before)
        .returning(seen.c.sequence)
        .cte("known")
    )
    new = select(told.c.topic, told.c.key, told.c.after).where(told.c.before == 0)
    begun = (
        insert(seen)
        .from_select(["topic", "key", "sequence"], new.order_by(told.c.topic, told.c.key))
        .on_conflict_do_nothing()
        .returning(seen.c.sequence)
        .cte("begun")
    )
    return select(
        select(func.count()).select_from(_counting().cte("counted")).scalar_subquery(),
        select(func.count()).select_from(known).scalar_subquery().label("known"),
        select(func.count()).select_from(begun).scalar_subquery().label("begun"),
        exists(select(table_of(SetAside).c.offset)).label("parked"),
    )


def _counting() -> ReturningInsert[Any]:
    """Add to the number of messages applied of each partition."""
    table = table_of(Applied)
    rows = (
        func.unnest(
            bindparam("applied_topics", type_=ARRAY(TEXT)),
            bindparam("applied_partitions", type_=ARRAY(Integer)),
            bindparam("applied_messages", type_=ARRAY(BigInteger)),
        )
        .table_valued("topic", "partition", "messages")
        .render_derived("counts")
    )
    counting = insert(table).from_select(["topic", "partition", "messages"], select(rows))
    return counting.on_conflict_do_update(
        index_elements=["topic", "partition"],
        set_={"messages": table.c.messages + counting.excluded.messages},
    ).returning(table.c.partition)


ADVANCE = _advancing()
