"""All figures at the history's size, as reporting's API in a process of its own answers them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import islice
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import create_sessions, transaction
from backbone.testing.fixtures import Servers
from bench.fixtures.reporting_db import FIRST_DAY, fill, other_days
from bench.harness.api import api
from bench.harness.issuer import issuer
from bench.harness.measure import Metric, Row, Sample, Turns
from bench.harness.requests import in_turn
from bench.harness.servers import database
from bench.harness.tasks import running
from contracts import ContactLogged
from contracts.enums import Medium
from reporting.__main__ import SERVICE

FIGURES = "/v1/figures"
TIMES, FEWER = 10, 2
WRITES = 100  # a second
PAIR = text("SELECT pairing_id, mentee_id, mentor_id FROM pairing LIMIT 1")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Fill a read model with all that figures count, and start its API."""
    times, days = FEWER if quick else TIMES, other_days()
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, whole=True)
            async with api("reporting", settings, keys, role="viewer") as started:

                async def candidate() -> Sample:
                    paths = [f"{FIGURES}?as_of={day}" for day in islice(days, 2 * times)]
                    quiet = await in_turn(started.port, paths[:times], token=started.token)
                    again = await in_turn(started.port, paths[:times], token=started.token)
                    async with running(_write(engine)):
                        loaded = await in_turn(started.port, paths[times:], token=started.token)
                    also = {"loaded_ms": loaded.figure, "again_ms": again.figure}
                    return replace(quiet, also=also)

                yield Turns(candidate)


async def _write(engine: AsyncEngine) -> None:
    """Apply contacts of a pair at a steady rate, each in a transaction, as a consumer does."""
    loop, sessions = asyncio.get_running_loop(), create_sessions(engine)
    async with engine.connect() as connection:
        pair = dict((await connection.execute(PAIR)).mappings().one())
    began, number = loop.time(), 0
    while True:
        contact = ContactLogged(
            **pair, contact_id=uuid4(), contact_on=FIRST_DAY, medium=Medium.PHONE, minutes=30
        )
        async with transaction(sessions) as session:
            await SERVICE.projections.apply(session, [contact])
        number += 1
        await asyncio.sleep(max(0.0, began + number / WRITES - loop.time()))


ROW = Row(
    name="figures",
    what="all figures at the history's size through reporting's API, each time of another day; "
    "with load: while 100 contacts a second are written to the read model",
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
        ),
        Metric(name="asked again", unit="ms", figure=lambda taken: taken.also["again_ms"]),
    ],
)
