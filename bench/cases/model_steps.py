"""Steps of the model-based test a minute: commands to all four services, deliveries, invariants."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from functools import partial

from backbone.testing.fixtures import Servers
from bench.harness.measure import Row, Sample, Turns, timed
from tests.model.runs import a_world, run

SECONDS, FEWER = 30.0, 5.0


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Make a world in a thread of its own, for it has an event loop and a clock of its own."""
    seconds = FEWER if quick else SECONDS
    loop, world = asyncio.get_running_loop(), ExitStack()
    with ThreadPoolExecutor(1) as thread:

        async def candidate() -> Sample:
            with timed() as watch:
                done = await loop.run_in_executor(thread, partial(run, seconds=seconds))
            return Sample(done.steps_a_minute, watch.spent(done.steps))

        await loop.run_in_executor(thread, world.enter_context, a_world(servers))
        try:
            yield Turns(candidate)
        finally:
            await loop.run_in_executor(thread, world.close)


ROW = Row(
    name="model",
    what="steps of the model-based test a minute, invariants and all",
    unit="steps/min",
    aim=300,
    longest=900,
    prepare=prepare,
)
