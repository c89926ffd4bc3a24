"""Connections, sessions and transactions; which database errors are temporary."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import Session as SQLModelSession
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.notify import NOTIFIER, RelayNotifier
from backbone.database.tables import READ_MODEL
from backbone.errors import sqlstate
from backbone.settings import Settings

# SQLSTATE classes: connection, rollback for concurrency, resources, intervention, system error.
TRANSIENT_SQLSTATES = {"08", "40", "53", "57", "58"}

Sessions: TypeAlias = async_sessionmaker[AsyncSession]


class OutboxSession(SQLModelSession):
    """The session of one transaction; `messaging.outbox` publishes its events on commit."""


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
    event.listen(engine.sync_engine, "checkout", drop_closed_connection)
    return engine


def drop_closed_connection(connection: DBAPIConnection, *_: object) -> None:
    """Make the pool replace a connection that the server has closed, without a round trip."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def create_sessions(engine: AsyncEngine, *, notifier: RelayNotifier | None = None) -> Sessions:
    """Return sessions whose commit writes the emitted messages and notifies the relay."""
    return async_sessionmaker(
        engine,
        class_=AsyncSession,
        sync_session_class=OutboxSession,
        expire_on_commit=False,
        info={NOTIFIER: notifier},
    )


@asynccontextmanager
async def transaction(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a transaction: committed when the block ends, rolled back when it raises."""
    async with sessions() as session, session.begin():
        yield session


def is_transient(error: Exception) -> bool:
    """Return whether a failure is temporary (the server is away, a deadlock), not of the data."""
    if isinstance(error, OSError | PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or sqlstate(error)[:2] in TRANSIENT_SQLSTATES


def is_data_error(error: DBAPIError) -> bool:
    """Return whether PostgreSQL refused the values it was given."""
    return sqlstate(error).startswith("22")
