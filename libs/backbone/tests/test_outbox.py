"""Events leave with the transaction that decided them, counted per key without a gap."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from notebook import Notebook, NoteTornOut, NoteWritten, OwnerCard
from sqlalchemy import text
from sqlalchemy.event import listen, remove
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.notify import RelayNotifier
from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.messaging.outbox import emit
from backbone.testing.fixtures import ClientOf

Announced = Callable[[], Any]


class Undone(Exception):
    pass


async def write_in_turmoil(sessions: Sessions, keys: list[Any], *, times: int, seed: int) -> int:
    """Emit for some of the keys again and again, every fifth time in vain; count what should be."""
    chance, emitted = random.Random(seed), 0  # noqa: S311  (nothing to guess)
    for nth in range(times):
        chosen = chance.choices(keys, k=chance.randint(1, 6))
        try:
            async with transaction(sessions) as session:
                for key in chosen:
                    emit(session, NoteWritten(notebook_id=key, words=seed))
                    await asyncio.sleep(0)
                if nth % 5 == 4:
                    raise Undone  # noqa: TRY301  (for the transaction to see)
                emitted += len(chosen)
        except Undone:
            pass
    return emitted


async def test_eight_writers_on_fifteen_keys_leave_no_gap_and_no_inversion(
    sessions: Sessions, outbox_messages: Announced
) -> None:
    keys = [uuid4() for _ in range(15)]

    emitted = await asyncio.gather(
        *(write_in_turmoil(sessions, keys, times=40, seed=writer) for writer in range(8))
    )

    sequences = defaultdict[str, list[int]](list)
    for row in await outbox_messages():  # ordered by position
        sequences[row.key].append(row.sequence)
    assert sum(map(len, sequences.values())) == sum(emitted)
    for counted in sequences.values():
        assert counted == list(range(1, len(counted) + 1))


async def test_of_two_transactions_on_a_key_the_first_to_commit_comes_first(
    sessions: Sessions, outbox_messages: Announced
) -> None:
    notebook = uuid4()
    async with sessions() as early, sessions() as late:
        emit(early, NoteWritten(notebook_id=notebook, words=1))
        emit(late, NoteWritten(notebook_id=notebook, words=2))
        await late.commit()
        await early.commit()

    told = [
        (row.sequence, NoteWritten.model_validate_json(row.payload).words)
        for row in await outbox_messages()
    ]
    assert told == [(1, 2), (2, 1)]


async def test_messages_of_a_transaction_keep_their_order(
    db: AsyncSession, outbox_messages: Announced
) -> None:
    notebook, note = uuid4(), uuid4()
    emit(
        db, NoteWritten(notebook_id=notebook, note_id=note), OwnerCard(owner_id=uuid4(), name="Jo")
    )
    emit(db, NoteTornOut(notebook_id=notebook, note_id=note))
    await db.commit()

    rows = await outbox_messages()
    assert [row.type for row in rows] == ["note-written.v1", "owner-card.v1", "note-torn-out.v1"]
    assert [row.sequence for row in rows] == [1, 1, 2]


async def test_what_is_rolled_back_announces_nothing(
    db: AsyncSession, outbox_messages: Announced
) -> None:
    emit(db, NoteWritten(notebook_id=uuid4()))
    await db.rollback()
    db.add(Notebook(title="kept"))
    await db.commit()

    assert await outbox_messages() == []


async def test_emitting_inside_a_savepoint_is_refused(db: AsyncSession) -> None:
    async with db.begin_nested():
        with pytest.raises(RuntimeError, match="once the savepoint has ended"):
            emit(db, NoteWritten(notebook_id=uuid4()))


async def test_a_savepoint_undone_leaves_what_was_emitted_before_it(
    db: AsyncSession, outbox_messages: Announced
) -> None:
    emit(db, NoteWritten(notebook_id=uuid4()))
    savepoint = await db.begin_nested()
    await savepoint.rollback()
    async with db.begin_nested():
        pass
    await db.commit()

    assert len(await outbox_messages()) == 1


async def test_a_commit_that_fails_answers_no_success(
    client_of: ClientOf, sessions: Sessions, outbox_messages: Announced
) -> None:
    await deferring(
        sessions,
        "ALTER TABLE notebook ADD CONSTRAINT late UNIQUE (version) DEFERRABLE INITIALLY DEFERRED",
    )
    try:
        first = await client_of("writer").post("/notebooks", json={"title": "one"})
        second = await client_of("writer").post("/notebooks", json={"title": "two"})
    finally:
        await deferring(sessions, "ALTER TABLE notebook DROP CONSTRAINT late")

    assert first.status_code == 201
    assert second.status_code == 500
    assert len(await outbox_messages()) == 1


async def deferring(sessions: Sessions, statement: str) -> None:
    async with transaction(sessions) as session:
        await (await session.connection()).execute(text(statement))


async def test_a_commit_that_fails_announces_nothing(
    db: AsyncSession, outbox_messages: Announced
) -> None:
    db.add_all([Notebook(title="same"), Notebook(title="same")])
    emit(db, NoteWritten(notebook_id=uuid4()))

    with pytest.raises(IntegrityError):
        await db.commit()
    await db.rollback()

    assert await outbox_messages() == []


async def test_the_events_are_written_last_of_all(db: AsyncSession, engine: AsyncEngine) -> None:
    """A transaction that waits for a key must not lock rows for which the key's holder waits."""
    statements = list[list[str]]()

    def note(*said: Any) -> None:
        statements.append(said[2].split()[:3])

    listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        emit(db, NoteWritten(notebook_id=uuid4()))
        db.add(Notebook(title="one"))
        await db.commit()
    finally:
        remove(engine.sync_engine, "before_cursor_execute", note)

    assert statements == [["INSERT", "INTO", "notebook"], ["WITH", "pending", "AS"]]


async def test_a_tombstone_has_no_payload(db: AsyncSession, outbox_messages: Announced) -> None:
    emit(db, OwnerCard.erasure(uuid4()))
    await db.commit()

    [row] = await outbox_messages()
    assert row.payload is None


async def test_a_message_that_kafka_would_not_take_is_refused_where_it_is_emitted(
    db: AsyncSession, outbox_messages: Announced
) -> None:
    with pytest.raises(ValueError, match=r"note-written.v1 of 30\d{4} bytes is over 204800"):
        emit(db, NoteWritten(notebook_id=uuid4(), text="x" * 300_000))
    await db.commit()

    assert await outbox_messages() == []


async def test_the_bell_rings_once_something_is_announced(sessions: Sessions) -> None:
    notifier = RelayNotifier()
    notifying = create_sessions(sessions.kw["bind"], notifier=notifier)
    async with transaction(notifying) as session:
        session.add(Notebook(title="quiet"))
    assert not notifier._pending.is_set()

    async with transaction(notifying) as session:
        emit(session, NoteWritten(notebook_id=uuid4()))
        assert not notifier._pending.is_set()
    assert notifier._pending.is_set()
