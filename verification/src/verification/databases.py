"""The four databases, each read at one instant and never written to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

SERVICES = ("matching", "partners", "notifications", "reporting")
SETTINGS = {
    "search_path": "public",
    "datestyle": "ISO",
    "timezone": "UTC",
    "application_name": "envol verification",
}

Connection: TypeAlias = Any  # asyncpg's, which has no types
Snapshots: TypeAlias = Mapping[str, Connection]


class Unusable(Exception):
    """A database or broker that verification needs is missing or does not answer."""


def urls_from(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the URL of each service's database; raise `Unusable` if one is not set."""
    variables = {service: f"{service.upper()}_DATABASE_URL" for service in SERVICES}
    if missing := [name for name in variables.values() if not environ.get(name)]:
        raise Unusable(f"Set {', '.join(missing)} to the URLs of the services' databases.")
    return {
        service: environ[name].replace("postgresql+asyncpg://", "postgresql://", 1)
        for service, name in variables.items()
    }


@asynccontextmanager
async def snapshots(urls: Mapping[str, str]) -> AsyncIterator[Snapshots]:
    """Open a read-only transaction on each database that sees it as it is now."""
    async with AsyncExitStack() as stack:
        connections = {
            service: await _connect(stack, service, url) for service, url in urls.items()
        }
        for connection in connections.values():
            transaction = connection.transaction(isolation="repeatable_read", readonly=True)
            await stack.enter_async_context(transaction)
        # The first statement takes the snapshot: all four at almost the same instant.
        await asyncio.gather(*(each.execute("SELECT 1") for each in connections.values()))
        yield connections


async def _connect(stack: AsyncExitStack, service: str, url: str) -> Connection:
    try:
        connection = await asyncpg.connect(url, server_settings=SETTINGS)
    except (OSError, asyncpg.PostgresError) as failure:
        name = f"{service.upper()}_DATABASE_URL"
        raise Unusable(
            f"{service}'s database does not answer ({failure}). Check {name}."
        ) from failure
    stack.push_async_callback(connection.close)
    return connection
