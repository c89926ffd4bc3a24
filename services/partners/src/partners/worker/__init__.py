"""The scheduled tasks of partners."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from backbone.database.sessions import Sessions
from backbone.worker import Task, run_every
from partners.settings import PartnersSettings
from partners.worker import deadlines


def tasks(settings: PartnersSettings) -> Mapping[str, Task]:
    """Return the tasks that run besides relay, consumer and imports until `stopping` is set."""

    async def watch_clock(sessions: Sessions, stopping: asyncio.Event) -> None:
        async def renew() -> None:
            await deadlines.renew_tacitly(sessions, now=datetime.now(UTC))

        async def raise_alerts() -> None:
            await deadlines.raise_alerts(sessions, now=datetime.now(UTC))

        await run_every(
            settings.clock_every_seconds, stopping, {"renew": renew, "raise-alerts": raise_alerts}
        )

    return {"watch-clock": watch_clock}
