"""Three figures that are named in one request, and the same three in a request each."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from itertools import islice

from backbone.testing.fixtures import Servers
from bench.fixtures.reporting_db import fill, other_days
from bench.harness.api import Api, api
from bench.harness.issuer import issuer
from bench.harness.measure import Row, Sample, Turns
from bench.harness.requests import in_turn
from bench.harness.servers import database
from reporting.__main__ import SERVICE

NAMES = ("mentees_accompanied", "contacts", "outcomes")
TOGETHER = [f"/v1/figures?{'&'.join(f'names={name}' for name in NAMES)}"]
ONE_BY_ONE = [f"/v1/figures/{name}?" for name in NAMES]
TIMES, FEWER = 20, 4


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Fill a read model with all that figures count, and start its API."""
    times, days = FEWER if quick else TIMES, other_days()
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, whole=True)
            async with api("reporting", settings, keys, role="viewer") as started:
                yield Turns(
                    candidate=lambda: _take(started, TOGETHER, islice(days, times)),
                    baseline=lambda: _take(started, ONE_BY_ONE, islice(days, times)),
                )


async def _take(started: Api, paths: Sequence[str], days: Iterable[date]) -> Sample:
    """Return the time of all three, in milliseconds."""
    requests = [f"{path}&as_of={day}" for day in days for path in paths]
    taken = await in_turn(started.port, requests, token=started.token)
    spent = replace(taken.spent, units=len(requests) // len(paths))
    return Sample(1e3 * spent.wall / spent.units, spent)


ROW = Row(
    name="named figures",
    what="three figures named in one request to reporting's API, at the history's size",
    baseline="a request for each",
    unit="ms",
    aim=0.85,
    prepare=prepare,
    less_is_better=True,
)
