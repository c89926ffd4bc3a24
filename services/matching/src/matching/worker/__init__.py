"""What matching does in its own time: works rounds out."""

import asyncio
from collections.abc import Sequence

from backbone.db import Sessions
from backbone.worker import Task
from matching.settings import MatchingSettings
from matching.worker.rounds import WorkingOut


def tasks(settings: MatchingSettings) -> Sequence[Task]:
    """The tasks beside relay, consumer and imports, each until it is told to stop."""

    async def work_rounds_out(sessions: Sessions, stopping: asyncio.Event) -> None:
        await WorkingOut(sessions, longest=settings.round_seconds).run(stopping)

    return (work_rounds_out,)
