"""Notifications of the relay, which may be another process, soon after a commit.

A `NOTIFY` inside the command's transaction would take a lock on the whole database at its commit;
this one is a statement of its own, for all commits since the last one. The relay polls twice a
second: a lost notification costs half a second and nothing else.
"""

import asyncio

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.errors import reason

NOTIFIER = "notifier"
CHANNEL = "outbox"
# A notification need not be on disk, since the relay polls: not worth the wait for the commit.
NOTIFY = text(f"SELECT set_config('synchronous_commit', 'off', true), pg_notify('{CHANNEL}', '')")

log = structlog.get_logger()


class RelayNotifier:
    """A flag that every commit with messages sets, and that `run` passes on to the relay."""

    def __init__(self) -> None:
        self._pending = asyncio.Event()

    def notify(self) -> None:
        self._pending.set()

    async def run(self, engine: AsyncEngine) -> None:
        """Notify the relay, through the database, until cancelled."""
        while True:
            await self._pending.wait()
            self._pending.clear()
            try:
                async with engine.connect() as connection:
                    free = await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await free.execute(NOTIFY)
            except Exception as failure:  # noqa: BLE001  (the relay polls)
                log.warning("relay not woken", reason=reason(failure))
                await asyncio.sleep(1)
