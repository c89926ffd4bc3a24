"""A worker's tasks survive any exception: what fails is set aside, and all else goes on."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import TopicPartition
from notebook import SERVICE, Notebook, NoteWritten
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import Handed, Reader, a_relay, on_topic, running, until, written

from backbone.database.sessions import Sessions, transaction
from backbone.database.task_failures import RowTask, Some, TaskFailure, retry_all
from backbone.imports import api
from backbone.imports.worker import ImportWorker
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.kafka import create_producer
from backbone.messaging.outbox import emit
from backbone.service import Service
from backbone.settings import Settings
from backbone.worker import _keep, run_every

KIND = SERVICE.imports.kinds["notebooks"]


def failures(task: str) -> float:
    return REGISTRY.get_sample_value("worker_task_failures_total", {"task": task}) or 0


async def dead(db: AsyncSession) -> list[tuple[str, str, str]]:
    await db.rollback()
    rows = (await db.exec(select(TaskFailure).order_by(col(TaskFailure.about)))).all()
    return [(row.task, row.about, row.cause) for row in rows]


async def repair(sessions: Sessions, statement: str, **values: Any) -> None:
    """Change a row by hand, and let the tasks do again what they set aside."""
    async with transaction(sessions) as session:
        await (await session.connection()).execute(text(statement), values)
        await retry_all(session)


async def test_a_step_that_fails_is_counted_and_stops_no_other(logged: list[Any]) -> None:
    stopping, done, before = asyncio.Event(), list[int](), failures("poisoned")

    async def poisoned() -> None:
        raise OverflowError("date value out of range")

    async def sound() -> None:
        done.append(1)
        if len(done) == 3:
            stopping.set()

    await run_every(0.001, stopping, {"poisoned": poisoned, "sound": sound})

    assert failures("poisoned") == before + 3
    [said, *_] = [entry for entry in logged if entry["event"] == "task failed"]
    assert (said["task"], said["cause"]) == ("poisoned", "OverflowError: date value out of range")


@pytest.mark.parametrize("end", [asyncio.CancelledError, SystemExit, KeyboardInterrupt])
async def test_what_ends_a_process_is_not_survived(end: type[BaseException]) -> None:
    async def ended() -> None:
        raise end

    with pytest.raises(end):
        await run_every(0.001, asyncio.Event(), {"ended": ended})


async def test_a_task_that_fails_as_a_whole_is_begun_again(sessions: Sessions) -> None:
    begun = list[int]()

    async def moody(_: Sessions, __: asyncio.Event) -> None:
        begun.append(1)
        if len(begun) == 1:
            raise ZeroDivisionError

    await _keep("moody", moody, sessions, asyncio.Event())

    assert len(begun) == 2


@pytest.fixture
async def notebooks(sessions: Sessions) -> list[UUID]:
    """Five notebooks, of which the third cannot be read aloud."""
    made = [Notebook(id=UUID(int=n), title="poison" if n == 3 else f"N{n}") for n in range(1, 6)]
    async with transaction(sessions) as session:
        session.add_all(made)
    return [UUID(int=n) for n in range(1, 6)]


async def read_aloud(session: AsyncSession, some: Some) -> int:
    """Count up the version of some notebooks."""
    found = await some.of(session, select(Notebook), Notebook.id)
    for each in found:
        if each.title == "poison":
            raise RuntimeError("It cannot be read aloud.")
        each.version += 1
    return len(found)


async def versions(db: AsyncSession) -> list[int]:
    await db.rollback()
    return list(await db.exec(select(Notebook.version).order_by(col(Notebook.id))))


async def test_a_row_that_fails_is_set_aside_alone_and_done_after_its_repair(
    sessions: Sessions, db: AsyncSession, notebooks: list[UUID]
) -> None:
    task, before = RowTask(sessions, "read-aloud"), failures("read-aloud")

    assert await task.run(read_aloud) == 4
    assert await versions(db) == [2, 2, 1, 2, 2]
    cause = "RuntimeError: It cannot be read aloud."
    assert await dead(db) == [("read-aloud", str(notebooks[2]), cause)]
    assert failures("read-aloud") == before + 1

    assert await task.run(read_aloud) == 4  # left out, and not counted again
    assert failures("read-aloud") == before + 1

    await repair(sessions, "UPDATE notebook SET title = 'N3' WHERE title = 'poison'")
    assert await task.run(read_aloud) == 5
    assert await versions(db) == [4, 4, 2, 4, 4]
    assert await dead(db) == []


async def test_a_row_that_cannot_even_be_loaded_is_set_aside_too(
    sessions: Sessions, db: AsyncSession, notebooks: list[UUID]
) -> None:
    async def load(session: AsyncSession, some: Some) -> int:
        unreadable = (col(Notebook.title) != "poison") | (1 / (col(Notebook.version) - 1) > 0)
        return len(await some.of(session, select(Notebook, unreadable), Notebook.id))

    assert await RowTask(sessions, "load").run(load) == 4
    assert [about for _, about, _ in await dead(db)] == [str(notebooks[2])]


@pytest.mark.usefixtures("kafka")
async def test_a_message_that_cannot_be_sent_holds_up_its_key_and_no_other(
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    service: Service[Any],
    db: AsyncSession,
    outbox_messages: Any,
) -> None:
    poisoned, other = uuid4(), uuid4()
    async with transaction(sessions) as session:
        emit(session, *(NoteWritten(notebook_id=poisoned, words=words) for words in (1, 2)))
        emit(session, *(NoteWritten(notebook_id=other, words=words) for words in (1, 2, 3)))
    grow = "UPDATE outbox SET payload = payload || repeat(' ', 9000000)::bytea WHERE key = :key"
    async with transaction(sessions) as session:
        await (await session.connection()).execute(
            text(f"{grow} AND sequence = 1"), {"key": str(poisoned)}
        )

    reader = Reader(sessions, service.handlers)

    async def left() -> set[str]:
        return {row.key for row in await outbox_messages()}

    async def only_poison_is_left() -> bool:
        return await left() == {str(poisoned)}

    async def nothing_is_left() -> bool:
        return not await left()

    async with running(a_relay(engine, settings).run):
        await until(only_poison_is_left)
        await reader.take(*await on_topic(settings, NoteWritten.topic))
        assert await reader.stories() == {other: [1, 2, 3]}
        [(task, about, cause)] = await dead(db)
        assert (task, about) == ("relay", f"{NoteWritten.topic} {poisoned}")
        assert "MessageSizeTooLarge" in cause

        shrink = "UPDATE outbox SET payload = rtrim(convert_from(payload, 'UTF8'))::bytea"
        await repair(sessions, shrink)
        await until(nothing_is_left)
    await reader.take(*await on_topic(settings, NoteWritten.topic))
    assert await reader.story(poisoned) == [1, 2]


@pytest.mark.usefixtures("kafka")
async def test_a_topic_that_is_missing_holds_up_its_messages_and_no_others(
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    db: AsyncSession,
    outbox_messages: Any,
) -> None:
    missing = f"test.missing.{uuid4().hex}"
    astray, other = uuid4(), uuid4()
    async with transaction(sessions) as session:
        emit(session, *(NoteWritten(notebook_id=book) for book in (astray, other)))
    lost = text("UPDATE outbox SET topic = :topic WHERE key = :key")
    async with transaction(sessions) as session:
        said = {"topic": missing, "key": str(astray)}
        await (await session.connection()).execute(lost, said)

    async def only_the_missing_is_left() -> bool:
        return {row.topic for row in await outbox_messages()} == {missing}

    async def nothing_is_left() -> bool:
        return not await outbox_messages()

    relay = a_relay(
        engine, settings, create_producer=lambda: create_producer(settings, patience_ms=3_000)
    )
    async with running(relay.run):
        await until(only_the_missing_is_left)
        assert [(task, about) for task, about, _ in await dead(db)] == [("relay", missing)]

        await repair(sessions, "UPDATE outbox SET topic = :topic", topic=NoteWritten.topic)
        await until(nothing_is_left)


async def keep(sessions: Sessions, title: str) -> UUID:
    async with transaction(sessions) as session:
        file = BytesIO(f"title,words\n{title},1\n".encode())
        kept = await api.keep(session, KIND, file, name="n.csv", sent_by="claire")
        return kept.id


async def test_a_file_that_cannot_be_taken_is_set_aside_and_the_next_one_follows(
    sessions: Sessions, db: AsyncSession
) -> None:
    poisoned, _ = await keep(sessions, "A"), await keep(sessions, "B")
    broken = "UPDATE import_part SET cells = :cells WHERE import_id = :id"
    async with transaction(sessions) as session:
        values = {"cells": b"no JSON", "id": poisoned}
        await (await session.connection()).execute(text(broken), values)
    importing = ImportWorker(sessions, SERVICE.imports)

    while await importing.process_next_chunk():
        pass

    assert (await db.exec(select(Notebook.title))).all() == ["B"]
    assert [(task, about) for task, about, _ in await dead(db)] == [("import", str(poisoned))]

    await repair(sessions, broken, cells=b'[["A", "1"]]', id=poisoned)
    while await importing.process_next_chunk():
        pass
    await db.rollback()
    assert sorted((await db.exec(select(Notebook.title))).all()) == ["A", "B"]


class Failing(Handed):
    """A consumer of Kafka that fails at first in a way that nobody foresaw."""

    fails: list[int] = [1]  # noqa: RUF012  (shared on purpose: each try has a consumer of its own)

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def subscribe(self, **_: Any) -> None: ...
    def assignment(self) -> set[TopicPartition]:
        return set()

    async def end_offsets(self, _: Any) -> dict[TopicPartition, int]:
        return {}

    async def getmany(self, **said: Any) -> Any:
        if self.fails:
            self.fails.pop()
            raise IndexError("list index out of range")
        await asyncio.sleep(0.01)
        return await super().getmany(**said)


async def test_a_consumer_that_fails_for_any_reason_is_begun_again(
    sessions: Sessions, service: Service[Any]
) -> None:
    notebook, before = uuid4(), failures("consumer")
    batches: list[Any] = [[written(notebook, 1, sequence=1)]]
    create: Callable[[], Any] = lambda: Failing(batches)  # noqa: E731
    consuming = MessageConsumer(sessions, service.handlers, create_consumer=create)
    reader = Reader(sessions, service.handlers)

    async def is_taken() -> bool:
        return await reader.story(notebook) == [1]

    async with running(consuming.run):
        await until(is_taken)
    assert failures("consumer") == before + 1
