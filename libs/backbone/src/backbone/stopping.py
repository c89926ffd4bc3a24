"""How what runs in the background is told to stop: an event that it looks at between two steps."""

import asyncio


async def pause(stopping: asyncio.Event, *, seconds: float) -> None:
    """Wait, but not longer than until told to stop."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
