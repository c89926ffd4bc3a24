"""Two consumers of a group, each a process, on one topic; and one consumer alone."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.topic import CLEAR, STORED, publish
from bench.harness.measure import Comparison, Metric, Row, Sample, Turns, timed
from bench.harness.servers import database, environment, process, topic
from reporting.__main__ import SERVICE

MESSAGES, FEWER = 60_000, 12_000
PARTITIONS = 6


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Publish contacts on a topic that workers can share, and make reporting's read model."""
    number = FEWER if quick else MESSAGES
    async with (
        database(servers, SERVICE.migrations) as (engine, settings),
        topic(servers, partitions=PARTITIONS) as name,
    ):
        await publish(settings, name, number)

        async def take(workers: int) -> Sample:
            return await _take(engine, settings, name, workers=workers, number=number)

        yield Turns(candidate=lambda: take(2), baseline=lambda: take(1))


async def _take(
    engine: AsyncEngine, settings: Settings, name: str, *, workers: int, number: int
) -> Sample:
    """Process the whole topic by `workers` that all have their partitions at the start."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    async with _ready(settings, name, workers=workers) as children:
        with timed() as watch:
            for child in children:
                _input(child).write(b"begin\n")
            counts = asyncio.Queue[int]()
            async with asyncio.TaskGroup() as group:
                readers = [group.create_task(_read_counts(child, counts)) for child in children]
                done = 0
                while done < number:
                    done += await counts.get()
                for each in readers:
                    each.cancel()
    async with engine.connect() as connection:
        assert await connection.scalar(STORED) == number
    return watch.cpu_each(number, per_second=1e6)


@asynccontextmanager
async def _ready(
    settings: Settings, name: str, *, workers: int
) -> AsyncIterator[Sequence[Process]]:
    """Start `workers` of a new group, each with its part of the partitions."""
    arguments = (name, f"bench-{uuid4()}", str(PARTITIONS // workers))
    command = (sys.executable, "-m", "bench.programs.consumer", *arguments)
    async with AsyncExitStack() as stack:
        children = [
            await stack.enter_async_context(
                process(*command, env=environment(settings), piped=True)
            )
            for _ in range(workers)
        ]
        for child in children:
            assert await _output(child).readline() == b"ready\n"
        yield children


async def _read_counts(child: Process, counts: "asyncio.Queue[int]") -> None:
    while line := await _output(child).readline():
        await counts.put(int(line))
    raise RuntimeError("A worker ended.")


def _input(child: Process) -> asyncio.StreamWriter:
    assert child.stdin
    return child.stdin


def _output(child: Process) -> asyncio.StreamReader:
    assert child.stdout
    return child.stdout


ROW = Row(
    name="workers",
    what="two workers (processes of one group) on one topic of contacts with six partitions",
    baseline="one worker",
    unit="CPU µs each",
    less_is_better=True,
    aim=1.1,
    is_servers_cpu=True,
    prepare=prepare,
    metrics=[
        Metric(
            name="wall",
            unit="events/s",
            figure=lambda taken: taken.spent.units / taken.spent.wall,
            comparison=Comparison.RATIO,
            less_is_better=False,
        )
    ],
)
