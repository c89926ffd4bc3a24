"""All figures at the history's size, as reporting's API in a process of its own answers them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.testing import Servers
from bench.apis import api
from bench.issuer import issuer
from bench.measure import Metric, Row, Taken, Turns
from bench.reported import FIRST_DAY, fill
from bench.requests import in_turn
from bench.servers import database
from bench.tasks import running
from reporting.__main__ import SERVICE

PATH = "/v1/figures?as_of=2014-01-06"
TIMES, FEWER = 10, 2
WRITES = 100  # a second
CONTACT = text(f"""
INSERT INTO read_model.contact (contact_id, pairing_id, mentee_id, mentor_id, contact_on, medium,
                                minutes, recorded_at)
SELECT gen_random_uuid(), pairing_id, mentee_id, mentor_id, '{FIRST_DAY}', 'phone', 30, now()
FROM read_model.pairing LIMIT 1
""")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """A read model with all that figures count, and its API."""
    paths = [PATH] * (FEWER if quick else TIMES)
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, whole=True)
            async with api("reporting", settings, keys, role="viewer") as asked:

                async def candidate() -> Taken:
                    quiet = await in_turn(asked.port, paths, token=asked.token)
                    async with running(_write(engine)):
                        loaded = await in_turn(asked.port, paths, token=asked.token)
                    return replace(quiet, also={"loaded_ms": loaded.figure})

                yield Turns(candidate)


async def _write(engine: AsyncEngine) -> None:
    """Insert contacts at a steady rate, each in a transaction, as a projection does."""
    loop = asyncio.get_running_loop()
    began, number = loop.time(), 0
    while True:
        async with engine.begin() as connection:
            await connection.execute(CONTACT)
        number += 1
        await asyncio.sleep(max(0.0, began + number / WRITES - loop.time()))


ROW = Row(
    name="figures",
    what="all figures at the history's size through reporting's API; with load: while 100 contacts "
    "a second are written to the read model",
    unit="ms",
    aim=140,
    prepare=prepare,
    less_is_better=True,
    metrics=[
        Metric(
            name="with load",
            unit="ms",
            figure=lambda taken: taken.also["loaded_ms"],
            aim=200,
        )
    ],
)
