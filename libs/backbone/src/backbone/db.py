"""Sessions, and the two kinds of tables a service has.

A service's own tables live in schema `public`; what it was told by others lives in schema
`read_model`, which `backbone.replay` can build anew beside the live one and swap.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any, Self, TypeAlias, overload

from sqlalchemy import ColumnElement, MetaData, Table, cast, event, func, select
from sqlalchemy.dialects.postgresql import ARRAY, Insert, insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Session as SQLModelSession
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.bell import BELL, Bell
from backbone.errors import state_of
from backbone.settings import Settings

READ_MODEL = "read_model"
# SQLSTATE classes: connection, rollback for concurrency, resources, intervention, system error.
PASSING = {"08", "40", "53", "57", "58"}
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Sessions: TypeAlias = async_sessionmaker[AsyncSession]


def own_tables() -> registry:
    """A registry for the tables that a service owns."""
    return registry(metadata=MetaData(naming_convention=NAMES))


def read_model_tables() -> registry:
    """A registry for the tables that hold what a service was told."""
    return registry(metadata=MetaData(schema=READ_MODEL, naming_convention=NAMES))


class NamedTable(SQLModel):
    """What every table inherits from: it is called as it says, whatever its class is called."""

    @declared_attr.directive
    @classmethod
    def __tablename__(cls) -> str:
        raise TypeError(f"{cls.__name__} has no name in the database. Give it a __tablename__.")


class BackboneTable(NamedTable, registry=own_tables()):
    """Tables that every service's database has beside its own."""


class InboxTable(NamedTable, registry=read_model_tables()):
    """Tables that every read model has, because they say how far it was told."""


class UnitOfWork(SQLModelSession):
    """The session of one transaction; `backbone.outbox` hangs its events on its commit."""


def create_engine(settings: Settings, *, pool_size: int | None = None) -> AsyncEngine:
    """Connections to the service's database. Unqualified names find both schemas' tables.

    Errors do not show the values of a statement: they end in logs, and may be personal.
    """
    engine = create_async_engine(
        settings.database_url,
        pool_size=pool_size or settings.pool_size,
        max_overflow=0,
        pool_timeout=15,
        hide_parameters=True,
        connect_args={
            "timeout": 10,
            "server_settings": {
                "search_path": f"public,{READ_MODEL}",
                "timezone": "UTC",
                "jit": "off",  # no query runs so long that compiling it pays
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", require_open)
    return engine


def require_open(connection: DBAPIConnection, *_: object) -> None:
    """Let the pool replace a connection that the server has closed, without asking the server."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def create_sessions(engine: AsyncEngine, *, bell: Bell | None = None) -> Sessions:
    """Sessions whose commit writes the events that were emitted in them, and rings the bell."""
    return async_sessionmaker(
        engine,
        class_=AsyncSession,
        sync_session_class=UnitOfWork,
        expire_on_commit=False,
        info={BELL: bell},
    )


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """One transaction: committed when the block ends, undone when it raises."""
    async with sessions() as session, session.begin():
        yield session


def is_passing(error: Exception) -> bool:
    """Whether a failure is one of the moment (the server is away, a deadlock), not of the data."""
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or state_of(error)[:2] in PASSING


def is_about_data(error: DBAPIError) -> bool:
    """Whether PostgreSQL could make nothing of the values it was given."""
    return state_of(error).startswith("22")


def table_of(model: type[SQLModel]) -> Table:
    table = model.__dict__["__table__"]
    assert isinstance(table, Table)  # noqa: S101
    return table


def among(column: Any, values: Collection[Any]) -> ColumnElement[bool]:  # noqa: ANN401
    """Whether a column is one of these, asked with one array: of many, far cheaper than `IN`."""
    asked: ColumnElement[Any] = column
    return asked == func.any(cast(list(values), ARRAY(asked.type, dimensions=1)))


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


def rows_of(told: Sequence[object], *columns: str, **others: str) -> Rows:
    """Return a row of each object, with its attributes of these names.

    `others` are columns named otherwise: `rows_of(events, "note_id", written_on="day")`
    """
    attributes = dict(zip(columns, columns, strict=True)) | others
    return Rows({name: list(map(attrgetter(of), told)) for name, of in attributes.items()})


def insert_rows(model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> Insert:
    """One INSERT of all rows, from one array per column: as fast for ten thousand as for one.

    Every row names the same columns. Add `.on_conflict_do_nothing()` or use `upsert`.
    """
    table = table_of(model)
    columns = Rows.of(rows).columns
    arrays = (
        cast(values, ARRAY(table.c[name].type, dimensions=1)) for name, values in columns.items()
    )
    unnested = func.unnest(*arrays).table_valued(*columns).render_derived("rows")
    return insert(table).from_select(list(columns), select(unnested))


async def add_rows(
    session: AsyncSession, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Add the rows; one that is there already is an `IntegrityError`."""
    if rows:
        await (await session.connection()).execute(insert_rows(model, rows))


async def add_new(
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
