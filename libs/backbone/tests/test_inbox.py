"""Each message is applied once and in the order of its key, whatever is delivered again or late."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest
from notebook import NotebookLost, NoteTornOut, NoteWritten, Owner, OwnerCard, Thanks
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import Reader, story, written

from backbone.database.sessions import Sessions
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.consumer import DeadLetterLimitReached
from backbone.messaging.dead_letters import Applied
from backbone.messaging.inbox import ConcurrentUpdate, _advance, applied_sequences
from backbone.observability.telemetry import GAPS, TAKEN_IN
from backbone.service import Service
from backbone.testing.fixtures import Topics, record_of


@pytest.fixture
def reader(sessions: Sessions, service: Service) -> Reader:
    return Reader(sessions, service.handlers)


async def test_what_is_delivered_again_changes_nothing_whatever_its_age(reader: Reader) -> None:
    notebook = uuid4()
    told = story(notebook, *range(1, 11))
    await reader.take(*told)

    await reader.take(*told)
    await reader.take(told[0])
    await reader.take(told[9], told[0], *told[4:7])

    assert await reader.story(notebook) == list(range(1, 11))
    assert await reader.aside() == []


async def test_each_partition_counts_its_messages_once(
    reader: Reader, sessions: Sessions, unlucky: set[int]
) -> None:
    """Delivered again, dead-lettered, blocked and applied after a retry."""
    notebook, other = uuid4(), uuid4()
    told = [*story(notebook, 1, 13, 3), *story(other, 1, 2)]
    told = [replace(record, partition=number % 2) for number, record in enumerate(told)]

    async def counted() -> dict[int, int]:
        async with sessions() as session:
            return dict((await session.exec(select(Applied.partition, Applied.messages))).all())

    await reader.take(*told)
    await reader.take(*told)
    assert await counted() == {0: 2, 1: 1}
    assert await reader.aside()

    unlucky.clear()
    await reader.consuming.retry_key(topic=NoteWritten.topic, key=str(notebook))
    await reader.take(*told)
    assert await counted() == {0: 3, 1: 2}


async def test_what_is_delivered_twice_in_one_batch_is_applied_once(reader: Reader) -> None:
    notebook = uuid4()
    first, second = story(notebook, 1, 2)

    await reader.take(first, first, second, first, second)

    assert await reader.story(notebook) == [1, 2]


async def test_a_reaction_to_what_is_delivered_again_is_not_repeated(
    reader: Reader, db: AsyncSession
) -> None:
    told = story(uuid4(), 1, 2)
    await reader.take(*told)
    await reader.take(*told)

    [thanks] = (await db.exec(select(Thanks))).all()
    assert thanks.times == 2


async def test_a_gap_is_set_aside_and_follows_when_the_missing_one_comes(reader: Reader) -> None:
    notebook, other = uuid4(), uuid4()
    one, two, three, four = story(notebook, 1, 2, 3, 4)
    gaps = GAPS._value.get()

    await reader.take(one, three, *story(other, 1))
    await reader.take(four)

    assert await reader.story(notebook) == [1]
    assert await reader.story(other) == [1]
    assert await reader.aside() == [(3, "waits for 2", True), (4, "waits for 2", True)]
    assert GAPS._value.get() == gaps + 1  # one loss rings once

    await reader.take(two)

    assert await reader.story(notebook) == [1, 2, 3, 4]
    assert await reader.aside() == []


async def test_what_waits_follows_no_further_than_the_next_gap(reader: Reader) -> None:
    notebook = uuid4()
    one, two, three, four, five, six = story(notebook, 1, 2, 3, 4, 5, 6)

    await reader.take(six, three, two, five)
    assert await reader.story(notebook) == []

    await reader.take(one)
    assert await reader.story(notebook) == [1, 2, 3]
    assert [sequence for sequence, _, _ in await reader.aside()] == [5, 6]

    await reader.take(four)
    assert await reader.story(notebook) == [1, 2, 3, 4, 5, 6]


async def test_one_that_waited_and_fails_in_its_turn_does_not_take_the_one_before_with_it(
    reader: Reader,
) -> None:
    notebook = uuid4()
    one, two, unlucky, four = story(notebook, 1, 2, 13, 4)
    await reader.take(two, unlucky, four)

    await reader.take(one)

    assert await reader.story(notebook) == [1, 2]
    assert await reader.aside() == [
        (3, "BadWord: 13 words bring bad luck", False),
        (4, "waits for 3", True),
    ]


async def test_a_type_nobody_listens_to_moves_the_key_on(reader: Reader) -> None:
    notebook = uuid4()
    lost = record_of(NotebookLost(notebook_id=notebook), sequence=2)

    await reader.take(written(notebook, 1, sequence=1), lost, written(notebook, 3, sequence=3))

    assert await reader.story(notebook) == [1, 3]
    assert await reader.aside() == []


async def test_messages_of_two_types_are_applied_in_the_order_of_their_key(
    topics: Topics, db: AsyncSession
) -> None:
    notebook, note = uuid4(), uuid4()
    await topics.publish(
        NoteWritten(notebook_id=notebook, note_id=note),
        NoteTornOut(notebook_id=notebook, note_id=note),
        NoteWritten(notebook_id=notebook, note_id=note, words=7),
    )

    [(words,)] = (await (await db.connection()).execute(text("SELECT words FROM noted"))).all()
    assert words == 7


async def test_cards_may_skip_what_compaction_removed(reader: Reader, db: AsyncSession) -> None:
    jo = uuid4()
    await reader.take(record_of(OwnerCard(owner_id=jo, name="Jo"), sequence=4, offset=1))
    await reader.take(record_of(OwnerCard(owner_id=jo, name="Joe"), sequence=9, offset=2))
    await reader.take(record_of(OwnerCard(owner_id=jo, name="Late"), sequence=8, offset=3))

    assert [owner.name for owner in (await db.exec(select(Owner))).all()] == ["Joe"]
    assert await reader.aside() == []


async def test_a_tombstone_erases_the_card_and_an_older_card_does_not_bring_it_back(
    reader: Reader, db: AsyncSession
) -> None:
    jo = uuid4()
    card = record_of(OwnerCard(owner_id=jo, name="Jo"), sequence=1, offset=1)
    await reader.take(card, record_of(OwnerCard.erasure(jo), sequence=2, offset=2))
    await reader.take(card)

    assert (await db.exec(select(Owner))).all() == []


async def test_a_consumer_that_was_overtaken_while_paused_applies_nothing(
    reader: Reader, sessions: Sessions, service: Service
) -> None:
    notebook = uuid4()
    told = story(notebook, 1, 2, 3)
    read = [service.handlers.read(record) for record in told]

    async with sessions() as paused:
        before = await applied_sequences(paused, {received.key for received in read})
        assert before == {}
        await reader.take(*told)  # another one took over meanwhile
        with pytest.raises(ConcurrentUpdate):
            await advance_from(before, paused, read)
        await paused.rollback()

    assert await reader.story(notebook) == [1, 2, 3]


async def advance_from(before: dict, session: AsyncSession, read: list) -> None:
    """Go on from what was read before the pause, as `apply_batch` does between two statements."""
    after = {received.key: received.sequence for received in read}
    await _advance(session, before, after, Counter())


async def test_two_consumers_given_the_same_messages_apply_them_once(
    sessions: Sessions, service: Service
) -> None:
    notebooks = [uuid4() for _ in range(20)]
    told = [record for notebook in notebooks for record in story(notebook, 1, 2)]

    async def take(records: list[StoredRecord]) -> None:
        while True:
            with suppress(ConcurrentUpdate):
                return await Reader(sessions, service.handlers).take(*records)

    await asyncio.gather(take(told), take(told[::-1][::-1]), take(told[:20]))

    stories = await Reader(sessions, service.handlers).stories()
    assert stories == {notebook: [1, 2] for notebook in notebooks}


async def test_a_retry_restores_the_order_once_the_handler_is_mended(
    reader: Reader, unlucky: set[int]
) -> None:
    notebook = uuid4()
    await reader.take(*story(notebook, 1, 13, 2, 13, 3))
    assert await reader.story(notebook) == [1]

    topic = NoteWritten.topic
    assert await reader.consuming.retry_key(topic=topic, key=str(notebook)) == 4
    assert await reader.story(notebook) == [1]  # it is not mended yet

    unlucky.clear()
    assert await reader.consuming.retry_key(topic=topic, key=str(notebook)) == 0

    assert await reader.story(notebook) == [1, 13, 2, 13, 3]
    assert await reader.aside() == []


async def test_a_corrected_message_of_the_same_sequence_sets_the_key_free(reader: Reader) -> None:
    notebook = uuid4()
    await reader.take(*story(notebook, 1, 13, 3))

    await reader.take(written(notebook, 12, sequence=2))

    assert await reader.story(notebook) == [1, 12, 3]
    assert await reader.aside() == []


@pytest.mark.parametrize("unlucky_one", [13, 1])
async def test_stop_loss_stops_and_says_so(
    sessions: Sessions, service: Service, unlucky_one: int
) -> None:
    """Whether the handlers fail, or the messages cannot even be read."""
    reader = Reader(sessions, service.handlers, set_aside_limit=3)
    bad = [written(uuid4(), unlucky_one, sequence=1) for _ in range(10)]
    if unlucky_one == 1:
        bad = [StoredRecord(r.topic, 0, r.offset, r.key, b"{", r.headers) for r in bad]
    await reader.take(*bad[:3])
    assert len(await reader.aside()) == 3

    applied = TAKEN_IN._value.get()
    with pytest.raises(
        DeadLetterLimitReached, match="3 messages are dead letters, and another one fails"
    ):
        await reader.take(*bad[3:])

    assert len(await reader.aside()) == 3
    assert TAKEN_IN._value.get() == applied
