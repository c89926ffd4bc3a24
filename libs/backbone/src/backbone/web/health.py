"""Health: liveness and readiness of a process, from the worker's heartbeat.

The worker knows the state of Kafka and the lag, and records both every few seconds for the API. An
API that can reach its database serves, however late its worker is: it says `degraded`.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import BigInteger, DateTime, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Field

from backbone.database.tables import BackboneTable, table_of
from backbone.settings import Settings
from backbone.web.routes import CheckedRoute

HEARTBEAT_TIMEOUT = timedelta(seconds=30)
ANSWERS_WITHIN = 5.0  # seconds


class WorkerHeartbeat(BackboneTable, table=True):
    """The worker's last heartbeat."""

    __tablename__ = "beat"

    worker: str = Field(primary_key=True)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    kafka: bool
    lag: int | None
    taken_in: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    backlog: int


class Health(BaseModel):
    """The state of what a process needs.

    `lag` is the number of messages not yet applied, `taken_in` of those applied, each counted once
    however often it was delivered; `backlog` of those emitted and not yet on Kafka, counted up to
    100,000.
    """

    status: Literal["ready", "degraded", "unavailable"]
    database: Literal["ok", "unreachable"]
    kafka: Literal["ok", "unreachable", "unknown"]
    lag: int | None = None
    taken_in: int | None = None
    backlog: int | None = None
    detail: str = ""


async def record_heartbeat(  # noqa: PLR0913  (a worker has that much to say)
    engine: AsyncEngine,
    *,
    worker: str,
    kafka: bool,
    lag: int | None,
    backlog: int,
    taken_in: int = 0,
) -> None:
    """Write down how the worker is."""
    row = {"worker": worker, "kafka": kafka, "lag": lag, "taken_in": taken_in, "backlog": backlog}
    statement = insert(table_of(WorkerHeartbeat)).values(row | {"at": func.now()})
    async with engine.begin() as connection:
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["worker"], set_=row | {"at": func.now()}
            )
        )


async def health(engine: AsyncEngine, settings: Settings) -> Health:
    """Ask the database how it is, and what the worker last said."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN), engine.connect() as connection:
            heartbeat = (await connection.execute(select(table_of(WorkerHeartbeat)))).first()
    except (SQLAlchemyError, OSError):
        return Health(
            status="unavailable",
            database="unreachable",
            kafka="unknown",
            detail="The database does not answer. See that PostgreSQL runs.",
        )
    if heartbeat is None or datetime.now(UTC) - heartbeat.at > HEARTBEAT_TIMEOUT:
        return Health(
            status="degraded",
            database="ok",
            kafka="unknown",
            detail="The worker has not been heard of for 30 s. See that it runs.",
        )
    late = heartbeat.lag is None or heartbeat.lag > settings.lag_limit
    return Health(
        status="ready" if heartbeat.kafka and not late else "degraded",
        database="ok",
        kafka="ok" if heartbeat.kafka else "unreachable",
        lag=heartbeat.lag,
        taken_in=heartbeat.taken_in,
        backlog=heartbeat.backlog,
    )


def health_routes(
    engine: AsyncEngine, settings: Settings, *, degraded_is_ready: bool = True
) -> APIRouter:
    router = APIRouter(prefix="/health", route_class=CheckedRoute, tags=["health"])

    @router.get("/live")
    async def live() -> dict[str, str]:
        """Answer that the process runs."""
        return {"status": "live"}

    @router.get("/ready")
    async def ready(response: Response) -> Health:
        """Answer whether the process can work: dependencies answer, and it is not far behind."""
        found = await health(engine, settings)
        if found.status == "unavailable" or (found.status == "degraded" and not degraded_is_ready):
            response.status_code = 503
        return found

    return router
