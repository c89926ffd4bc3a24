"""The list behind a figure as CSV, written by PostgreSQL itself: no row becomes a Python object."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.figures.model import Figure
from reporting.queries import sql
from reporting.queries.execution import counts_of, parameters
from reporting.queries.question import FigureQuery

Write: TypeAlias = Callable[[bytes], Awaitable[None]]


async def copy_list(  # noqa: PLR0913  (a query, and the format of its result)
    session: AsyncSession,
    query: FigureQuery,
    figure: Figure,
    *,
    cells: Mapping[str, str],
    delimiter: str,
    starts: int,
    write: Write,
) -> None:
    """Write the list in parts; `cells` has the SQL of each column by its name.

    The next part is read once `write` has returned.
    """
    count = counts_of(figure)[0]
    listing = sql.listing(count, query.filters, after=False, limited=False)
    statement = text(sql.as_columns(listing, cells))
    compiled = statement.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    values = parameters(query, starts=starts)
    connection = (await (await session.connection()).get_raw_connection()).driver_connection
    assert connection  # it is open
    try:
        await connection.copy_from_query(
            str(compiled),
            *(values[name] for name in compiled.positiontup or []),
            output=write,
            format="csv",
            delimiter=delimiter,
            header=True,
        )
    except BaseException:
        connection.terminate()  # after a broken COPY, its next user would wait for ever
        raise
