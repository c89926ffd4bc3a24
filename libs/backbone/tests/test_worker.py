"""A worker as it runs: a process of its own, told to stop by SIGTERM."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psutil
import pytest
from notebook import NoteWritten, Thanks
from sqlalchemy import delete, func, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import Reader, a_relay, on_topic, running, until

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.inbox import DeadLetter, Handlers
from backbone.messaging.outbox import Outbox, emit
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.fixtures import free_port
from backbone.web.health import health
from backbone.worker import Worker

NOTEBOOK = Path(__file__).parent / "support" / "notebook.py"


@pytest.fixture
def reader(sessions: Sessions, service: Service[Any]) -> Reader:
    return Reader(sessions, service.handlers)


@pytest.fixture
def environment(settings: Settings, kafka: str) -> dict[str, str]:
    said = settings.model_dump(exclude={"database_url"}) | {
        "database_url": settings.database_url.replace("+asyncpg", ""),
        "worker_port": free_port(),
        "api_port": free_port(),
        "batch_size": 10,
    }
    return (
        os.environ
        | {name.upper(): str(value) for name, value in said.items()}
        | {
            "NOTEBOOK_RUN": kafka,
            "PYTHONWARNINGS": "error",
        }
    )


async def command(name: str, environment: dict[str, str], *options: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, str(NOTEBOOK), name, *options),
        env=environment,
        stdout=PIPE,
        stderr=PIPE,
    )


@asynccontextmanager
async def working(environment: dict[str, str]) -> AsyncIterator[Process]:
    process = await command("worker", environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def write(sessions: Sessions, book: UUID, *words: int) -> None:
    async with transaction(sessions) as session:
        emit(session, *(NoteWritten(notebook_id=book, words=number) for number in words))


async def test_told_to_stop_in_the_midst_of_work_a_worker_leaves_nothing_half_done(
    environment: dict[str, str], sessions: Sessions, settings: Settings, reader: Reader
) -> None:
    book, words = uuid4(), list(range(100, 3100))
    await write(sessions, book, *words)

    async with working(environment) as process:
        await until(lambda: begun(reader, book))
        process.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(process.communicate(), 60)

    assert process.returncode == 0, err
    assert err == b""
    assert b'"event":"worker stopped"' in out
    told = await reader.story(book)
    assert told == words[: len(told)]
    assert len(told) % 10 == 0
    assert len(told) < len(words)

    sent = await on_topic(settings, NoteWritten.topic)
    await reader.take(*sent[len(told) :])
    assert await reader.story(book) == words[: len(sent)]


async def begun(reader: Reader, book: UUID) -> bool:
    return bool(await reader.story(book))


async def test_a_worker_says_how_it_is(
    environment: dict[str, str], sessions: Sessions, reader: Reader
) -> None:
    book = uuid4()
    await write(sessions, book, 1, 2, 3)
    async with (
        working(environment) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['WORKER_PORT']}") as client,
    ):
        await until(lambda: is_ready(client))
        await until(lambda: begun(reader, book))
        await until(lambda: has_taken_in(client, 3))
        metrics = (await client.get("/metrics")).text
        assert "events_relayed_total 3.0" in metrics or "events_relayed_total 6.0" in metrics
        assert "events_taken_in_total 3.0" in metrics
        assert "dead_letters 0.0" in metrics
        process.terminate()
        _, err = await asyncio.wait_for(process.communicate(), 60)

    assert (process.returncode, err) == (0, b"")


async def is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).json()["status"] == "ready"
    except httpx.TransportError:
        return False


async def has_taken_in(client: httpx.AsyncClient, messages: int) -> bool:
    said: dict[str, object] = (await client.get("/health/ready")).json()
    return said["taken_in"] == messages


async def test_a_worker_that_only_tells_knows_too_that_kafka_is_away(
    engine: AsyncEngine, sessions: Sessions, settings: Settings
) -> None:
    changes = {"kafka_bootstrap_servers": "127.0.0.1:1", "worker_port": free_port()}
    worker = Worker(settings.model_copy(update=changes), "teller", Handlers())

    async def says_so() -> bool:
        return (await health(engine, settings)).kafka == "unreachable"

    async with running(lambda stopping: worker._work(engine, stopping)):
        await until(says_so)


async def test_with_too_many_dead_letters_only_the_consumer_pauses_until_they_are_fewer(
    environment: dict[str, str], sessions: Sessions, db: AsyncSession, reader: Reader
) -> None:
    for _ in range(2):
        await write(sessions, uuid4(), 13)
    sound = uuid4()

    async def pauses() -> bool:
        return 'worker_task_failures_total{task="consumer"}' in (await client.get("/metrics")).text

    async def nothing_waits() -> bool:
        await db.rollback()
        return not await db.scalar(select(func.count()).select_from(Outbox))

    async with (
        working(environment | {"SET_ASIDE_LIMIT": "1", "BATCH_SIZE": "1"}),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['WORKER_PORT']}") as client,
    ):
        await until(lambda: is_up(client))
        await until(pauses)
        await write(sessions, sound, 1)
        await until(nothing_waits)  # the relay goes on
        assert await reader.story(sound) == []
        await until(lambda: is_degraded(client))  # as of the next heartbeat

        await db.exec(delete(DeadLetter))
        await db.commit()
        await until(lambda: begun(reader, sound))


async def is_degraded(client: httpx.AsyncClient) -> bool:
    return not await is_ready(client)


async def is_up(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/metrics")).is_success
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("name", ["migrate", "retry", "rebuild"])
async def test_without_a_database_a_command_ends_with_one_sentence(
    environment: dict[str, str], name: str
) -> None:
    nowhere = environment | {"DATABASE_URL": "postgresql://x:x@127.0.0.1:1/x"}
    process = await command(name, nowhere)
    _, err = await asyncio.wait_for(process.communicate(), 120)

    assert process.returncode == 1
    [said] = err.decode().splitlines()
    assert said.startswith("notebook: ")
    assert "x:x" not in said


async def test_an_environment_that_is_incomplete_is_named(environment: dict[str, str]) -> None:
    process = await command("worker", {k: v for k, v in environment.items() if k != "DATABASE_URL"})
    _, err = await process.communicate()

    assert process.returncode == 1
    assert b"DATABASE_URL" in err


async def test_the_command_line_retries_and_rebuilds(
    environment: dict[str, str],
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    reader: Reader,
    db: AsyncSession,
) -> None:
    book, other = uuid4(), uuid4()
    await write(sessions, book, 13, 2)
    await write(sessions, other, 1, 2, 3)
    async with running(a_relay(engine, settings).run):
        await until(lambda: is_relayed(sessions))
    await reader.take(*(await on_topic(settings, NoteWritten.topic)))

    process = await command("retry", environment)
    out, err = await process.communicate()

    assert (process.returncode, err) == (0, b"")
    assert f"{NoteWritten.topic} {book} 2 still set aside".encode() in out
    assert b"1 keys retried." in out

    process = await command("rebuild", environment)
    out, err = await process.communicate()

    assert process.returncode == 0, err
    assert b"set_aside 2 rows" in out
    assert out.count(b"as before") == 6
    assert (await db.exec(select(Thanks.times))).all() == [3]


async def test_a_rebuild_that_differs_exits_with_1_and_says_how_to_swap_all_the_same(
    environment: dict[str, str],
    engine: AsyncEngine,
    sessions: Sessions,
    settings: Settings,
    reader: Reader,
) -> None:
    book = uuid4()
    await write(sessions, book, 1, 2)
    async with running(a_relay(engine, settings).run):
        await until(lambda: is_relayed(sessions))
    await reader.take(*(await on_topic(settings, NoteWritten.topic)))
    async with transaction(sessions) as session:
        await (await session.connection()).execute(text("UPDATE story SET words = '{0}'"))

    process = await command("rebuild", environment)
    out, err = await process.communicate()

    assert process.returncode == 1
    assert f'story: 1 rows differ\n  {{"notebook_id": "{book}"}}: words'.encode() in out
    assert b"run: python -m notebook rebuild --force" in err
    assert await reader.story(book) == [0]

    process = await command("rebuild", environment, "--force")
    out, err = await process.communicate()

    assert process.returncode == 0, err
    assert await reader.story(book) == [1, 2]


async def is_relayed(sessions: Sessions) -> bool:
    async with sessions() as session:
        return (await session.exec(select(Outbox))).first() is None


async def test_an_api_told_to_stop_exits_with_0(
    environment: dict[str, str], outbox_messages: Callable[[], Any], db: AsyncSession
) -> None:
    process = await command("api", environment)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['API_PORT']}") as client:
        await until(lambda: answers(client))
    process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), 60)

    assert (process.returncode, err) == (0, b""), out


async def test_several_api_processes_share_a_port_and_their_metrics(
    environment: dict[str, str],
) -> None:
    process = await command("api", environment | {"API_PROCESSES": "2"})
    try:
        base_url = f"http://127.0.0.1:{environment['API_PORT']}"
        async with httpx.AsyncClient(base_url=base_url) as client:
            await until(lambda: answers(client))
        assert len(psutil.Process(process.pid).children()) == 2
        for _ in range(20):
            async with httpx.AsyncClient(base_url=base_url) as client:  # on its own connection
                assert (await client.get("/v1/notebooks")).status_code == 401
                reported = (await client.get("/metrics")).text

        [counted] = [
            line.rpartition(" ")[2]
            for line in reported.splitlines()
            if line.startswith("http_request_duration_seconds_count") and "/notebooks" in line
        ]
        assert float(counted) == 20
    finally:
        process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert (process.returncode, err) == (0, b""), out


async def test_an_api_process_that_dies_ends_those_that_share_its_port(
    environment: dict[str, str],
) -> None:
    process = await command("api", environment | {"API_PROCESSES": "2"})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{environment['API_PORT']}") as client:
        await until(lambda: answers(client))
    children = psutil.Process(process.pid).children()

    children[0].kill()
    _, err = await asyncio.wait_for(process.communicate(), 120)

    assert process.returncode == 1
    assert b"ProcessEnded: An API process ended by itself; exit codes: " in err
    assert not any(child.is_running() for child in children)


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).is_success
    except httpx.TransportError:
        return False
