"""Requests one after the other, as one reader makes them."""

import time
from collections.abc import Sequence
from http import HTTPStatus
from statistics import median

from bench.client import connections
from bench.measure import Taken, timed


async def in_turn(port: int, paths: Sequence[str], *, token: str) -> Taken:
    """Return the median time of a response, in milliseconds."""
    async with connections(port, 1) as [connection]:
        with timed() as watch:
            milliseconds = list[float]()
            for path in paths:
                began = time.perf_counter()
                status = await connection.get(path, token=token)
                milliseconds.append(1e3 * (time.perf_counter() - began))
                assert status == HTTPStatus.OK, f"{path}: {status}"
    return Taken(median(milliseconds), watch.spent(len(paths)))
