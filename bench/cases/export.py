"""The list of contacts as CSV from reporting's API in a process of its own, and `COPY` of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from backbone.testing.fixtures import Servers
from bench.fixtures.reporting_db import export, fill, last_day
from bench.harness.api import api
from bench.harness.issuer import issuer
from bench.harness.measure import Row, Sample, Turns, timed
from bench.harness.servers import database, plain_pool
from reporting.__main__ import SERVICE
from reporting.api.views import RowView
from reporting.figures import FIGURES
from reporting.figures.model import Count
from reporting.queries import sql
from reporting.queries.execution import parameters
from reporting.queries.question import FigureQuery

ROWS, FEWER = 100_000, 10_000
STARTS = 9


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Fill a read model with contacts, start its API, and open plain connections."""
    number = FEWER if quick else ROWS
    with issuer() as keys:
        async with database(servers, SERVICE.migrations) as (engine, settings):
            await fill(engine, contacts=number)
            reporting = api("reporting", settings, keys, role="viewer")
            async with reporting as started, plain_pool(settings) as pool:

                async def candidate() -> Sample:
                    with timed() as watch:
                        await export(started, number)
                    return watch.rate(number)

                async def baseline() -> Sample:
                    return await _copy(pool, number)

                yield Turns(candidate, baseline)


async def _copy(pool: "asyncpg.Pool[Any]", number: int) -> Sample:
    """Copy the same columns of the same rows, in the same order."""
    statement, values = _listing(number)
    lines = 0

    async def count(part: bytes) -> None:
        nonlocal lines
        lines += part.count(b"\n")

    async with pool.acquire() as connection:
        with timed() as watch:
            await connection.copy_from_query(
                statement, *values, output=count, format="csv", header=True
            )
    assert lines == number + 1
    return watch.rate(number)


def _listing(number: int) -> tuple[str, list[object]]:
    contacts = FIGURES["contacts"]
    assert isinstance(contacts, Count)
    listing = sql.listing(contacts, (), after=False, limited=False)
    columns = ", ".join(RowView.model_fields)
    statement = text(f"SELECT {columns} FROM ({listing}) AS listed")
    compiled = statement.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    bound = parameters(FigureQuery(as_of=last_day(number)), starts=STARTS)
    return str(compiled), [bound[name] for name in compiled.positiontup or []]


ROW = Row(
    name="export",
    what="list of contacts as CSV through reporting's API",
    baseline="COPY … TO STDOUT of the same columns of the same rows",
    unit="rows/s",
    aim=0.85,
    prepare=prepare,
)
