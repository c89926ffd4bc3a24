"""Runs a command until it ends, or until a signal ends it in good order."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_signal(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Return the exit code of `work`; the first signal cancels it, later ones change nothing."""
    try:
        return asyncio.run(_cancelled_once(work()))
    except asyncio.CancelledError:
        return INTERRUPTED


async def _cancelled_once(work: Coroutine[Any, Any, int]) -> int:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    cancelled = False

    def cancel() -> None:
        nonlocal cancelled
        if not cancelled:
            cancelled = True
            task.cancel()

    for number in SIGNALS:
        if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
            continue  # started by nohup: it outlives its terminal
        loop.add_signal_handler(number, cancel)
    return await task
