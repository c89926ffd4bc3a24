"""The idempotent consumer: each message is applied once, in the order of its key, none is lost.

`seen` holds the last applied sequence number of each key. A message at or below it is a duplicate
and changes nothing, however old. One beyond the next number reveals a sequence gap: it is parked
as a blocked dead letter, since an earlier message of its key is a dead letter too, or was lost
upstream. When the missing one is applied, the blocked ones follow by themselves.
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
    AppliedSequence,
    DeadLetter,
    RejectedMessage,
    as_key_rows,
    delete_applied,
    deliverable,
    store_dead_letters,
)
from backbone.messaging.handlers import Handlers, Key, Received

__all__ = [
    "SHARED_SWAP_LOCK",
    "AppliedSequence",
    "BatchResult",
    "ConcurrentUpdate",
    "DeadLetter",
    "Handlers",
    "Received",
    "SoleConsumer",
    "applied_sequences",
    "apply_batch",
    "apply_deliverable",
]

# Shared lock of every writer to the read model: a rebuild takes it exclusively for its swap.
SHARED_SWAP_LOCK = text("SELECT pg_advisory_xact_lock_shared(hashtext('replay'), 0)")


class ConcurrentUpdate(Exception):
    """Another consumer advanced a key since this one read how far it was: nothing was applied."""

    shown_as = "Overtaken"


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The number of messages of a batch that were applied, were duplicates, or failed.

    `has_parked`: there are blocked dead letters, which may have become deliverable.
    """

    applied: int
    duplicates: int
    failed: int
    has_parked: bool


class SoleConsumer:
    """Applied sequences in memory, for a consumer that applies alone, from the first message on.

    It applies what `apply_batch` would apply. Once there is a dead letter, or at the end (`store`),
    the sequences are written to `seen`, which counts from then on. Derived tables are refreshed
    once (`derive`), and with each batch from then on.
    """

    def __init__(self) -> None:
        self.sequences: dict[Key, int] = {}
        self.stored = self.derived = False

    async def apply_batch(
        self, session: AsyncSession, handlers: Handlers, batch: Sequence[Received]
    ) -> BatchResult:
        """Apply a batch inside the caller's transaction; unusable once that is rolled back."""
        if not self.stored:
            ready, after, rejected = _classify(batch, self.sequences, handlers.compacted)
            if not rejected:
                apply = handlers.apply if self.derived else handlers.apply_alone
                await apply(session, [r.message for r in ready if r.message is not None])
                self.sequences |= after
                duplicates = len(batch) - len(ready)
                return BatchResult(len(ready), duplicates, failed=0, has_parked=False)
            await self.store(session)
        return await apply_batch(session, handlers, batch)

    async def derive(self, session: AsyncSession, handlers: Handlers) -> None:
        """Refresh all derived tables: cheaper once than after each batch."""
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
            await (await session.connection()).execute(insert_rows(AppliedSequence, Rows(columns)))
        self.stored = True


async def apply_batch(
    session: AsyncSession, handlers: Handlers, batch: Sequence[Received]
) -> BatchResult:
    """Apply the new messages of `batch` in the caller's transaction, in the order of each key.

    Raise `ConcurrentUpdate` if another consumer advanced a key, and what a handler raises.
    """
    before = await applied_sequences(
        session, {received.key for received in batch if received.envelope}
    )
    ready, after, rejected = _classify(batch, before, handlers.compacted)
    await store_dead_letters(session, rejected)
    has_parked = False
    if ready:
        if has_parked := await _advance(session, before, after, _by_partition(ready)):
            await delete_applied(session, after)
        await handlers.apply(session, [r.message for r in ready if r.message is not None])
    return BatchResult(
        applied=len(ready),
        duplicates=len(batch) - len(ready) - len(rejected),
        failed=sum(not each.blocked for each in rejected),
        has_parked=has_parked,
    )


async def apply_deliverable(session: AsyncSession, handlers: Handlers) -> int:
    """Apply the parked messages that became deliverable; return their number."""
    applied = 0
    while records := await deliverable(session):
        result = await apply_batch(session, handlers, [handlers.read(each) for each in records])
        applied += result.applied
    return applied


def _classify(
    batch: Sequence[Received], before: dict[Key, int], compacted: Collection[str]
) -> tuple[list[Received], dict[Key, int], list[RejectedMessage]]:
    """Return the messages to apply, the sequences that they lead to, and the dead letters.

    The others are duplicates.
    """
    ready, after, rejected = list[Received](), dict[Key, int](), list[RejectedMessage]()
    for received in batch:
        if received.envelope is None:
            rejected.append(RejectedMessage(received, received.error or "unreadable"))
            continue
        key, sequence = received.key, received.envelope.sequence
        expected = (after.get(key) or before.get(key, 0)) + 1
        if sequence < expected:
            continue
        if sequence > expected and received.record.topic not in compacted:
            rejected.append(RejectedMessage(received, f"waits for {expected}", blocked=True))
        elif received.error:
            rejected.append(RejectedMessage(received, received.error))
        else:
            ready.append(received)
            after[key] = sequence
    return ready, after, rejected


async def applied_sequences(session: AsyncSession, keys: Collection[Key]) -> dict[Key, int]:
    """Return the last applied sequence number of each of `keys`, where there is one."""
    if not keys:
        return {}
    known, wanted = table_of(AppliedSequence), as_key_rows(keys).subquery()
    statement = select(known).join_from(
        known, wanted, (known.c.topic == wanted.c.topic) & (known.c.key == wanted.c.key)
    )
    rows = await (await session.connection()).execute(statement)
    return {(topic, key): sequence for topic, key, sequence in rows}


def _by_partition(applied: Sequence[Received]) -> Counter[tuple[str, int]]:
    return Counter((received.record.topic, received.record.partition) for received in applied)


async def _advance(
    session: AsyncSession,
    before: dict[Key, int],
    after: dict[Key, int],
    applied: Counter[tuple[str, int]],
) -> bool:
    """Advance `seen` from `before` to `after`; return whether there are dead letters.

    Raise `ConcurrentUpdate` if a key is no longer where it was read.
    """
    result = await (await session.connection()).execute(
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
    moved = result.one()
    if moved.known + moved.begun != len(after):
        raise ConcurrentUpdate
    return bool(moved.has_parked)


def _advancing() -> Select[Any]:
    """Build the statement that advances known keys from where they were, and inserts new ones.

    It returns how many of each advanced (a mismatch reveals a concurrent update), and whether there
    are dead letters: mostly there are none, which saves a statement. It counts by partition too.
    """
    applied_sequences = table_of(AppliedSequence)
    changes = (
        func.unnest(
            bindparam("topics", type_=ARRAY(TEXT)),
            bindparam("keys", type_=ARRAY(TEXT)),
            bindparam("before", type_=ARRAY(BigInteger)),
            bindparam("after", type_=ARRAY(BigInteger)),
        )
        .table_valued("topic", "key", "before", "after")
        .render_derived("changes")
    )
    known = (
        update(applied_sequences)
        .values(sequence=changes.c.after)
        .where(
            applied_sequences.c.topic == changes.c.topic, applied_sequences.c.key == changes.c.key
        )
        .where(applied_sequences.c.sequence == changes.c.before)
        .returning(applied_sequences.c.sequence)
        .cte("known")
    )
    new = select(changes.c.topic, changes.c.key, changes.c.after).where(changes.c.before == 0)
    begun = (
        insert(applied_sequences)
        .from_select(["topic", "key", "sequence"], new.order_by(changes.c.topic, changes.c.key))
        .on_conflict_do_nothing()
        .returning(applied_sequences.c.sequence)
        .cte("begun")
    )
    return select(
        select(func.count()).select_from(_counting().cte("counted")).scalar_subquery(),
        select(func.count()).select_from(known).scalar_subquery().label("known"),
        select(func.count()).select_from(begun).scalar_subquery().label("begun"),
        exists(select(table_of(DeadLetter).c.offset)).label("has_parked"),
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
