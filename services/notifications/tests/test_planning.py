"""What is planned when matching tells of something, on the service's own tables."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.migrations import differences
from backbone.database.sessions import Sessions, transaction
from backbone.testing.fixtures import Topics
from contracts.territories import UnknownDepartment
from notifications.domain.tables import Message, State, Table
from notifications.reactions import plan_welcomes
from notifications.read_model import Pair, Person, ReadModelTable

Messages = Callable[..., Awaitable[list[Message]]]


async def test_a_pair_that_begins_is_written_to(
    topics: Topics, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.paired())

    planned = await messages()
    assert {(m.rule, m.channel, m.person_id, m.counterpart_id) for m in planned} == {
        ("mentor_paired", "email", pair.mentor_id, pair.mentee_id),
        ("mentee_paired", "email", pair.mentee_id, pair.mentor_id),
        ("mentee_paired", "sms", pair.mentee_id, pair.mentor_id),
    }
    assert {m.state for m in planned} == {State.PLANNED}


async def test_a_fact_taken_twice_plans_nothing_twice(
    sessions: Sessions, pair: Any, messages: Messages
) -> None:
    for _ in range(2):
        async with transaction(sessions) as session:
            await plan_welcomes(session, [pair.paired(), pair.paired()])

    assert len(await messages()) == 3


async def test_nobody_is_written_to_about_what_is_long_past(
    topics: Topics, pair_since: Callable[[date], Any], messages: Messages
) -> None:
    now = datetime.now(UTC)
    old, recent = pair_since((now - timedelta(days=62)).date()), pair_since(now.date())

    await topics.publish(old.paired(), recent.paired(occurred_at=now - timedelta(days=59)))

    assert {message.pairing_id for message in await messages()} == {recent.pairing_id}


ORDERS = list(permutations(range(4)))


@pytest.mark.parametrize("order", ORDERS[::5])
async def test_a_pair_is_known_alike_in_whatever_order_it_is_told(
    topics: Topics, db: AsyncSession, pair: Any, order: tuple[int, ...]
) -> None:
    start = pair.starts_on
    later = [start + timedelta(days=days) for days in (3, 40, 90)]
    events = [pair.paired(), pair.met(later[0]), pair.in_touch(later[1]), pair.ended(later[2])]

    for nth in order:
        await topics.publish(events[nth])

    known = await db.get_one(Pair, pair.pairing_id)
    assert (known.starts_on, known.last_sign_on, known.ended_on) == (start, later[1], later[2])


async def test_several_contacts_in_one_batch_leave_the_latest(
    topics: Topics, db: AsyncSession, pair: Any
) -> None:
    days = [pair.starts_on + timedelta(days=days) for days in (5, 50, 20)]

    await topics.publish(pair.paired(), *(pair.in_touch(day) for day in days))

    assert (await db.get_one(Pair, pair.pairing_id)).last_sign_on == days[1]


async def test_the_contact_book_keeps_the_last_card(
    topics: Topics, db: AsyncSession, pair: Any
) -> None:
    await topics.publish(pair.mentee(), pair.mentee(email="new@example.org"))

    assert (await db.get_one(Person, pair.mentee_id)).email == "new@example.org"


async def test_a_card_from_nowhere_is_refused(topics: Topics, pair: Any) -> None:
    with pytest.raises(UnknownDepartment, match="is no department"):
        await topics.publish(pair.mentee(department="99"))


async def test_who_is_erased_is_forgotten_and_left_in_peace(
    topics: Topics, sessions: Sessions, db: AsyncSession, pair: Any, messages: Messages
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    async with transaction(sessions) as session:
        sent = (await session.exec(select(Message).where(Message.channel == "sms"))).one()
        sent.state, sent.address, sent.text = State.SENT, "+33639980001", "Bonjour Amina"

    await topics.publish(type(pair.mentee()).erasure(pair.mentee_id))

    assert await db.get(Person, pair.mentee_id) is None
    left = {(m.rule, m.channel): m for m in await messages()}
    assert left["mentee_paired", "sms"].state == State.SENT
    assert left["mentee_paired", "email"].state == State.SUPPRESSED
    assert left["mentor_paired", "email"].state == State.SUPPRESSED, "it would name the erased"
    for message in left.values():
        assert (message.address, message.subject, message.text) == (None, None, None)


async def test_the_migrations_make_the_tables_of_the_code(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert (
            await connection.run_sync(differences, [Table.metadata, ReadModelTable.metadata]) == []
        )
