"""Logging contacts through matching's API in a process of its own, and the same SQL by asyncpg."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.sessions import create_sessions
from backbone.messaging.outbox import WRITE
from backbone.testing.fixtures import Servers
from bench.fixtures.events import CONTACT_ON
from bench.fixtures.matching_db import running_pairings
from bench.harness.api import api
from bench.harness.client import Connection, connections
from bench.harness.issuer import issuer
from bench.harness.measure import Metric, Row, Sample, Turns, run_concurrently, timed
from bench.harness.servers import database, plain_pool

REQUESTS, FEWER = 1_200, 300
PAIRINGS = 400
AT_ONCE = 8  # fewer than either side has database connections
BODY = orjson.dumps({"contact_on": CONTACT_ON, "medium": "phone", "minutes": 30})
CLEAR = text("TRUNCATE contact, outbox")
CREATED = 201
STORED = text("SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM outbox)")

PAIRING_TO_CHANGE = """
SELECT pairing.*, mentee.* FROM pairing JOIN mentee ON mentee.id = pairing.mentee_id
WHERE pairing.id = $1 FOR UPDATE OF pairing
"""
CONTACT = """
INSERT INTO contact (id, pairing_id, contact_on, medium, minutes) VALUES ($1, $2, $3, $4, $5)
"""

Do = Callable[[int], Awaitable[None]]


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool, **more: object) -> AsyncIterator[Turns]:
    """Start matching's API, and open plain connections to its database.

    `more` are further settings of the API, such as the number of its processes.
    """
    number = FEWER if quick else REQUESTS
    with issuer() as keys:
        async with database(servers) as (engine, settings):
            pairings = await running_pairings(create_sessions(engine), PAIRINGS)
            matching = api("matching", settings, keys, role="coordinator", **more)
            async with matching as started, plain_pool(settings) as pool:

                async def candidate() -> Sample:
                    async with connections(started.port, AT_ONCE) as to_api:
                        post = _posting(to_api, pairings, token=started.token)
                        return await _take(engine, post, number=number)

                async def baseline() -> Sample:
                    return await _take(engine, _executing(pool, pairings), number=number)

                yield Turns(candidate, baseline)


def _posting(to_api: Sequence[Connection], pairings: Sequence[UUID], *, token: str) -> Do:
    free = asyncio.Queue[Connection]()
    for connection in to_api:
        free.put_nowait(connection)

    async def post(nth: int) -> None:
        connection = await free.get()
        path = f"/v1/pairings/{pairings[nth % PAIRINGS]}/contacts"
        assert await connection.post(path, BODY, token=token) == CREATED
        free.put_nowait(connection)

    return post


def _executing(pool: "asyncpg.Pool[Any]", pairings: Sequence[UUID]) -> Do:
    """Return a function that runs the SQL of the endpoint, in its order, in a transaction."""
    write = WRITE.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]
    insert_event, names = str(write), write.positiontup or []

    async def execute(nth: int) -> None:
        async with pool.acquire() as connection, connection.transaction():
            contact, pairing_id = uuid4(), pairings[nth % PAIRINGS]
            pairing = await connection.fetchrow(PAIRING_TO_CHANGE, pairing_id)
            await connection.execute(CONTACT, contact, pairing_id, CONTACT_ON, "phone", 30)
            event = _event(contact, pairing_id, pairing)
            await connection.execute(insert_event, *(event[name] for name in names))

    return execute


def _event(contact: UUID, pairing_id: UUID, pairing: asyncpg.Record) -> dict[str, object]:
    event_id, now, key = uuid4(), datetime.now(UTC), str(pairing_id)
    fact = {
        "id": event_id,
        "occurred_at": now,
        "recorded_at": now,
        "type": "contact-logged.v1",
        "contact_id": contact,
        "pairing_id": key,
        "mentee_id": str(pairing["mentee_id"]),
        "mentor_id": str(pairing["mentor_id"]),
        "contact_on": CONTACT_ON,
        "medium": "phone",
        "minutes": 30,
    }
    return {
        "topics": ["matching.pairings"],
        "keys": [key],
        "ids": [event_id],
        "types": [fact["type"]],
        "times": [now],
        "payloads": [orjson.dumps(fact)],
        "traceparent": None,
    }


async def _take(engine: AsyncEngine, do: Do, *, number: int) -> Sample:
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    with timed() as watch:
        await run_concurrently(number, at_once=AT_ONCE, do=do)
    async with engine.connect() as connection:
        assert tuple((await connection.execute(STORED)).one()) == (number, number)
    return watch.rate(number)


ROW = Row(
    name="command",
    what="command through matching's API",
    baseline="the same SQL by asyncpg, same concurrency",
    unit="requests/s",
    aim=0.3,
    prepare=prepare,
    metrics=[
        Metric(
            name="CPU",
            unit="ms",
            figure=lambda taken: 1e3 * taken.spent.cpu_each,
            aim=1.8,
            is_servers_cpu=True,
        )
    ],
)
