"""Requests one after the other, as one reader makes them, and what other readers notice."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from statistics import median

from bench.harness.client import Connection, connections
from bench.harness.measure import Sample, timed
from bench.harness.tasks import running

PAUSE = 0.002  # seconds: to ask more often would be a load of its own


async def in_turn(port: int, paths: Sequence[str], *, token: str) -> Sample:
    """Return the median time of a response, in milliseconds."""
    with timed() as watch:
        milliseconds = await times(port, paths, token=token)
    return Sample(median(milliseconds), watch.spent(len(paths)))


async def times(port: int, paths: Sequence[str], *, token: str) -> list[float]:
    """Return each response's time, in milliseconds."""
    async with connections(port, 1) as [connection]:
        return [await _time(connection, path, token=token) for path in paths]


async def _time(connection: Connection, path: str, *, token: str = "") -> float:
    began = time.perf_counter()
    status = await connection.get(path, token=token)
    assert status == HTTPStatus.OK, f"{path}: {status}"
    return 1e3 * (time.perf_counter() - began)


@asynccontextmanager
async def longest_response(port: int, path: str) -> AsyncIterator[Callable[[], float]]:
    """Ask again and again for the length of a block; the longest response, in milliseconds.

    The block must not hold this process's own loop, as `timed` does: that would count as well.
    """
    milliseconds = list[float]()

    async def ask() -> None:
        while True:
            milliseconds.append(await _time(connection, path))
            await asyncio.sleep(PAUSE)

    async with connections(port, 1) as [connection], running(ask()):
        yield lambda: max(milliseconds)
