"""Whether a process can do its work, as it says itself."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import Sessions, create_engine
from backbone.settings import Settings
from backbone.web.health import health_routes, record_heartbeat


async def asked(
    engine: AsyncEngine, settings: Settings, what: str = "ready", **of: Any
) -> Response:
    app = FastAPI()
    app.include_router(health_routes(engine, settings, **of))
    async with AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        return await client.get(f"/health/{what}")


async def beat(engine: AsyncEngine, **changes: Any) -> None:
    said = {"worker": "notebook", "kafka": True, "lag": 0, "backlog": 0} | changes
    await record_heartbeat(engine, **said)


async def test_with_its_database_and_a_worker_that_keeps_up_it_is_ready(
    engine: AsyncEngine, sessions: Sessions, settings: Settings
) -> None:
    await beat(engine, lag=3, taken_in=40, backlog=7)

    answer = await asked(engine, settings)

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "database": "ok",
        "kafka": "ok",
        "lag": 3,
        "taken_in": 40,
        "backlog": 7,
        "detail": "",
    }


@pytest.mark.parametrize(
    ("said", "kafka"),
    [
        ({"kafka": False, "lag": None}, "unreachable"),
        ({"kafka": False}, "unreachable"),
        ({"lag": 10_001}, "ok"),
    ],
)
async def test_an_api_serves_while_its_worker_cannot_and_says_so(
    engine: AsyncEngine, sessions: Sessions, settings: Settings, said: dict[str, Any], kafka: str
) -> None:
    await beat(engine, **said)

    serving = await asked(engine, settings)
    working = await asked(engine, settings, degraded_is_ready=False)

    assert (serving.status_code, working.status_code) == (200, 503)
    assert serving.json()["status"] == working.json()["status"] == "degraded"
    assert serving.json()["kafka"] == kafka


async def test_a_worker_that_was_never_heard_of_or_fell_silent_is_missed(
    engine: AsyncEngine, sessions: Sessions, settings: Settings
) -> None:
    never = (await asked(engine, settings)).json()
    await beat(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE beat SET at = at - interval '31 seconds'"))
    silent = (await asked(engine, settings)).json()

    assert never == silent
    assert never["status"] == "degraded"
    assert "See that it runs" in never["detail"]


async def test_without_its_database_it_is_unavailable_and_alive(settings: Settings) -> None:
    nowhere = create_engine(
        settings.model_copy(update={"database_url": "postgresql+asyncpg://x:x@127.0.0.1:1/x"})
    )

    answer = await asked(nowhere, settings)
    alive = await asked(nowhere, settings, "live")

    assert answer.status_code == 503
    assert answer.json()["database"] == "unreachable"
    assert alive.json() == {"status": "live"}
