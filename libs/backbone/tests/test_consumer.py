"""A consumer on real Kafka: it goes on where it was, whatever happens to it or to what it needs."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka.errors import KafkaConnectionError
from crashing import crash
from notebook import NoteWritten, Thanks
from opentelemetry import trace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from steps import Handed, Reader, a_relay, process_next_chunk, running, story, until, written

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.consumer import Batch, MessageConsumer
from backbone.messaging.inbox import Handlers, apply_batch
from backbone.messaging.kafka import Consumer, TopicPartition, create_consumer
from backbone.messaging.outbox import Outbox, emit
from backbone.observability.telemetry import GAPS, continued, tracer
from backbone.service import Service
from backbone.settings import Settings


@pytest.fixture
def reader(sessions: Sessions, service: Service[Any]) -> Reader:
    return Reader(sessions, service.handlers)


async def on_kafka(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, *words: int
) -> UUID:
    """Notes of so many words, of one notebook, in the topic."""
    notebook = uuid4()
    async with transaction(sessions) as session:
        emit(session, *(NoteWritten(notebook_id=notebook, words=number) for number in words))
    async with running(a_relay(engine, settings).run):
        await until(lambda: nothing_in_outbox(sessions))
    return notebook


async def nothing_in_outbox(sessions: Sessions) -> bool:
    async with sessions() as session:
        return (await session.exec(select(Outbox))).first() is None


async def test_a_consumer_killed_at_every_step_applies_each_message_once(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, kafka: str, reader: Reader
) -> None:
    notebook = await on_kafka(engine, sessions, settings, *range(100, 160))

    deaths = await crash(
        "consumer",
        at=[
            "consumer.before_apply",
            "consumer.before_commit",
            "consumer.before_offsets",
            "consumer.after_offsets",
        ],
        settings=settings,
        run=kafka,
    )

    assert deaths == ["SIGKILL"] * 4 + ["0"]
    assert await reader.story(notebook) == list(range(100, 160))
    assert await reader.aside() == []
    async with sessions() as session:
        assert (await session.exec(select(Thanks.times))).all() == [60]


@pytest.mark.usefixtures("kafka")
async def test_a_consumer_goes_on_where_its_group_had_come_to(
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    service: Service[Any],
    reader: Reader,
) -> None:
    notebook, group = await on_kafka(engine, sessions, settings, 1, 2), f"test-{uuid4()}"
    taken = list[int]()

    class Counting(MessageConsumer):
        async def process_and_commit(self, consumer: Consumer, batch: Batch) -> None:
            await super().process_and_commit(consumer, batch)
            taken.append(len(batch.received))

    def consuming() -> MessageConsumer:
        return Counting(
            sessions,
            service.handlers,
            create_consumer=lambda: create_consumer(settings, group=group),
        )

    first = consuming()
    async with running(first.run):
        await until(lambda: asyncio.sleep(0, sum(taken) == 2))
        await until(lambda: asyncio.sleep(0, first.lag == 0))
    async with running(a_relay(engine, settings).run, consuming().run):
        await until(lambda: nothing_in_outbox(sessions))
        async with transaction(sessions) as session:
            emit(session, NoteWritten(notebook_id=notebook, words=3))
        await until(lambda: asyncio.sleep(0, sum(taken) == 3))

    assert await reader.story(notebook) == [1, 2, 3]


class Away(Handed):
    """A consumer that cannot be reached, or breaks off, as its next trouble says."""

    def __init__(self, troubles: list[str], records: list[Any]) -> None:
        super().__init__()
        self.troubles, self.records, self.stopped = troubles, records, False

    def _trouble(self, where: str) -> None:
        if self.troubles and self.troubles[0] == where:
            self.troubles.pop(0)
            raise KafkaConnectionError(where)

    async def start(self) -> None:
        self._trouble("start")

    async def stop(self) -> None:
        self.stopped = True

    def subscribe(self, **_: Any) -> None:
        self.batches = [self.records] if self.records else []

    async def getmany(self, **options: Any) -> Any:
        await asyncio.sleep(0)
        self._trouble("getmany")
        return await super().getmany(**options)

    async def commit(self, offsets: Any) -> None:
        self._trouble("commit")
        await super().commit(offsets)

    def assignment(self) -> set[TopicPartition]:
        return set()

    async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
        self._trouble("end_offsets")
        return {}


@pytest.mark.parametrize("where", ["start", "getmany", "commit", "end_offsets"])
async def test_while_the_broker_is_away_the_consumer_waits_and_begins_again(
    sessions: Sessions, service: Service[Any], reader: Reader, where: str
) -> None:
    notebook, troubles, made = uuid4(), [where], list[Away]()
    records = story(notebook, 1, 2)

    def create() -> Away:
        made.append(Away(troubles, records))
        return made[-1]

    consuming = MessageConsumer(sessions, service.handlers, create_consumer=create)
    async with running(consuming.run):
        await until(lambda: asyncio.sleep(0, len(made) == 2 and made[1].committed))
        assert made[0].stopped
        await until(lambda: asyncio.sleep(0, consuming.lag == 0))

    assert await reader.story(notebook) == [1, 2]


async def test_those_that_waited_when_the_process_died_follow_when_it_begins_again(
    reader: Reader, sessions: Sessions, service: Service[Any]
) -> None:
    notebook = uuid4()
    one, two = story(notebook, 1, 2)
    await reader.take(two)
    async with transaction(sessions) as session:  # and killed before those that wait followed
        await apply_batch(session, service.handlers, [service.handlers.read(one)])
    assert await reader.story(notebook) == [1]

    consuming = MessageConsumer(sessions, service.handlers, create_consumer=lambda: Away([], []))
    async with running(consuming.run):
        await until(lambda: asyncio.sleep(0, consuming.lag == 0))

    assert await reader.story(notebook) == [1, 2]


async def test_a_batch_that_meets_a_cut_connection_is_taken_again(
    sessions: Sessions, service: Service[Any], reader: Reader, unlucky: set[int]
) -> None:
    """The backends are terminated in the middle; nothing is set aside, nothing is doubled."""
    notebook = uuid4()
    records, cuts = story(notebook, 1, 2, 3), [1]

    handlers = Handlers(service.handlers)

    @handlers.on(NoteWritten)
    async def cut(session: Any, _: Any) -> None:
        if cuts:
            cuts.pop()
            mine = await session.scalar(text("SELECT pg_backend_pid()"))
            async with transaction(sessions) as other:
                cutting = text("SELECT pg_terminate_backend(:pid)").bindparams(pid=mine)
                await (await other.connection()).execute(cutting)

    consuming = MessageConsumer(sessions, handlers, create_consumer=lambda: Away([], records))
    async with running(consuming.run):
        await until(lambda: has_story(reader, notebook, 1, 2, 3))

    assert await reader.story(notebook) == [1, 2, 3]
    assert await reader.aside() == []


async def has_story(reader: Reader, notebook: UUID, *words: int) -> bool:
    return await reader.story(notebook) == list(words)


async def test_offsets_move_on_only_behind_what_is_committed(
    sessions: Sessions, service: Service[Any], unlucky: set[int]
) -> None:
    class Unhappy(Handed):
        async def commit(self, offsets: Any) -> None:
            assert await Reader(sessions, service.handlers).story(notebook) == [1, 2]
            await super().commit(offsets)

    notebook = uuid4()
    records = story(notebook, 1, 2)
    consumer = Unhappy([records])
    consuming = MessageConsumer(sessions, service.handlers, create_consumer=Handed)  # type: ignore[arg-type]

    await process_next_chunk(consuming, consumer)

    assert consumer.committed == {TopicPartition(NoteWritten.topic, 0): records[-1].offset + 1}


async def test_while_many_wait_the_next_are_fetched_beside_the_work_and_count_as_lag(
    sessions: Sessions, service: Service[Any]
) -> None:
    one, two, three = story(uuid4(), 1, 2, 3)
    here = TopicPartition(one.topic, 0)

    class Placed(Handed):
        def assignment(self) -> set[TopicPartition]:
            return {here}

        async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
            return {here: 3}

        async def position(self, _: Any) -> int:
            return 3 - len(self.batches)

    consumer: Any = Placed([[one], [two], [three]])
    consuming = MessageConsumer(
        sessions, service.handlers, create_consumer=lambda: consumer, batch_size=1
    )
    async with aclosing(consuming.batches(consumer)) as batches:
        await consuming.process_and_commit(consumer, await anext(batches))
        await consuming._update_lag(consumer)

    assert consumer.batches == [[three]]
    assert consumer.committed == {here: one.offset + 1}
    assert consuming.lag == 2


async def test_what_was_fetched_ahead_does_not_overtake_the_batch_before_it(
    sessions: Sessions, service: Service[Any], reader: Reader
) -> None:
    """The first batch fails for the moment, and is fetched again with all that came after it."""
    notebook, troubles, gaps = uuid4(), [ConnectionResetError()], GAPS._value.get()
    records = story(notebook, 1, 2, 3)

    class OneByOne(Away):
        def subscribe(self, **_: Any) -> None:
            self.batches = [[record] for record in self.records]

    handlers = Handlers(service.handlers)

    @handlers.on(NoteWritten)
    async def fail_once(_: Any, __: Any) -> None:
        if troubles:
            raise troubles.pop()

    consuming = MessageConsumer(
        sessions, handlers, create_consumer=lambda: OneByOne([], records), batch_size=1
    )
    async with running(consuming.run):
        await until(lambda: has_story(reader, notebook, 1, 2, 3))

    assert await reader.aside() == []
    assert GAPS._value.get() == gaps


@pytest.mark.usefixtures("tracing")
async def test_what_a_message_leads_to_goes_on_in_its_trace(
    reader: Reader, outbox_messages: Callable[[], Any]
) -> None:
    traced = "4bf92f3577b34da6a3ce929d0e0e4736"
    record = written(uuid4(), 1, sequence=1)
    object.__setattr__(
        record,
        "headers",
        (*record.headers, ("traceparent", f"00-{traced}-00f067aa0ba902b7-01".encode())),
    )

    await reader.take(record)

    [thanks] = await outbox_messages()
    assert thanks.traceparent.split("-")[1] == traced


@pytest.mark.usefixtures("tracing")
def test_a_batch_of_several_traces_begins_one_of_its_own() -> None:
    parents = [f"00-{n:032x}-00f067aa0ba902b7-01" for n in (1, 2)]
    with tracer.start_as_current_span("outside"), continued([*parents, None], name="batch"):
        span = trace.get_current_span()
        assert span.get_span_context().trace_id not in {1, 2}
        assert {link.context.trace_id for link in span.links} == {1, 2}
