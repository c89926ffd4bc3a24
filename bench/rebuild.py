"""A read model built anew beside the live one and swapped, and its live projection."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.messaging.handlers import Handlers
from backbone.messaging.kafka import create_consumer
from backbone.messaging.rebuild import Rebuild
from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.measure import Row, Taken, Turns, timed
from bench.servers import database, topic
from bench.told import CLEAR, KEPT, consuming, member, projections, taken, tell
from reporting.__main__ import SERVICE

MESSAGES, FEWER = 60_000, 6_000


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """A topic of contacts, and reporting's read model that has taken them in."""
    number = FEWER if quick else MESSAGES
    async with (
        database(servers, SERVICE.migrations) as (engine, settings),
        topic(servers) as name,
    ):
        await tell(settings, name, number)
        handlers = projections(name)

        async def live() -> Taken:
            return await _project(engine, settings, handlers, name, number=number)

        async def anew() -> Taken:
            return await _rebuild(engine, settings, handlers, number=number)

        await live()
        yield Turns(candidate=anew, baseline=live)


async def _rebuild(
    engine: AsyncEngine, settings: Settings, handlers: Handlers, *, number: int
) -> Taken:
    """All of it: the new tables, the filling, both digests, the swap."""
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
) -> Taken:
    """Take the whole topic in as a worker does, into empty tables."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    live, done = consuming(engine, settings, handlers), 0
    async with member(settings, name) as consumer:
        with timed() as watch:
            async with aclosing(taken(live, consumer)) as numbers:
                while done < number:
                    done += await anext(numbers)
    async with engine.connect() as connection:
        assert await connection.scalar(KEPT) == number
    return watch.rate(number)


ROW = Row(
    name="rebuild",
    what="rebuild of reporting's read model of contacts: new tables, digests and swap included",
    baseline="its live projection",
    unit="events/s",
    aim=1.5,
    prepare=prepare,
)
