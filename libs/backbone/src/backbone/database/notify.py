"""Wakes the relay, which may be another process, soon after a commit.

A `NOTIFY` inside the command's transaction would take a lock on the whole database at its commit;
this one is a statement of its own, and rings once for all commits that waited. The relay looks by
itself twice a second: a lost ring costs half a second and nothing else.
"""

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.errors import reason

NOTIFIER = "bell"
CHANNEL = "outbox"
# A ring need not be on disk: it is not worth the wait, and the relay looks by itself.
NOTIFY = text(f"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{CHANNEL}', '')")

log = structlog.get_logger()


class RelayNotifier:
    """Rung by every commit that emitted; passes the rings on while `keep_ringing` runs."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def keep_ringing(self, engine: AsyncEngine) -> None:
        """Pass rings on to the database until cancelled."""
        while True:
            await self._rung.wait()
            self._rung.clear()
            try:
                async with engine.connect() as connection:
                    free = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await free.execute(NOTIFY)
            except Exception as failure:  # noqa: BLE001  (the relay looks by itself)
                log.warning("relay not woken", reason=reason(failure))
                await asyncio.sleep(1)
