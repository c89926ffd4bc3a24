"""The background tasks of matching: running rounds, expiring proposals and raising alerts."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from backbone.database.sessions import Sessions
from backbone.worker import Task, run_every
from matching.settings import MatchingSettings
from matching.worker.deadlines import expire_proposals, raise_alerts
from matching.worker.rounds import RoundRunner


def tasks(settings: MatchingSettings) -> Mapping[str, Task]:
    """Return the tasks besides relay, consumer and imports; each runs until `stopping` is set."""

    async def work_rounds_out(sessions: Sessions, stopping: asyncio.Event) -> None:
        await RoundRunner(sessions, longest=settings.round_seconds).run(stopping)

    async def watch_clock(sessions: Sessions, stopping: asyncio.Event) -> None:
        async def expire() -> None:
            await expire_proposals(sessions, answer_days=settings.answer_days)

        async def alerts() -> None:
            quiet = timedelta(seconds=settings.quiet_seconds)
            await raise_alerts(sessions, now=datetime.now(UTC), quiet=quiet)

        await run_every(
            settings.clock_every_seconds, stopping, {"expire": expire, "raise-alerts": alerts}
        )

    return {"work-rounds-out": work_rounds_out, "watch-clock": watch_clock}
