"""Who applied twice is one person: the contact book and the pairs follow, in any order."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select

from backbone.database.sessions import Sessions, create_sessions
from backbone.database.tables import READ_MODEL, InboxTable
from backbone.messaging.rebuild_differences import digests
from backbone.testing.fixtures import Topics
from contracts import MenteesMerged, Message, PersonCard
from notifications.__main__ import SERVICE
from notifications.read_model import Merge, Pair, Person, ReadModelTable


def merged(kept: Any, *duplicates: Any) -> MenteesMerged:
    return MenteesMerged(mentee_id=kept, duplicates=duplicates, merged_on=date(2026, 4, 2))


async def pair_of(sessions: Sessions) -> Any:
    async with sessions() as session:
        return (await session.exec(select(Pair.mentee_id, Pair.last_sign_on))).one()


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_a_pair_is_that_of_the_application_that_stayed_last(
    topics: Topics, sessions: Sessions, pair: Any, order: Sequence[int]
) -> None:
    second, third = uuid4(), uuid4()
    messages: list[Message] = [
        pair.paired(),
        pair.in_touch(pair.starts_on + timedelta(days=1)),
        merged(second, pair.mentee_id),
        merged(third, second, pair.mentee_id),
    ]

    await topics.publish(*(messages[at] for at in order))

    assert await pair_of(sessions) == (third, pair.starts_on + timedelta(days=1))


async def test_the_contact_book_knows_who_stayed_and_not_who_was_merged(
    topics: Topics, sessions: Sessions, pair: Any
) -> None:
    kept = uuid4()
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())

    await topics.publish(
        merged(kept, pair.mentee_id),
        pair.mentee(person_id=kept, email="kept@example.org"),
        PersonCard.erasure(pair.mentee_id),
    )

    mentee_id, _ = await pair_of(sessions)
    async with sessions() as session:
        reached = await session.get(Person, mentee_id)
        assert reached is not None
        assert reached.email == "kept@example.org"
        assert await session.get(Person, pair.mentee_id) is None


async def test_built_anew_beside_the_live_one_the_pairs_are_the_same(
    topics: Topics, engine: AsyncEngine, pair: Any
) -> None:
    messages = [pair.paired(), merged(uuid4(), pair.mentee_id), pair.in_touch(pair.starts_on)]
    records = [topics.record(message) for message in messages]
    await topics.deliver(*records)
    beside = engine.execution_options(schema_translate_map={READ_MODEL: "beside"})
    async with engine.begin() as connection:
        await connection.exec_driver_sql("DROP SCHEMA IF EXISTS beside CASCADE")
        await connection.exec_driver_sql("CREATE SCHEMA beside")
    async with beside.begin() as connection:
        for tables in (InboxTable.metadata, ReadModelTable.metadata):
            await connection.run_sync(tables.create_all)

    await Topics(create_sessions(beside), SERVICE.projections).deliver(*records)

    async with engine.begin() as connection:
        anew, live = await digests(connection, "beside"), await digests(connection, READ_MODEL)
        await connection.exec_driver_sql("DROP SCHEMA beside CASCADE")
    assert anew == live
    assert "1 rows" in live[Merge.__tablename__]
