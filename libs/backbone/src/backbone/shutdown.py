"""How what runs in the background is told to stop: an event that it looks at between two steps."""

import asyncio
import signal


async def pause(stopping: asyncio.Event, *, seconds: float) -> None:
    """Wait, but not longer than until told to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


def stop_event() -> asyncio.Event:
    """An event that is set when the process is asked to end: by SIGTERM, or by Ctrl-C."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping
