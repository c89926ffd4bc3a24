"""Fixtures that every service's tests share, on real servers. Loaded as a pytest plugin.

The servers come from the environment (`POSTGRES_URL`, `KAFKA_BOOTSTRAP_SERVERS`), else from
testcontainers where a Docker engine answers, else from the embedded stack. A service's conftest
says which service it is: a session-scoped fixture `service`.
"""

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import pytest
import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone import wire
from backbone.db import Sessions, create_engine, create_sessions, transaction
from backbone.inbox import Handlers, take_in
from backbone.migrations import migrate
from backbone.outbox import Outbox, payload
from backbone.service import Service
from backbone.settings import Settings
from backbone.wire import StoredRecord
from contracts import Event, Message

ISSUER, AUDIENCE = "https://identity.example.org/envol", "envol"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this run are."""

    postgres_url: str
    kafka_bootstrap_servers: str


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Real servers, from wherever they can be had."""
    with found_servers() as found:
        yield found


@contextmanager
def found_servers() -> Iterator[Servers]:
    env = os.environ
    if "POSTGRES_URL" in env and "KAFKA_BOOTSTRAP_SERVERS" in env:
        yield Servers(env["POSTGRES_URL"], env["KAFKA_BOOTSTRAP_SERVERS"])
    elif _docker_answers():
        with containers() as found:
            yield found
    else:
        with embedded() as found:
            yield found


def _docker_answers() -> bool:
    try:
        done = subprocess.run(["docker", "info"], capture_output=True, timeout=5, check=False)  # noqa: S607
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def embedded() -> Iterator[Servers]:
    """The embedded stack on free ports, as a process of its own that ends with its input."""
    command = [sys.executable, "-m", "envol_local", "servers", "--kafka", "--postgres"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout  # noqa: S101
        told = process.stdout.readline()
        if not told:
            pytest.exit("The embedded servers did not start; see what they printed above.", 3)
        found = json.loads(told)
        yield Servers(found["POSTGRES_URL"], found["KAFKA_BOOTSTRAP_SERVERS"])
        assert process.stdin  # noqa: S101
        process.stdin.close()
        process.wait(30)


@contextmanager
def containers() -> Iterator[Servers]:
    """PostgreSQL and Kafka in containers that testcontainers starts and removes."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs

    with ExitStack() as stack:
        postgres = stack.enter_context(
            DockerContainer("postgres:18")
            .with_env("POSTGRES_PASSWORD", "test")
            .with_command("postgres -c fsync=off -c max_connections=200")
            .with_exposed_ports(5432)
        )
        port = _free_port()
        kafka = stack.enter_context(
            DockerContainer("apache/kafka:4.4.0")
            .with_bind_ports(9092, port)
            .with_env("KAFKA_NODE_ID", "1")
            .with_env("KAFKA_PROCESS_ROLES", "broker,controller")
            .with_env("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093")
            .with_env("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER")
            .with_env("KAFKA_INTER_BROKER_LISTENER_NAME", "BROKER")
            .with_env(
                "KAFKA_LISTENERS",
                "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093,BROKER://localhost:9094",
            )
            .with_env(
                "KAFKA_ADVERTISED_LISTENERS",
                f"PLAINTEXT://127.0.0.1:{port},BROKER://localhost:9094",
            )
            .with_env(
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,BROKER:PLAINTEXT",
            )
            .with_env("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1")
            .with_env("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "1")
            .with_env("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
            .with_env("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
        )
        wait_for_logs(kafka, "Kafka Server started", timeout=60)
        wait_for_logs(postgres, "database system is ready to accept connections", timeout=60)
        url = f"postgresql://postgres:test@127.0.0.1:{postgres.get_exposed_port(5432)}/postgres"
        yield Servers(url, f"127.0.0.1:{port}")


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def fresh_database(servers: Servers, name: str) -> str:
    """Create a database of that name, empty, and answer its URL."""
    for attempt in range(30):
        try:
            connection = await asyncpg.connect(servers.postgres_url)
            break
        except (OSError, asyncpg.PostgresError):
            if attempt == 29:  # noqa: PLR2004
                raise
            time.sleep(0.5)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return f"{servers.postgres_url.rsplit('/', 1)[0]}/{name}"


@pytest.fixture(scope="session")
def settings_extra() -> dict[str, Any]:
    """What a service's settings need beyond the common ones; a conftest overrides it."""
    return {}


@pytest.fixture(scope="session", autouse=True)
def logs() -> None:
    """Plain lines of JSON, as in production: no traceback drawn with its locals."""
    structlog.configure(processors=[structlog.processors.JSONRenderer()])


@pytest.fixture(scope="session")
async def settings(
    servers: Servers, service: Service[Any], settings_extra: dict[str, Any]
) -> Settings:
    settings: Settings = service.settings(
        database_url=await fresh_database(servers, f"test_{service.name}_{os.getpid()}"),
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        oidc_issuer=ISSUER,
        oidc_audience=AUDIENCE,
        **settings_extra,
    )
    return settings


@pytest.fixture(scope="session")
async def engine(settings: Settings, service: Service[Any]) -> AsyncIterator[AsyncEngine]:
    """The service's database, made by its own migrations."""
    engine = create_engine(settings)
    await migrate(engine, migrations=service.migrations)
    yield engine
    await engine.dispose()


CLEAR = text("""
DO $$ DECLARE names text; BEGIN
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO names FROM pg_tables
    WHERE schemaname IN ('public', 'read_model')
      AND tablename <> 'alembic_version' AND tablename NOT LIKE 'reference_%';
    EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY CASCADE';
END $$
""")


@pytest.fixture
async def sessions(engine: AsyncEngine) -> AsyncIterator[Sessions]:
    """Sessions on an empty database; commits are real. Tables `reference_…` keep their rows."""
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    yield create_sessions(engine)


@pytest.fixture
async def db(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    """A session to arrange with and to look with; `commit()` is the test's to call."""
    async with sessions() as session:
        yield session


class TestKeys:
    """An issuer of our own, whose keys the app takes without asking the network."""

    __test__ = False

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "test"}, private=True)

    async def current(self, *, refreshed: bool = False) -> KeySet:  # noqa: ARG002
        return KeySet([self.key])

    def token(self, *roles: str, **claims: Any) -> str:
        """A token as the identity provider would sign it; claims given here win."""
        now = int(time.time())
        said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "claire", "iat": now, "exp": now + 600}
        return jwt.encode(
            {"alg": "RS256", "kid": "test"}, said | {"roles": list(roles)} | claims, self.key
        )


@pytest.fixture(scope="session")
def keys() -> TestKeys:
    return TestKeys()


@pytest.fixture(scope="session")
async def app(
    settings: Settings,
    engine: AsyncEngine,  # noqa: ARG001  (the database is migrated)
    service: Service[Any],
    keys: TestKeys,
) -> AsyncIterator[FastAPI]:
    app = service.create_app(settings)
    app.state.verifier.keys = keys
    yield app
    await app.state.engine.dispose()


ClientOf: TypeAlias = Callable[..., AsyncClient]


@pytest.fixture
async def client_of(
    app: FastAPI,
    sessions: Sessions,  # noqa: ARG001  (the database is empty)
    keys: TestKeys,
) -> AsyncIterator[ClientOf]:
    """The service's API as someone with these roles and claims sees it."""
    opened: list[AsyncClient] = []

    def client_of(*roles: str, **claims: Any) -> AsyncClient:
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
async def announced(db: AsyncSession) -> Callable[[], Any]:
    """What was decided and waits for the relay, oldest first: the rows of the outbox."""

    async def announced(kind: str | None = None) -> Sequence[Outbox]:
        await db.rollback()
        query = select(Outbox).order_by(col(Outbox.position))
        return (await db.exec(query.where(Outbox.type == kind) if kind else query)).all()

    return announced


@dataclass
class Topics:
    """Stands for Kafka towards handlers: counts each key as the relay of the teller would."""

    sessions: Sessions
    handlers: Handlers
    sequences: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    offset: int = 0

    async def tell(self, *messages: Message) -> None:
        """Let the service take these messages in, in one batch, as its consumer does."""
        await self.deliver(*(self.record(message) for message in messages))

    async def deliver(self, *records: StoredRecord) -> None:
        async with transaction(self.sessions) as session:
            await take_in(session, self.handlers, [self.handlers.read(r) for r in records])

    def record(self, message: Message) -> StoredRecord:
        key = message.topic, message.key
        self.sequences[key] += 1
        self.offset += 1
        return record_of(message, sequence=self.sequences[key], offset=self.offset)


def record_of(message: Message, *, sequence: int, offset: int = 0) -> StoredRecord:
    """The record that the relay would send for this message."""
    headers = wire.headers(
        event_id=getattr(message, "id", uuid4()),
        source="/test",
        kind=message.kind(),
        subject=message.key,
        time=message.occurred_at if isinstance(message, Event) else _now(),
        sequence=sequence,
        traceparent=None,
    )
    return StoredRecord(
        message.topic, 0, offset, message.key.encode(), payload(message), tuple(headers)
    )


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC)


@pytest.fixture
def topics(sessions: Sessions, service: Service[Any]) -> Topics:
    """What other services tell this one."""
    return Topics(sessions, service.handlers)


@asynccontextmanager
async def a_database(servers: Servers, name: str) -> AsyncIterator[str]:
    """A database for the length of a block."""
    url = await fresh_database(servers, name)
    yield url
    connection = await asyncpg.connect(servers.postgres_url)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.close()
