"""A read model is built anew beside the live one, which answers and takes in all the while."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import notebook
import pytest
from crashing import crash
from notebook import Noted, NoteWritten, Owner, OwnerCard, Thanks, View
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import Reader, a_relay, on_topic, running, story, until, written

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.inbox import Handlers
from backbone.messaging.kafka import Consumer, TopicPartition, create_consumer
from backbone.messaging.outbox import Outbox, emit
from backbone.messaging.rebuild import AlreadyRebuilding, Rebuild, TopicIncomplete, TopicMissing
from backbone.messaging.rebuild_differences import RowDifference, digests
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.fixtures import ClientOf, record_of
from contracts import Message


@pytest.fixture
def reader(sessions: Sessions, service: Service[Any]) -> Reader:
    return Reader(sessions, service.handlers)


@pytest.fixture
def replay(engine: AsyncEngine, settings: Settings, service: Service[Any], kafka: str) -> Rebuild:
    return Rebuild(
        engine,
        service.projections,
        service.read_model,
        create_consumer=lambda: create_consumer(settings, group=None),
        batch_size=20,
    )


Told = Callable[..., Awaitable[None]]


@pytest.fixture
def told(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, reader: Reader, kafka: str
) -> Told:
    """Bring messages to Kafka, and let the service take in all, or the first ones, of a topic."""

    async def told(*messages: Message, taken: int | None = None) -> None:
        async with transaction(sessions) as session:
            emit(session, *messages)
        async with running(a_relay(engine, settings).run):
            await until(lambda: is_sent(sessions))
        for topic in {message.topic for message in messages}:
            await reader.take(*(await on_topic(settings, topic))[:taken])

    return told


async def is_sent(sessions: Sessions) -> bool:
    async with sessions() as session:
        waiting = select(Outbox).where(Outbox.topic != notebook.NoteThanked.topic)
        return (await session.exec(waiting)).first() is None


def notes(notebook_id: UUID, *words: int) -> list[NoteWritten]:
    return [NoteWritten(notebook_id=notebook_id, words=number) for number in words]


async def test_the_result_equals_the_live_one_and_the_reactions_are_not_run_again(
    replay: Rebuild, told: Told, reader: Reader, db: AsyncSession
) -> None:
    books, jo = [uuid4() for _ in range(5)], uuid4()
    await told(*(note for book in books for note in notes(book, *range(100, 130))))
    await told(OwnerCard(owner_id=jo, name="Jo"), OwnerCard(owner_id=uuid4(), name="Al"))
    before = await reader.stories()
    thanks = (await db.exec(select(Thanks.times))).all()
    await db.rollback()

    rebuilt = await replay.run()

    assert rebuilt.same
    assert set(rebuilt.comparison.rebuilt) == {
        "applied",
        "noted",
        "owner",
        "seen",
        "set_aside",
        "story",
    }
    assert rebuilt.messages == 152
    assert await reader.stories() == before
    assert (await db.exec(select(Thanks.times))).all() == thanks == [30] * 5


async def test_the_rebuilt_tables_have_statistics_at_once(
    replay: Rebuild, told: Told, db: AsyncSession
) -> None:
    await told(*notes(uuid4(), *range(100, 130)))

    await replay.run()

    statistics = text("SELECT tablename, n_distinct FROM pg_stats WHERE attname = 'words'")
    found = (await (await db.connection()).execute(statistics)).all()
    assert ("noted", -1) in [tuple(row) for row in found]  # all of them differ


async def spoil(sessions: Sessions, *statements: str, **ids: UUID) -> None:
    """Change the live read model as no message would."""
    async with transaction(sessions) as session:
        for statement in statements:
            await (await session.connection()).execute(text(statement), ids)


async def test_one_that_differs_is_not_swapped_and_its_rows_are_named_without_values(
    replay: Rebuild, told: Told, reader: Reader, sessions: Sessions
) -> None:
    book, lost, jo = uuid4(), uuid4(), uuid4()
    await told(*notes(book, 1, 2, 3), *notes(lost, 1))
    await spoil(
        sessions,
        "UPDATE story SET words = '{0}'",
        "DELETE FROM story WHERE notebook_id = :lost",
        "INSERT INTO owner VALUES (:jo, 'Jo')",
        lost=lost,
        jo=jo,
    )

    rebuilt = await replay.run()

    assert not rebuilt.swapped
    assert await reader.stories() == {book: [0]}
    by_table = {difference.table: difference for difference in rebuilt.comparison.differences}
    assert set(by_table) == {"owner", "story"}
    assert by_table["story"].rows == 2
    assert set(by_table["story"].first) == {
        RowDifference(f'{{"notebook_id": "{book}"}}', "words"),
        RowDifference(f'{{"notebook_id": "{lost}"}}', "only in the rebuilt one"),
    }
    assert str(by_table["owner"]) == (
        f'owner: 1 rows differ\n  {{"owner_id": "{jo}"}}: only in the live one'
    )


async def test_of_many_rows_that_differ_all_are_counted_and_some_are_named(
    replay: Rebuild, told: Told, sessions: Sessions
) -> None:
    await told(*(note for _ in range(30) for note in notes(uuid4(), 1)))
    await spoil(sessions, "UPDATE story SET words = '{0}'")

    [story] = (await replay.run()).comparison.differences

    assert (story.rows, len(story.first)) == (30, 10)
    assert str(story).endswith("\n  and 20 more")


async def test_forced_one_that_differs_is_swapped(
    replay: Rebuild, told: Told, reader: Reader, sessions: Sessions
) -> None:
    book = uuid4()
    await told(*notes(book, 1, 2, 3))
    await spoil(sessions, "UPDATE story SET words = '{0}'")
    assert not (await replay.run()).swapped

    rebuilt = await replace(replay, force=True).run()

    assert rebuilt.swapped
    assert not rebuilt.same
    assert await reader.story(book) == [1, 2, 3]
    assert (await replay.run()).same


async def test_the_api_answers_all_the_while(
    replay: Rebuild, told: Told, client_of: ClientOf
) -> None:
    await told(*notes(uuid4(), *range(100, 310)))
    client, seen, done = client_of("writer"), list[int](), asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            answer = await client.get("/notebooks/notes?limit=200")
            assert answer.status_code == 200
            seen.append(len(answer.json()["items"]))

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(ask())
        for _ in range(2):
            assert (await replay.run()).same
        done.set()

    assert len(seen) > 10
    assert set(seen) == {200}


async def test_a_reader_in_the_middle_of_its_transaction_does_not_hold_up_the_swap(
    replay: Rebuild, told: Told, sessions: Sessions
) -> None:
    book = uuid4()
    await told(*notes(book, 1, 2))
    async with sessions() as reading:
        assert len((await reading.exec(select(Noted))).all()) == 2
        running = asyncio.create_task(replay.run())
        await until(lambda: swapped(sessions))
        assert len((await reading.exec(select(Noted))).all()) == 2
    assert (await running).same


async def swapped(sessions: Sessions) -> bool:
    async with sessions() as session:
        named = text("SELECT to_regnamespace('replaced') IS NOT NULL")
        return bool(await session.scalar(named))


async def test_a_replay_killed_half_way_leaves_the_live_one_and_can_be_run_again(
    told: Told, reader: Reader, engine: AsyncEngine, settings: Settings, kafka: str
) -> None:
    book = uuid4()
    await told(*notes(book, *range(100, 150)))
    async with engine.connect() as connection:
        before = await digests(connection, "read_model")

    assert await crash(
        "rebuild", at=["replay.half_way"], settings=settings, run=kafka, to_the_end=False
    ) == ["SIGKILL"]

    async with engine.connect() as connection:
        assert await digests(connection, "read_model") == before
        half = await digests(connection, "rebuild")
    assert half["story"] != before["story"]
    await reader.take(written(book, 1, sequence=51))

    assert await crash("rebuild", at=[], settings=settings, run=kafka) == ["1"]  # 51 is not there
    assert await reader.story(book) == [*range(100, 150), 1]


class Watched:
    """A real consumer that lets something happen once the first messages have been read."""

    def __init__(self, consumer: Consumer, then: Callable[[], Awaitable[None]]) -> None:
        self.consumer, self.then, self.fetched = consumer, then, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.consumer, name)

    async def getmany(self, **options: Any) -> Any:
        fetched = await self.consumer.getmany(**options)
        self.fetched = self.fetched or bool(fetched)
        return fetched

    async def position(self, place: TopicPartition) -> int:
        if self.fetched and self.then:
            self.then, then = None, self.then
            await then()
        return await self.consumer.position(place)


async def test_what_the_live_one_takes_after_the_replay_read_it_is_not_lost(
    replay: Rebuild, told: Told, reader: Reader, settings: Settings
) -> None:
    book = uuid4()
    await told(*notes(book, *range(100, 110)), taken=5)
    records = await on_topic(settings, NoteWritten.topic)

    async def take_more() -> None:
        await reader.take(*records[:8])

    object.__setattr__(
        replay,
        "create_consumer",
        lambda: Watched(create_consumer(settings, group=None), take_more),
    )
    rebuilt = await replay.run()
    await reader.take(*records[8:])

    assert rebuilt.same
    assert await reader.story(book) == list(range(100, 110))
    assert await reader.aside() == []


async def test_what_arrives_while_replays_run_is_neither_lost_nor_doubled(
    replay: Rebuild,
    reader: Reader,
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    service: Service[Any],
) -> None:
    books, rounds = [uuid4() for _ in range(10)], 40
    live = MessageConsumer(
        sessions,
        service.handlers,
        create_consumer=lambda: create_consumer(settings, group=f"test-{uuid4()}"),
        batch_size=7,
    )

    async def tell_on() -> None:
        for number in range(100, 100 + rounds):
            async with transaction(sessions) as session:
                emit(session, *(note for book in books for note in notes(book, number)))
            await asyncio.sleep(0.02)

    async def all_taken() -> bool:
        told = await reader.stories()
        return len(told) == 10 and all(len(words) == rounds for words in told.values())

    async with running(a_relay(engine, settings).run, live.run):
        telling = asyncio.create_task(tell_on())
        while not telling.done():
            await replay.run()
        await telling
        await until(all_taken)
        await replay.run()

    assert await reader.stories() == {book: list(range(100, 100 + rounds)) for book in books}
    async with sessions() as session:
        assert (await session.exec(select(Thanks.times))).all() == [rounds] * 10


async def test_erased_cards_stay_erased(
    replay: Rebuild, told: Told, db: AsyncSession, settings: Settings
) -> None:
    jo, al = uuid4(), uuid4()
    await told(
        OwnerCard(owner_id=jo, name="Jo"),
        OwnerCard(owner_id=al, name="Al"),
        OwnerCard.erasure(jo),
    )

    assert (await replay.run()).same

    assert (await db.exec(select(Owner.name))).all() == ["Al"]


async def test_a_key_that_compaction_removed_keeps_its_place(
    replay: Rebuild, told: Told, reader: Reader, sessions: Sessions, db: AsyncSession
) -> None:
    """The card and its tombstone are gone from the topic: what was seen of them is kept."""
    jo = uuid4()
    await told(OwnerCard(owner_id=uuid4(), name="Al"))
    card = record_of(OwnerCard(owner_id=jo, name="Jo"), sequence=1)
    await reader.take(card, record_of(OwnerCard.erasure(jo), sequence=2, offset=1))

    assert (await replay.run()).same
    await reader.take(card)

    assert (await db.exec(select(Owner.name))).all() == ["Al"]


async def test_a_topic_that_only_reactions_hear_is_not_heard_again(
    engine: AsyncEngine, told: Told, reader: Reader, settings: Settings, db: AsyncSession
) -> None:
    """The projections hear of owners alone here; the notes are for the reactions."""
    book = uuid4()
    await told(*notes(book, 1, 2))
    await told(OwnerCard(owner_id=uuid4(), name="Al"))
    projections = Handlers()
    projections.on(OwnerCard)(notebook.know_owner)

    await Rebuild(
        engine,
        projections,
        [View.metadata],
        create_consumer=lambda: create_consumer(settings, group=None),
    ).run()
    await reader.take(*(await on_topic(settings, NoteWritten.topic)))
    await reader.take(written(book, 3, sequence=3))

    assert (await db.exec(select(Thanks.times))).all() == [3]
    assert await reader.aside() == []


async def test_what_is_set_aside_stays_so_until_it_is_mended(
    replay: Rebuild, told: Told, reader: Reader, unlucky: set[int]
) -> None:
    book, other = uuid4(), uuid4()
    await told(*notes(book, 1, 13, 3), *notes(other, 1, 2))
    aside = await reader.aside()
    assert len(aside) == 2

    assert (await replay.run()).same
    assert await reader.aside() == aside
    assert await reader.stories() == {book: [1], other: [1, 2]}

    unlucky.clear()
    await reader.consuming.retry_key(topic=NoteWritten.topic, key=str(book))
    assert (await replay.run()).same
    assert await reader.stories() == {book: [1, 13, 3], other: [1, 2]}


async def test_a_corrected_message_is_corrected_in_the_new_one_too(
    replay: Rebuild, told: Told, reader: Reader, settings: Settings, sessions: Sessions
) -> None:
    """The topic holds the unreadable one, those that waited, and then the corrected one."""
    book = uuid4()
    async with transaction(sessions) as session:
        emit(session, *notes(book, 1, 2, 3))
    async with transaction(sessions) as session:
        await (await session.connection()).execute(
            text("UPDATE outbox SET payload = '{' WHERE sequence = 2")
        )
        await (await session.connection()).execute(text("UPDATE stream SET sequence = 1"))
    await told(*notes(book, 22))  # it takes sequence 2 once more
    assert await reader.story(book) == [1, 22, 3]

    assert (await replay.run()).same
    assert await reader.story(book) == [1, 22, 3]
    assert await reader.aside() == []


async def test_a_projection_that_fails_leaves_the_live_one(
    replay: Rebuild, told: Told, reader: Reader, unlucky: set[int]
) -> None:
    book = uuid4()
    await told(*notes(book, 1, 2))
    unlucky.add(2)

    with pytest.raises(notebook.BadWord):
        await replay.run()

    assert await reader.story(book) == [1, 2]


async def test_topics_that_lost_their_history_do_not_replace_what_is_known(
    replay: Rebuild, told: Told, reader: Reader
) -> None:
    book = uuid4()
    await told(*notes(uuid4(), 1))
    await reader.take(*story(book, 1, 2))  # never in the topic, as if it had been wiped

    with pytest.raises(TopicIncomplete, match="Messages of 1 keys"):
        await replay.run()

    assert await reader.story(book) == [1, 2]


async def test_one_rebuild_at_a_time(replay: Rebuild, told: Told) -> None:
    await told(*notes(uuid4(), *range(100, 130)))

    outcomes = await asyncio.gather(replay.run(), replay.run(), return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "AlreadyRebuilding",
        "Rebuilt",
    ]
    assert AlreadyRebuilding in map(type, outcomes)
    assert (await replay.run()).same


@pytest.mark.usefixtures("kafka")
async def test_a_topic_that_is_not_there_is_named(
    engine: AsyncEngine, settings: Settings, service: Service[Any]
) -> None:
    class Nowhere:
        def subscribe(self, **_: Any) -> None: ...
        async def start(self) -> None: ...
        async def stop(self) -> None: ...
        def assignment(self) -> set[TopicPartition]:
            return set()

    replay = Rebuild(
        engine, service.projections, service.read_model, create_consumer=Nowhere, patience=0.2
    )  # type: ignore[arg-type]
    with pytest.raises(TopicMissing, match=f"Kafka has no topic {NoteWritten.topic}"):
        await replay.run()
