"""Where the servers of a test run come from: real ones, from wherever they can be had.

The environment names them (`POSTGRES_URL`, `KAFKA_BOOTSTRAP_SERVERS`), else testcontainers starts
them where a Docker engine answers, else the embedded stack does.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    ExitStack,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg
import pytest

POSTGRES, KAFKA = "postgres:18", "apache/kafka:4.4.0"


@dataclass(frozen=True)
class Servers:
    """Where the servers of this run are."""

    postgres_url: str
    kafka_bootstrap_servers: str


Source: TypeAlias = Callable[[], AbstractContextManager[Servers]]


def running_servers() -> AbstractContextManager[Servers]:
    """Open the servers of this run, for the length of a block."""
    return source(os.environ)()


def source(
    environment: Mapping[str, str], *, docker_answers: Callable[[], bool] | None = None
) -> Source:
    """Choose the servers: those that the environment names, else containers, else embedded ones."""
    if environment.keys() >= {"POSTGRES_URL", "KAFKA_BOOTSTRAP_SERVERS"}:
        given = Servers(environment["POSTGRES_URL"], environment["KAFKA_BOOTSTRAP_SERVERS"])
        return lambda: nullcontext(given)
    return containers if (docker_answers or _docker_answers)() else embedded


def _docker_answers() -> bool:
    """Return whether an engine runs, and has the images or can pull them."""
    return _docker("info", seconds=5) and all(
        _docker("image", "inspect", image, seconds=5) or _docker("pull", "-q", image, seconds=120)
        for image in (POSTGRES, KAFKA)
    )


def _docker(*arguments: str, seconds: float) -> bool:
    command = ["docker", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603  (ours)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def embedded() -> Iterator[Servers]:
    """Start the embedded stack on free ports, as a process that ends with its input."""
    command = [sys.executable, "-m", "envol_local", "servers", "--kafka", "--postgres"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  (ours)
        assert process.stdout  # it is piped
        line = process.stdout.readline()
        if not line:
            pytest.exit("The embedded servers did not start; see what they printed above.", 3)
        found = json.loads(line)
        yield Servers(found["POSTGRES_URL"], found["KAFKA_BOOTSTRAP_SERVERS"])
        assert process.stdin  # it is piped
        process.stdin.close()
        process.wait(30)


@contextmanager
def containers() -> Iterator[Servers]:
    """PostgreSQL and Kafka in containers that testcontainers starts and removes."""
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (else not needed)
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy  # noqa: PLC0415

    testcontainers_config.ryuk_disabled = True  # the block removes its containers itself

    def once(line: str) -> LogMessageWaitStrategy:
        return LogMessageWaitStrategy(line).with_startup_timeout(60)

    with ExitStack() as stack:
        postgres = stack.enter_context(
            DockerContainer(POSTGRES)
            .with_env("POSTGRES_PASSWORD", "test")
            .with_command("postgres -c fsync=off -c max_connections=200")
            .with_exposed_ports(5432)
            .waiting_for(once("database system is ready to accept connections"))
        )
        port = free_port()
        stack.enter_context(
            DockerContainer(KAFKA)
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
            .waiting_for(once("Kafka Server started"))
        )
        url = f"postgresql://postgres:test@127.0.0.1:{postgres.get_exposed_port(5432)}/postgres"
        yield Servers(url, f"127.0.0.1:{port}")


def free_port() -> int:
    """Return a port on which nothing listens at present."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def fresh_database(servers: Servers, name: str) -> str:
    """Create a database of that name, empty, and answer its URL."""
    connection = await _connected(servers)
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return f"{servers.postgres_url.rsplit('/', 1)[0]}/{name}"


async def _connected(servers: Servers) -> asyncpg.Connection:
    """Connect, as soon as a server that is just starting accepts it."""
    for _ in range(30):
        try:
            return await asyncpg.connect(servers.postgres_url)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.5)
    return await asyncpg.connect(servers.postgres_url)


@asynccontextmanager
async def temporary_database(servers: Servers, name: str) -> AsyncIterator[str]:
    """Create a database for the length of a block."""
    url = await fresh_database(servers, name)
    try:
        yield url
    finally:
        connection = await asyncpg.connect(servers.postgres_url)
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.close()
