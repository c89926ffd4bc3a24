"""Locks between processes, which the kernel lets go when their holder dies."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from io import TextIOWrapper
from pathlib import Path

PAUSE = 0.1


def try_lock(file: Path) -> TextIOWrapper | None:
    """Lock the file until it is closed; return `None` if another process has locked it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    stream = file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return None
    return stream


@contextlib.asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Wait for the file, hold it for the block."""
    while (stream := try_lock(file)) is None:  # noqa: ASYNC110 - other processes set no events
        await asyncio.sleep(PAUSE)
    with stream:
        yield
