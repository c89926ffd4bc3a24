"""The covered organisations of a hundred thousand on a day, and those that signed themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Executable, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.testing.fixtures import Servers
from bench.fixtures.partners_db import ON, partnership
from bench.harness.measure import Row, Sample, Turns, timed
from partners.queries import covered_on

MANY, FEWER = 100_000, 10_000
TIMES = 10  # a turn; CPU is counted in steps of ten milliseconds

SIGNED = text("""
SELECT count(DISTINCT organisation_id) FROM signature JOIN convention ON id = convention_id
WHERE accedes_on <= :covered_on AND effective_on <= :covered_on
  AND coalesce(ended_on, ends_on, 'infinity') >= :covered_on
""")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Make organisations at several depths below their umbrellas."""
    async with partnership(servers, FEWER if quick else MANY, history=False) as engine:
        covered = select(func.count()).select_from(covered_on(ON))
        yield Turns(
            candidate=lambda: _take(engine, covered),
            baseline=lambda: _take(engine, SIGNED.bindparams(covered_on=ON)),
        )


async def _take(engine: AsyncEngine, counting: Executable) -> Sample:
    async with engine.connect() as connection:
        with timed() as watch:
            for _ in range(TIMES):
                assert (await connection.execute(counting)).scalar_one()
    return watch.time_each(TIMES, per_second=1e3)


ROW = Row(
    name="coverage",
    what="who of 100,000 organisations (--quick: 10,000) is covered on a day, umbrellas included",
    baseline="who signed for themselves: the same conventions without the umbrellas",
    unit="ms",
    aim=8,
    prepare=prepare,
    less_is_better=True,
)
