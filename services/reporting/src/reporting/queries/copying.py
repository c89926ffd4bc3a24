"""All rows that a figure counts, as CSV that PostgreSQL itself writes: no row is met in Python."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.queries import statements
from reporting.queries.answers import bound_to, counts_of
from reporting.queries.asked import Asked
from reporting.queries.figure import Figure

Write: TypeAlias = Callable[[bytes], Awaitable[None]]


async def copy_list(  # noqa: PLR0913  (a question, and how its answer is to be written)
    session: AsyncSession,
    asked: Asked,
    figure: Figure,
    *,
    cells: Mapping[str, str],
    delimiter: str,
    starts: int,
    write: Write,
) -> None:
    """Write the list, some of it at a time; `cells` names each column and gives its SQL.

    The next part is read once `write` is done with the one before.
    """
    count = counts_of(figure)[0]
    listing = statements.listing(count, asked.filters, after=False, limited=False)
    statement = text(statements.written(listing, cells))
    compiled = statement.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    bound = bound_to(asked, starts=starts)
    connection = (await (await session.connection()).get_raw_connection()).driver_connection
    assert connection  # noqa: S101  (it is open)
    try:
        await connection.copy_from_query(
            str(compiled),
            *(bound[name] for name in compiled.positiontup or []),
            output=write,
            format="csv",
            delimiter=delimiter,
            header=True,
        )
    except BaseException:
        connection.terminate()  # broken off, it would keep whoever has it next waiting for ever
        raise
