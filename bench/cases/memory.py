"""The largest an API's process becomes while it exports a long list, and while it does a short."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.fixtures.reporting_db import export, fill
from bench.harness.api import api
from bench.harness.issuer import Issuer, issuer
from bench.harness.measure import Row, Sample, Turns, timed
from bench.harness.memory import peak
from bench.harness.servers import database
from reporting.__main__ import SERVICE

MANY, FEWER, FEW = 1_000_000, 100_000, 10_000


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Fill a read model with many contacts, of which the first few are a list of their own."""
    many = FEWER if quick else MANY
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, contacts=many)
            yield Turns(
                candidate=lambda: _take(settings, keys, many),
                baseline=lambda: _take(settings, keys, FEW),
            )


async def _take(settings: Settings, keys: Issuer, number: int) -> Sample:
    """Export `number` contacts from a process that has done nothing else."""
    async with api("reporting", settings, keys, role="viewer") as started:
        with timed() as watch:
            await export(started, number)
        return Sample(peak(started.pid), watch.spent(number))


ROW = Row(
    name="export-memory",
    what="peak memory of reporting's API exporting 1,000,000 contacts (--quick: 100,000)",
    baseline="exporting 10,000, each in a fresh process",
    unit="MB",
    aim=1.2,
    prepare=prepare,
    less_is_better=True,
    is_speed=False,
)
