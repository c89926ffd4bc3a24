"""Graceful shutdown: an event that background work checks between two steps."""

import asyncio
import signal


async def pause(stopping: asyncio.Event, *, seconds: float) -> None:
    """Wait for `seconds`, or until `stopping` is set."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


def stop_event() -> asyncio.Event:
    """Return an event that SIGTERM or Ctrl-C sets."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
