"""Work that goes on while something else is measured."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def running(work: Awaitable[None]) -> AsyncIterator[None]:
    """Do the work for the length of a block, then cancel it; raise what it raised."""
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
