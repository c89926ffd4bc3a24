"""Servers to measure on, and what a row makes on them for itself and removes again."""

import asyncio
import os
import secrets
import shutil
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import migrate
from backbone.database.sessions import create_engine
from backbone.messaging.topics import Topic, create_topics
from backbone.settings import Settings
from backbone.testing.fixtures import Servers, fresh_database
from envol_local import console, jars, kafka, postgres, preflight
from envol_local.account import unprivileged_account
from envol_local.places import find_clone, temporary_folder
from envol_local.ports import free_ports
from envol_local.site import Site
from envol_local.supervisor import Supervisor, together
from matching.__main__ import SERVICE

PARTITIONS = 3
SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    """Yield the environment's servers, or embedded ones that write durably, as in production."""
    env = os.environ
    if "POSTGRES_URL" in env and "KAFKA_BOOTSTRAP_SERVERS" in env:
        yield Servers(env["POSTGRES_URL"], env["KAFKA_BOOTSTRAP_SERVERS"])
        return
    preflight.check_java()
    with folder() as place:
        async with Supervisor(console.warn) as supervisor:
            yield await _start(place, supervisor)


async def _start(place: Path, supervisor: Supervisor) -> Servers:
    """Start PostgreSQL and Kafka; PostgreSQL with fsync, which tests do without."""
    site = Site(
        clone=find_clone(),
        data=place / "data",
        logs=place / "logs",
        ports=free_ports(),
        password=secrets.token_hex(16),
        account=unprivileged_account(),
    )
    if not jars.are_fetched(site.clone):
        await jars.fetch(site.clone)
    site.make_folders()
    await together(kafka.start(site, supervisor), postgres.start(site, supervisor))
    return Servers(site.database_url("postgres"), site.address("kafka"))


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder for the length of a block."""
    name = tempfile.mkdtemp(prefix="envol-bench-", dir=temporary_folder(unprivileged_account()))
    place = Path(name)
    place.chmod(0o711)  # PostgreSQL's account goes through
    try:
        yield place
    finally:
        shutil.rmtree(place)


async def described(servers: Servers) -> dict[str, str]:
    """Return the database's settings that decide what a commit costs."""
    connection = await asyncpg.connect(servers.postgres_url)
    try:
        return {name: str(await connection.fetchval(f"SHOW {name}")) for name in SETTINGS}
    finally:
        await connection.close()


@asynccontextmanager
async def database(
    servers: Servers, migrations: Path = SERVICE.migrations
) -> AsyncIterator[tuple[AsyncEngine, Settings]]:
    """Make a database with a service's tables (matching's) for a block; yield its settings too."""
    name = f"bench_{uuid4().hex[:8]}"
    settings = Settings(
        database_url=await fresh_database(servers, name),
        kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
        oidc_issuer="http://127.0.0.1",
        oidc_audience="envol",
    )
    engine = create_engine(settings)
    try:
        await migrate(engine, migrations=migrations)
        yield engine, settings
    finally:
        await engine.dispose()
        await _drop(servers, name)


async def _drop(servers: Servers, name: str) -> None:
    connection = await asyncpg.connect(servers.postgres_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@asynccontextmanager
async def plain_pool(settings: Settings) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """Open as many connections as a service's process has, by asyncpg alone."""
    url = settings.database_url.replace("+asyncpg", "")
    size = settings.pool_size
    search_path = {"search_path": "public,read_model"}
    pool = await asyncpg.create_pool(url, min_size=size, max_size=size, server_settings=search_path)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def topic(servers: Servers, partitions: int = PARTITIONS) -> AsyncIterator[str]:
    """Make a topic for the length of a block."""
    name, address = f"bench.{uuid4().hex[:8]}", servers.kafka_bootstrap_servers
    await create_topics(
        {name: Topic(partitions=partitions, kept="forever")}, bootstrap_servers=address
    )
    try:
        yield name
    finally:
        client = AIOKafkaAdminClient(bootstrap_servers=address)
        await client.start()
        try:
            await client.delete_topics([name])
        finally:
            await client.close()


@asynccontextmanager
async def process(
    *command: str, env: dict[str, str], piped: bool = False
) -> AsyncIterator[Process]:
    """Run a process for the length of a block; terminate it, and kill it after 10 s."""
    with tempfile.TemporaryFile() as log:
        output = PIPE if piped else log
        child = await asyncio.create_subprocess_exec(
            *command,
            env=os.environ | env,
            stdin=PIPE if piped else None,
            stdout=output,
            stderr=log,
        )
        try:
            yield child
        except Exception:
            log.seek(0)
            print(log.read()[-2_000:].decode(errors="replace"))
            raise
        finally:
            await _end(child)


async def _end(child: Process) -> None:
    if child.returncode is None:
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), 10)
    except TimeoutError:
        child.kill()
        await child.wait()


def environment(settings: Settings, **more: object) -> dict[str, str]:
    """Return the environment of a service's process, with `more` variables."""
    variables = {
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_AUDIENCE": settings.oidc_audience,
    }
    return variables | {name: str(value) for name, value in more.items()}
