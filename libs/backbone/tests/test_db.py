"""Rows in bulk, and which failures are of the moment."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from asyncpg import PostgresError
from notebook import Noted, NoteWritten, Owner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import Rows, insert_missing, rows_from, upsert
from backbone.database.sessions import Sessions, create_engine, is_transient, transaction
from backbone.errors import reason
from backbone.settings import Settings

PID = text("SELECT pg_backend_pid()")


async def failure(db: AsyncSession, statement: str, **values: Any) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught:
        await (await db.connection()).execute(text(statement), values)
    return caught.value


async def test_what_is_wrong_with_the_data_does_not_pass(db: AsyncSession) -> None:
    """Neither what PostgreSQL refuses nor what its driver cannot encode."""
    refused = await failure(db, "SELECT 1 / 0")
    await db.rollback()
    too_large = await failure(db, "SELECT CAST(:n AS int)", n=1 << 40)
    await db.rollback()
    unknown = await failure(db, "SELECT * FROM nowhere")

    assert not any(map(is_transient, [refused, too_large, unknown, ValueError()]))


async def test_what_a_server_that_is_away_causes_passes(
    db: AsyncSession, sessions: Sessions
) -> None:
    mine = (await (await db.connection()).execute(text("SELECT pg_backend_pid()"))).scalar_one()
    async with transaction(sessions) as other:
        cutting = text("SELECT pg_terminate_backend(:pid)").bindparams(pid=mine)
        await (await other.connection()).execute(cutting)

    assert is_transient(await failure(db, "SELECT 1"))
    assert is_transient(ConnectionRefusedError())
    assert is_transient(TimeoutError())
    await db.rollback()


async def test_a_connection_that_the_server_closed_is_replaced(
    settings: Settings, sessions: Sessions
) -> None:
    engine = create_engine(settings, pool_size=1)
    async with engine.connect() as first:
        before = await first.scalar(PID)
    async with transaction(sessions) as other:
        cutting = text("SELECT pg_terminate_backend(:pid, 5000)").bindparams(pid=before)
        assert (await (await other.connection()).execute(cutting)).scalar_one()
    await asyncio.sleep(0.05)  # in which we hear of it

    async with engine.connect() as second:
        assert await second.scalar(PID) != before

    await engine.dispose()


async def test_a_deadlock_passes(sessions: Sessions) -> None:
    raised = text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$")
    with pytest.raises(DBAPIError) as caught:
        async with transaction(sessions) as session:
            await (await session.connection()).execute(raised)
    assert is_transient(caught.value)


async def test_a_failure_is_named_without_the_values_it_is_about(db: AsyncSession) -> None:
    quoting = await failure(db, "SELECT CAST(:name AS uuid)", name="Jo Dupont")
    await db.rollback()
    await insert_missing(db, Owner, [{"owner_id": uuid4(), "name": "Jo Dupont"}])
    await (await db.connection()).execute(
        text("CREATE UNIQUE INDEX one_name ON read_model.owner (name)")
    )
    with pytest.raises(IntegrityError) as doubled:
        async with db.begin_nested():
            db.add(Owner(owner_id=uuid4(), name="Jo Dupont"))

    await db.rollback()
    misspelt = await failure(db, "SELECT * FROM nowhere WHERE name = :name", name="Jo Dupont")

    assert "Jo" not in str(misspelt)
    for error in (quoting, doubled.value):
        assert "Jo" not in reason(error)
    assert "one_name" in reason(doubled.value)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("SELECT 'Jo Dupont'::uuid", "InvalidTextRepresentationError"),
        ("INSERT INTO owner VALUES (gen_random_uuid(), NULL), (NULL, 'Jo Dupont')", "null value"),
    ],
)
async def test_a_failure_of_the_driver_is_named_without_values_too(
    db: AsyncSession, statement: str, named: str
) -> None:
    driver = (await (await db.connection()).get_raw_connection()).driver_connection
    assert driver
    with pytest.raises(PostgresError) as caught:
        await driver.execute(statement)

    assert named in reason(caught.value)
    assert "Jo" not in reason(caught.value)


def test_a_row_has_the_columns_named_and_no_others() -> None:
    one, two = NoteWritten(notebook_id=uuid4(), words=1), NoteWritten(notebook_id=uuid4(), words=2)

    assert list(rows_from([one, two], "words", book="notebook_id")) == [
        {"words": 1, "book": one.notebook_id},
        {"words": 2, "book": two.notebook_id},
    ]
    assert list(rows_from([one], "words")) == [{"words": 1}]
    assert not rows_from([], "words")


def test_rows_stored_by_column_read_like_a_list_of_rows() -> None:
    listed = [{"book": "a", "words": 1}, {"book": "b", "words": 2}, {"book": "a", "words": 3}]

    rows = Rows.of(listed)

    assert len(rows) == 3
    assert list(rows) == listed
    assert rows[-1] == listed[-1]
    assert list(rows[1:]) == listed[1:]
    assert Rows.of(rows) is rows


def test_the_last_row_of_each_key_is_found() -> None:
    rows = Rows.of([{"book": "a", "n": 1}, {"book": "b", "n": 2}, {"book": "a", "n": 3}])

    assert list(rows.last_of_each(["book"])) == [{"book": "a", "n": 3}, {"book": "b", "n": 2}]
    assert rows.last_of_each(["book", "n"]) is rows


async def test_adding_what_is_new_leaves_what_is_there(db: AsyncSession) -> None:
    jo, al = uuid4(), uuid4()
    await insert_missing(db, Owner, [{"owner_id": jo, "name": "Jo"}])
    await insert_missing(db, Owner, [{"owner_id": jo, "name": "x"}, {"owner_id": al, "name": "Al"}])
    await insert_missing(db, Owner, [])

    assert set((await db.exec(select(Owner.name))).all()) == {"Jo", "Al"}


async def test_upserting_sets_what_is_named_and_the_last_row_of_a_key_wins(
    db: AsyncSession,
) -> None:
    note, book = uuid4(), uuid4()
    await insert_missing(db, Noted, [{"note_id": note, "notebook_id": book, "words": 1}])
    rows = [{"note_id": note, "notebook_id": book, "words": words} for words in (2, 3)]
    await upsert(db, Noted, rows)
    await upsert(db, Noted, [])

    assert (await db.exec(select(Noted.words))).all() == [3]


async def test_twenty_thousand_rows_are_one_statement(db: AsyncSession) -> None:
    rows = [{"note_id": uuid4(), "notebook_id": uuid4(), "words": n} for n in range(20_000)]
    await upsert(db, Noted, rows)

    assert len((await db.exec(select(Noted.note_id))).all()) == 20_000
