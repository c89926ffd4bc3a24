"""The largest an API's process becomes while it exports a long list, and while it does a short."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from backbone.settings import Settings
from backbone.testing.fixtures import Servers
from bench.apis import api
from bench.issuer import Issuer, issuer
from bench.measure import Row, Taken, Turns, timed
from bench.reported import export, fill
from bench.servers import database
from reporting.__main__ import SERVICE

MANY, FEWER, FEW = 1_000_000, 100_000, 10_000


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """A read model with many contacts, of which the first few can be asked for as well."""
    many = FEWER if quick else MANY
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, contacts=many)
            yield Turns(
                candidate=lambda: _take(settings, keys, many),
                baseline=lambda: _take(settings, keys, FEW),
            )


async def _take(settings: Settings, keys: Issuer, number: int) -> Taken:
    """Export so many contacts from a process that has done nothing else."""
    async with api("reporting", settings, keys, role="viewer") as asked:
        with timed() as watch:
            await export(asked, number)
        return Taken(peak(asked.pid), watch.spent(number))


def peak(pid: int) -> float:
    """The most memory that a process has had at once, in MB."""
    said = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [kilobytes] = [line.split()[1] for line in said.splitlines() if line.startswith("VmHWM:")]
    return int(kilobytes) / 1_000


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
