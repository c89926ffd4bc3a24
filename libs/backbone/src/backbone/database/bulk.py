"""Statements for many rows at once: each column is sent as one array."""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any, Self, overload

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of


def in_array(column: Any, values: Collection[Any]) -> ColumnElement[bool]:  # noqa: ANN401
    """Test membership in one array: for many values far cheaper than `IN`."""
    element: ColumnElement[Any] = column
    return element == func.any(cast(list(values), ARRAY(element.type, dimensions=1)))


class Rows(Sequence[Mapping[str, Any]]):
    """Rows stored by column, as they are sent; one is made a mapping only when it is read.

    `columns` holds the values of each column by its name, all of the same length.
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = columns

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Self:
        """Return rows, at least one, by column; every one names the columns of the first."""
        if isinstance(rows, cls):
            return rows
        return cls({name: [row[name] for row in rows] for name in rows[0]})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Any] | Self:
        picked = {name: values[index] for name, values in self.columns.items()}
        return type(self)(picked) if isinstance(index, slice) else picked

    def last_of_each(self, key: Sequence[str]) -> Self:
        """Return the last row of each key, in the order in which the keys first come."""
        keys = list(zip(*(self.columns[name] for name in key), strict=True))
        last = {each: index for index, each in enumerate(keys)}
        if len(last) == len(keys):
            return self
        return type(self)(
            {name: [values[i] for i in last.values()] for name, values in self.columns.items()}
        )


def rows_from(objects: Sequence[object], *columns: str, **others: str) -> Rows:
    """Return a row of each object, with its attributes of these names.

    `others` are columns named otherwise: `rows_of(events, "note_id", written_on="day")`
    """
    attributes = dict(zip(columns, columns, strict=True)) | others
    return Rows({name: list(map(attrgetter(of), objects)) for name, of in attributes.items()})


def insert_rows(model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> Insert:
    """Build one INSERT of all rows, from one array per column: fast for ten thousand as for one.

    Every row names the same columns. Add `.on_conflict_do_nothing()` or use `upsert`.
    """
    table = table_of(model)
    columns = Rows.of(rows).columns
    arrays = (
        cast(values, ARRAY(table.c[name].type, dimensions=1)) for name, values in columns.items()
    )
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived("rows")
    return insert(table).from_select(list(columns), select(unnested))


async def insert_all(
    session: AsyncSession, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add the rows; one that is there already is an `IntegrityError`."""
    if rows:
        await (await session.connection()).execute(insert_rows(model, rows))


async def insert_missing(
    session: AsyncSession, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add the rows that are not there yet; leave those that are as they are."""
    if rows:
        await (await session.connection()).execute(
            insert_rows(model, rows).on_conflict_do_nothing()
        )


async def upsert(
    session: AsyncSession, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add the rows; where one is there, set the columns named. The last row of a key wins."""
    if not rows:
        return
    key = [column.name for column in table_of(model).primary_key]
    last = Rows.of(rows).last_of_each(key)
    statement = insert_rows(model, last)
    changes = {name: statement.excluded[name] for name in last.columns if name not in key}
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=key, set_=changes)
        if changes
        else statement.on_conflict_do_nothing()
    )
