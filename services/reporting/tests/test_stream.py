import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from backbone.database.sessions import Sessions
from backbone.service import Service
from backbone.testing.fixtures import TestIssuer, Topics
from reporting.settings import ReportingSettings

PATIENCE = 60  # seconds


class Served:
    """The API on a port, as `python -m reporting api` serves it: answers that last need one."""

    def __init__(self, app: Any, keys: TestIssuer) -> None:
        config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=8)
        self.app, self.keys, self.server = app, keys, uvicorn.Server(config)
        app.state.is_stopping = lambda: self.server.should_exit

    @property
    def url(self) -> str:
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/v1/stream"

    @asynccontextmanager
    async def listen(self, token: str | None = None, **headers: str) -> AsyncIterator[Any]:
        headers["Authorization"] = f"Bearer {token or self.keys.token('viewer')}"
        async with (
            httpx.AsyncClient(timeout=PATIENCE) as client,
            client.stream("GET", self.url, headers=headers) as answer,
        ):
            yield answer


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 50):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


@pytest.fixture
async def served(
    sessions: Sessions, service: Service[Any], settings: ReportingSettings, keys: TestIssuer
) -> AsyncIterator[Served]:
    app = service.create_app(settings.model_copy(update={"stream_places": 2}))
    app.state.verifier.keys = keys
    served = Served(app, keys)
    serving = asyncio.ensure_future(served.server._serve())
    await until(lambda: served.server.started)
    yield served
    served.server.should_exit = True
    await asyncio.wait_for(serving, PATIENCE)


async def read_events(answer: httpx.Response, most: int) -> list[dict[str, str]]:
    """Return the next events, parsed as a browser does; `most` at most."""
    events, event = [], dict[str, str]()
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif "id" in event:
            events.append(event)
            event = {}
        if len(events) == most:
            break
    return events


async def test_a_client_gets_the_events_from_now_on(
    served: Served, topics: Topics, story: Any
) -> None:
    await topics.publish(*story.people())

    async with served.listen() as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        await topics.publish(*story.pairs()[:3])
        events = await asyncio.wait_for(read_events(answer, 3), PATIENCE)

    assert [event["event"] for event in events] == [
        "pairing-proposed.v1",
        "mentee-paired.v1",
        "first-interview-held.v1",
    ]
    data = json.loads(events[1]["data"])
    assert data.keys() == {
        *("id", "occurred_at", "recorded_at", "pairing_id", "mentee_id", "mentor_id", "starts_on")
    }
    assert (data["pairing_id"], data["starts_on"]) == (str(story.p1), "2013-09-15")


async def test_a_client_that_reconnects_continues_after_its_last_event(
    served: Served, topics: Topics, story: Any
) -> None:
    await topics.publish(*story.everything())
    async with served.listen(**{"Last-Event-ID": "0"}) as answer:
        first = await asyncio.wait_for(read_events(answer, 4), PATIENCE)

    async with served.listen(**{"Last-Event-ID": first[1]["id"]}) as answer:
        again = await asyncio.wait_for(read_events(answer, 2), PATIENCE)

    assert again == first[2:]
    assert [int(event["id"]) for event in first] == sorted(int(event["id"]) for event in first)


async def test_a_waiting_client_holds_no_connection_of_the_database(
    served: Served, topics: Topics
) -> None:
    async with served.listen(), served.listen():
        busy = 0
        for _ in range(20):
            await asyncio.sleep(0.05)
            busy += served.app.state.engine.pool.checkedout()
    assert busy < 10


async def test_a_client_above_the_limit_is_refused(served: Served) -> None:
    async with served.listen(), served.listen(), served.listen() as third:
        assert third.status_code == 503
        await third.aread()
        assert third.json()["type"] == "urn:problem:no-place-left"

    await until(lambda: served.app.state.limits["streams"].free == 2)
    async with served.listen() as again:
        assert again.status_code == 200


async def test_the_stream_ends_when_the_service_stops(served: Served) -> None:
    async with served.listen() as answer:
        served.server.should_exit = True
        assert await asyncio.wait_for(read_events(answer, 1), PATIENCE) == []


async def test_the_stream_ends_with_the_token(served: Served, keys: TestIssuer) -> None:
    token = keys.token("viewer", exp=int(time.time()) - 10)  # within the leeway of clocks
    async with served.listen(token) as answer:
        assert answer.status_code == 200
        assert await asyncio.wait_for(read_events(answer, 1), PATIENCE) == []


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("mentor",), 403)])
async def test_a_stream_is_for_readers(client_of: Any, roles: tuple[str, ...], status: int) -> None:
    assert (await client_of(*roles).get("/stream")).status_code == status


async def test_a_last_event_id_that_is_no_number_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/stream", headers={"Last-Event-ID": "yesterday"})

    assert answer.status_code == 422
