"""Fixtures that every service's tests share, on real servers. Loaded as a pytest plugin.

A service's conftest says which service it is: a session-scoped fixture `service`.
"""

import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response, codes
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.migrations import migrate
from backbone.database.sessions import Sessions, create_engine, create_sessions, transaction
from backbone.imports.worker import ImportWorker
from backbone.messaging import cloudevents
from backbone.messaging.cloudevents import StoredRecord
from backbone.messaging.inbox import Handlers, apply_batch, apply_deliverable
from backbone.messaging.outbox import Outbox, payload
from backbone.privacy import erased_persons
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.servers import (
    Servers,
    free_port,
    fresh_database,
    running_servers,
    temporary_database,
)
from contracts import Event, Message

__all__ = [
    "AUDIENCE",
    "ISSUER",
    "ClientOf",
    "ImportFile",
    "Servers",
    "TestIssuer",
    "Topics",
    "free_port",
    "fresh_database",
    "record_of",
    "running_servers",
    "temporary_database",
]

TABLES_OF_ALL = (erased_persons,)
"""Modules whose tables every service has, whether or not it imports them itself."""

ISSUER, AUDIENCE = "https://identity.example.org/envol", "envol"


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Real servers, from wherever they can be had."""
    with running_servers() as found:
        yield found


@pytest.fixture(scope="session")
def settings_extra() -> dict[str, Any]:
    """Return the settings of the service beyond the common ones; a conftest overrides it."""
    return {}


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """Plain lines of JSON, as in production: no traceback drawn with its locals."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])


class TestIssuer:
    """An issuer of our own, whose keys the app takes without asking the network."""

    __test__ = False

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "test"}, private=True)
        self.keys = KeySet([self.key])

    async def current(self, *, refreshed: bool = False) -> KeySet:  # noqa: ARG002
        return self.keys

    def token(self, *roles: str, **claims: object) -> str:
        """Sign a token as the identity provider would; `claims` win."""
        now = int(time.time())
        standard = {"iss": ISSUER, "aud": AUDIENCE, "sub": "claire", "iat": now, "exp": now + 600}
        return jwt.encode(
            {"alg": "RS256", "kid": "test"}, standard | {"roles": list(roles)} | claims, self.key
        )


@pytest.fixture(scope="session")
def keys() -> TestIssuer:
    return TestIssuer()


@dataclass(frozen=True)
class ServiceUnderTest:
    """A service under test: its settings, its migrated database, its app."""

    settings: Settings
    engine: AsyncEngine
    app: FastAPI


@asynccontextmanager
async def start_service_under_test(
    servers: Servers, service: Service[Any], keys: TestIssuer, extra: dict[str, Any]
) -> AsyncIterator[ServiceUnderTest]:
    async with temporary_database(servers, f"test_{service.name}_{os.getpid()}") as url:
        settings = service.settings(
            database_url=url,
            kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
            oidc_issuer=ISSUER,
            oidc_audience=AUDIENCE,
            **extra,
        )
        engine, app = create_engine(settings), service.create_app(settings)
        app.state.verifier.keys = keys
        await migrate(engine, migrations=service.migrations)
        yield ServiceUnderTest(settings, engine, app)
        await engine.dispose()
        await app.state.engine.dispose()


ServicesUnderTest: TypeAlias = tuple[AsyncExitStack, dict[str, ServiceUnderTest]]


@pytest.fixture(scope="session")
async def services_under_test(
    servers: Servers,  # noqa: ARG001  (they outlive the stages)
) -> AsyncIterator[ServicesUnderTest]:
    """Keep the services under test, each set up on first use, until the run ends."""
    async with AsyncExitStack() as stack:
        yield stack, {}


@pytest.fixture(scope="module")
async def service_under_test(
    services_under_test: ServicesUnderTest,
    servers: Servers,
    service: Service[Any],
    keys: TestIssuer,
    settings_extra: dict[str, Any],
) -> ServiceUnderTest:
    """Return the service under test of the requesting package."""
    stack, ready = services_under_test
    if service.name not in ready:
        ready[service.name] = await stack.enter_async_context(
            start_service_under_test(servers, service, keys, settings_extra)
        )
    return ready[service.name]


@pytest.fixture(scope="module")
def settings(service_under_test: ServiceUnderTest) -> Settings:
    """Return the service's settings, with a database of its own for the run."""
    return service_under_test.settings


@pytest.fixture(scope="module")
def engine(service_under_test: ServiceUnderTest) -> AsyncEngine:
    """Return the engine of the service's migrated database."""
    return service_under_test.engine


@pytest.fixture(scope="module")
def app(service_under_test: ServiceUnderTest) -> FastAPI:
    """Return the service's app, which accepts the tokens of `keys`."""
    return service_under_test.app


CLEAR = text("""
DO $$ DECLARE name text; names text; has_rows boolean; BEGIN
    FOR name IN
        SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname IN ('public', 'read_model')
          AND tablename <> 'alembic_version' AND tablename NOT LIKE 'reference_%'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
        names := CASE WHEN has_rows THEN concat_ws(', ', names, name) ELSE names END;
    END LOOP;
    IF names IS NOT NULL THEN EXECUTE 'TRUNCATE ' || names || ' CASCADE'; END IF;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
""")
"""Emptying a table makes new files for it and its indexes: those without rows are left alone."""


@pytest.fixture
async def sessions(engine: AsyncEngine) -> Sessions:
    """Sessions on an empty database; commits are real. Tables `reference_…` keep their rows."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    return create_sessions(engine)


@pytest.fixture
async def db(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """Open a session to arrange and to inspect; the test calls `commit()`."""
    async with sessions() as session:
        yield session


@pytest.fixture
def importing(sessions: Sessions, service: Service[Any]) -> ImportWorker:
    """Return the worker of imports: `while await importing.process_next_chunk(): ...`."""
    return ImportWorker(sessions, service.imports)


ImportFile: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def import_file(importing: ImportWorker) -> ImportFile:
    """Return a function that uploads a file, processes it, and returns its import and errors."""

    async def import_file(client: AsyncClient, kind: str, content: str) -> dict[str, Any]:
        answer = await client.post(
            f"/imports/{kind}", files={"file": (f"{kind}.csv", content.encode())}
        )
        assert answer.status_code == codes.ACCEPTED, answer.text  # it is a test's
        while await importing.process_next_chunk():
            pass
        place = answer.headers["location"].removeprefix("/v1")
        faults = (await client.get(f"{place}/errors")).json()["items"]
        imported: dict[str, Any] = (await client.get(place)).json()
        return imported | {"faults": faults}

    return import_file


ClientOf: TypeAlias = Callable[..., AsyncClient]


@pytest.fixture
async def client_of(
    app: FastAPI,
    sessions: Sessions,  # noqa: ARG001  (the database is empty)
    keys: TestIssuer,
) -> AsyncIterator[ClientOf]:
    """Open a client of the service's API with these roles and claims."""
    opened: list[AsyncClient] = []

    def client_of(*roles: str, **claims: object) -> AsyncClient:
        headers = {"Authorization": f"Bearer {keys.token(*roles, **claims)}"} if roles else {}
        client = AsyncClient(
            transport=ASGITransport(app, raise_app_exceptions=False),
            base_url=f"http://{app.title.split()[-1].lower()}/v1",
            headers=headers,
        )
        opened.append(client)
        return client

    yield client_of
    for client in opened:
        await client.aclose()


@pytest.fixture
async def outbox_messages(db: AsyncSession) -> Callable[[], Any]:
    """Return a function that lists the rows of the outbox, oldest first."""

    async def outbox_messages(kind: str | None = None) -> Sequence[Outbox]:
        await db.rollback()
        query = select(Outbox).order_by(col(Outbox.position))
        return (await db.exec(query.where(Outbox.type == kind) if kind else query)).all()

    return outbox_messages


def problem_of(answer: Response) -> tuple[int, str]:
    """Return the status and the kind of a problem response."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


@dataclass
class Topics:
    """Stands for Kafka towards handlers: counts each key as the relay of the teller would."""

    sessions: Sessions
    handlers: Handlers
    sequences: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    offset: int = 0

    async def publish(self, *messages: Message) -> None:
        """Apply these messages in one batch, as the service's consumer does."""
        await self.deliver(*(self.record(message) for message in messages))

    async def deliver(self, *records: StoredRecord) -> None:
        async with transaction(self.sessions) as session:
            await apply_batch(session, self.handlers, [self.handlers.read(r) for r in records])
            await apply_deliverable(session, self.handlers)

    def record(self, message: Message) -> StoredRecord:
        key = message.topic, message.key
        self.sequences[key] += 1
        self.offset += 1
        return record_of(message, sequence=self.sequences[key], offset=self.offset)


def record_of(message: Message, *, sequence: int, offset: int = 0) -> StoredRecord:
    """Return the record that the relay would send for this message."""
    headers = cloudevents.headers(
        event_id=getattr(message, "id", uuid4()),
        source="/test",
        kind=message.kind(),
        subject=message.key,
        time=message.occurred_at if isinstance(message, Event) else datetime.now(UTC),
        sequence=sequence,
        traceparent=None,
    )
    return StoredRecord(
        message.topic, 0, offset, message.key.encode(), payload(message), tuple(headers)
    )


@pytest.fixture
def topics(sessions: Sessions, service: Service[Any]) -> Topics:
    """Return the fake topics from which this service consumes."""
    return Topics(sessions, service.handlers)
