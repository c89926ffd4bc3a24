"""What partners does in its own time: watches the clock."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from backbone.db import Sessions
from backbone.worker import Task, every
from partners.settings import PartnersSettings
from partners.worker.clock import raise_due, renew_tacitly


def tasks(settings: PartnersSettings) -> Sequence[Task]:
    """The tasks beside relay, consumer and imports, each until it is told to stop."""

    async def watch_clock(sessions: Sessions, stopping: asyncio.Event) -> None:
        async def look() -> None:
            now = datetime.now(UTC)
            await renew_tacitly(sessions, now=now)
            await raise_due(sessions, now=now)

        await every(settings.clock_every_seconds, stopping, look)

    return (watch_clock,)
