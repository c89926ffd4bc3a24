"""A rebuild of a read model with its swap, and the live projection of the same topic."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.messaging.handlers import Handlers
from backbone.messaging.kafka import create_consumer
from backbone.messaging.rebuild import Rebuild
from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.topic import CLEAR, STORED, consuming, member, processed, projections, publish
from bench.harness.measure import Row, Sample, Turns, timed
from bench.harness.servers import database, topic
from reporting.__main__ import SERVICE

MESSAGES, FEWER = 60_000, 6_000


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Publish contacts, and project them into reporting's read model."""
    number = FEWER if quick else MESSAGES
    async with (
        database(servers, SERVICE.migrations) as (engine, settings),
        topic(servers) as name,
    ):
        await publish(settings, name, number)
        handlers = projections(name)

        async def live() -> Sample:
            return await _project(engine, settings, handlers, name, number=number)

        async def rebuilt() -> Sample:
            return await _rebuild(engine, settings, handlers, number=number)

        await live()
        yield Turns(candidate=rebuilt, baseline=live)


async def _rebuild(
    engine: AsyncEngine, settings: Settings, handlers: Handlers, *, number: int
) -> Sample:
    """Rebuild: make the new tables, fill them, compare both digests, swap."""
    replay = Rebuild(
        engine,
        handlers,
        SERVICE.read_model,
        create_consumer=lambda: create_consumer(settings, group=None),
    )
    with timed() as watch:
        rebuilt = await replay.run()
    assert rebuilt.same
    assert rebuilt.messages == number
    return watch.rate(number)


async def _project(
    engine: AsyncEngine, settings: Settings, handlers: Handlers, name: str, *, number: int
) -> Sample:
    """Process the whole topic as a worker does, into empty tables."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    live, done = consuming(engine, settings, handlers), 0
    async with member(settings, name) as consumer:
        with timed() as watch:
            async with aclosing(processed(live, consumer)) as numbers:
                while done < number:
                    done += await anext(numbers)
    async with engine.connect() as connection:
        assert await connection.scalar(STORED) == number
    return watch.rate(number)


ROW = Row(
    name="rebuild",
    what="rebuild of reporting's read model of contacts: new tables, digests and swap included",
    baseline="its live projection",
    unit="events/s",
    aim=1.5,
    prepare=prepare,
)
