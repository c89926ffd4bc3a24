"""What was decided reaches Kafka, in its order, whatever happens to the relay on the way."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaError
from crashing import crash
from notebook import NoteWritten, OwnerCard
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import a_relay, header, on_topic, running, until

from backbone.database.notify import RelayNotifier
from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.messaging.kafka import Batch, Producer, create_producer
from backbone.messaging.outbox import emit
from backbone.settings import Settings

Announced = Callable[[], Any]


async def tell(sessions: Sessions, notebook: UUID, *words: int) -> None:
    async with transaction(sessions) as session:
        emit(session, *(NoteWritten(notebook_id=notebook, words=number) for number in words))


def is_empty(outbox_messages: Announced) -> Callable[[], Any]:
    async def empty() -> bool:
        return not await outbox_messages()

    return empty


async def words_on_topic(settings: Settings) -> dict[UUID, list[int]]:
    found = defaultdict[UUID, list[int]](list)
    for record in await on_topic(settings, NoteWritten.topic):
        note = NoteWritten.model_validate_json(record.value)
        found[note.notebook_id].append(note.words)
    return found


@pytest.mark.usefixtures("kafka")
async def test_everything_announced_arrives_once_and_in_the_order_of_its_key(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, outbox_messages: Announced
) -> None:
    notebooks = [uuid4() for _ in range(7)]
    for begin in range(0, 100, 10):
        async with transaction(sessions) as session:
            for word in range(begin, begin + 10):
                emit(session, *(NoteWritten(notebook_id=n, words=word) for n in notebooks))

    async with running(a_relay(engine, settings, batch_size=64).run):
        await until(is_empty(outbox_messages))

    assert await words_on_topic(settings) == {n: list(range(100)) for n in notebooks}


@pytest.mark.usefixtures("kafka")
async def test_the_headers_are_those_of_cloudevents(
    engine: AsyncEngine, db: AsyncSession, settings: Settings, outbox_messages: Announced
) -> None:
    note = NoteWritten(notebook_id=uuid4(), occurred_at=datetime(2020, 2, 29, 12, tzinfo=UTC))
    card = OwnerCard(owner_id=uuid4(), name="Jo")
    emit(
        db, note, NoteWritten(notebook_id=note.notebook_id), card, OwnerCard.erasure(card.owner_id)
    )
    await db.commit()
    await (await db.connection()).execute(text("UPDATE outbox SET traceparent = '00-ab-cd-01'"))
    await db.commit()

    async with running(a_relay(engine, settings).run):
        await until(is_empty(outbox_messages))

    first, second = await on_topic(settings, NoteWritten.topic)
    assert first.key == str(note.notebook_id).encode()
    assert NoteWritten.model_validate_json(first.value) == note
    assert first.timestamp == note.occurred_at.timestamp() * 1000
    assert dict(first.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(note.id).encode(),
        "ce_source": b"/envol/notebook",
        "ce_type": b"note-written.v1",
        "ce_subject": str(note.notebook_id).encode(),
        "ce_time": b"2020-02-29T12:00:00+00:00",
        "ce_sequence": b"1",
        "traceparent": b"00-ab-cd-01",
        "content-type": b"application/json",
    }
    assert header(second, "ce_sequence") == "2"
    shown, erased = await on_topic(settings, OwnerCard.topic)
    assert OwnerCard.model_validate_json(shown.value) == card
    assert erased.value is None


@pytest.mark.usefixtures("kafka")
async def test_of_two_relays_one_stands_by_and_takes_over_when_the_first_is_cut_off(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, outbox_messages: Announced
) -> None:
    notebook = uuid4()
    started = list[str]()

    def named(name: str) -> Callable[[], Producer]:
        def create() -> Producer:
            started.append(name)
            return create_producer(settings)

        return create

    first = a_relay(engine, settings, create_producer=named("first"))
    second = a_relay(engine, settings, create_producer=named("second"))
    async with running(second.run) as second_stops:
        await until(lambda: asyncio.sleep(0, started))
        async with running(first.run):
            await tell(sessions, notebook, 1)
            await until(is_empty(outbox_messages))
            await asyncio.sleep(1.2)
            assert started == ["second"]

            await lose_the_lock(sessions)
            second_stops.set()
            await until(lambda: asyncio.sleep(0, "first" in started))
            await tell(sessions, notebook, 2)
            await until(is_empty(outbox_messages))

    assert (await words_on_topic(settings))[notebook] == [1, 2]


async def lose_the_lock(sessions: Sessions) -> None:
    """Cut the connection of whoever holds the relay's lock on this database."""
    async with transaction(sessions) as session:
        await (await session.connection()).execute(
            text("""
            SELECT pg_terminate_backend(pid) FROM pg_locks
            WHERE locktype = 'advisory' AND classid = 0 AND database =
                (SELECT oid FROM pg_database WHERE datname = current_database())
            """)
        )


@pytest.mark.usefixtures("kafka")
async def test_a_row_that_commits_late_is_not_left_behind(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, outbox_messages: Announced
) -> None:
    early, late = uuid4(), uuid4()
    async with running(a_relay(engine, settings).run):
        async with sessions() as slow:
            emit(slow, NoteWritten(notebook_id=late, words=1))
            await slow.flush()
            await write_the_outbox(slow)  # it has its position, and is not committed yet
            await tell(sessions, early, 1, 2, 3)
            await until(is_empty(outbox_messages))
            await slow.commit()
        await until(is_empty(outbox_messages))

    assert await words_on_topic(settings) == {early: [1, 2, 3], late: [1]}


async def write_the_outbox(session: AsyncSession) -> None:
    await session.run_sync(lambda sync: sync.dispatch.before_commit(sync))


class Broken:
    """A producer with troubles: it cannot be reached, loses an answer, or loses what was sent."""

    troubles: list[str]

    def __init__(self, producer: Producer, troubles: list[str]) -> None:
        self.producer, self.troubles = producer, troubles
        self.stop, self.partitions_for = producer.stop, producer.partitions_for
        self.create_batch = producer.create_batch

    async def start(self) -> None:
        if self.troubles[0] == "start":
            self.troubles.pop(0)
            raise KafkaConnectionError
        await self.producer.start()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
        if self.troubles[0] == "lose":
            self.troubles.pop(0)
            lost = asyncio.get_running_loop().create_future()
            lost.set_exception(KafkaError("It did not arrive."))
            return lost
        sent = await self.producer.send_batch(batch, topic, partition=partition)
        if self.troubles[0] == "send":
            self.troubles.pop(0)
            await sent
            raise KafkaError("It arrived, and the answer did not.")
        return sent


@pytest.mark.usefixtures("kafka")
async def test_while_the_broker_is_away_nothing_is_lost(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, outbox_messages: Announced
) -> None:
    notebook, troubles = uuid4(), ["start", "lose", "send", "none left"]
    relay = a_relay(
        engine, settings, create_producer=lambda: Broken(create_producer(settings), troubles)
    )
    await tell(sessions, notebook, 1, 2)

    async with running(relay.run):
        await until(lambda: asyncio.sleep(0, relay.fails))
        await until(is_empty(outbox_messages))
        await until(lambda: asyncio.sleep(0, not relay.fails))

    assert troubles == ["none left"]
    sent = (await words_on_topic(settings))[notebook]
    assert sent == [1, 2, 1, 2]  # again, with the same sequences: consumers leave those alone


@pytest.mark.usefixtures("kafka")
async def test_a_ring_wakes_the_relay_at_once(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, outbox_messages: Announced
) -> None:
    notifier, relay = RelayNotifier(), a_relay(engine, settings)
    notifying = create_sessions(engine, notifier=notifier)

    async with running(relay.run):
        await tell(sessions, uuid4(), 1)
        await until(is_empty(outbox_messages))
        rung = asyncio.create_task(relay.woken.wait())
        keeping = asyncio.create_task(notifier.run(engine))
        await tell(notifying, uuid4(), 1)
        await asyncio.wait_for(rung, 60)
        keeping.cancel()


async def test_a_relay_told_to_stop_ends_with_what_is_on_its_way(
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    outbox_messages: Announced,
    kafka: str,
) -> None:
    notebook, stopping = uuid4(), asyncio.Event()
    await tell(sessions, notebook, *range(50))

    class Stopping(Broken):
        async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> Any:
            stopping.set()
            return await super().send_batch(batch, topic, partition=partition)

    relay = a_relay(
        engine,
        settings,
        batch_size=10,
        create_producer=lambda: Stopping(create_producer(settings), ["none"]),
    )
    await relay.run(stopping)

    assert len(await outbox_messages()) == 40
    assert (await words_on_topic(settings))[notebook] == list(range(10))


async def test_a_relay_killed_at_every_step_loses_nothing_and_doubles_nothing(
    sessions: Sessions, settings: Settings, outbox_messages: Announced, kafka: str
) -> None:
    notebook = uuid4()
    await tell(sessions, notebook, *range(60))

    deaths = await crash(
        "relay",
        at=["relay.before_send", "relay.after_ack", "relay.after_delete"],
        settings=settings,
        run=kafka,
    )

    assert deaths == ["SIGKILL", "SIGKILL", "SIGKILL", "0"]
    assert await outbox_messages() == []
    sequences = [
        int(header(record, "ce_sequence")) for record in await on_topic(settings, NoteWritten.topic)
    ]
    assert list(dict.fromkeys(sequences)) == list(range(1, 61))  # the first time each, in order
    assert 60 < len(sequences) <= 60 + 2 * 20  # what was on its way at a death came again
