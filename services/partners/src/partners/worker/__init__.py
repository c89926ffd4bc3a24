"""What partners does in its own time: watches the clock."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from backbone.db import Sessions
from backbone.worker import Task, every
from partners.settings import PartnersSettings
from partners.worker.clock import raise_due, renew_tacitly


def tasks(settings: PartnersSettings) -> Mapping[str, Task]:
    """The tasks beside relay, consumer and imports, each until it is told to stop."""

    async def watch_clock(sessions: Sessions, stopping: asyncio.Event) -> None:
        async def renew() -> None:
            await renew_tacitly(sessions, now=datetime.now(UTC))

        async def raise_alerts() -> None:
            await raise_due(sessions, now=datetime.now(UTC))

        await every(
            settings.clock_every_seconds, stopping, {"renew": renew, "raise-alerts": raise_alerts}
        )

    return {"watch-clock": watch_clock}
