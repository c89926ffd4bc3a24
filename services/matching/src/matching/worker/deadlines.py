"""Scheduled work: expires proposals and raises alerts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.sessions import Sessions, transaction
from backbone.database.task_failures import RowTask, surviving
from matching import store
from matching.commands import alerts
from matching.commands.replacement_proposals import expire_due

AT_A_TIME = 50
A_DAY = timedelta(days=1)

log = structlog.get_logger()


async def expire_proposals(sessions: Sessions, *, answer_days: int) -> None:
    """Expire all proposals whose last day to answer is over in the mentee's department, in batches.

    A crash at any moment is safe: what was not committed is found again, so that nothing expires
    twice and nothing that fell due during an outage is skipped.
    """
    tomorrow = datetime.now(UTC).date() + A_DAY  # where the day begins first
    task, expired = RowTask(sessions, "expire-proposals"), 1

    async def some(session: AsyncSession, ids: Sequence[UUID]) -> int:
        done = await expire_due(session, ids, answer_days=answer_days)
        crash_point("clock.before_commit")
        return done

    while expired:
        dead = await task.dead()
        async with transaction(sessions) as session:
            overdue = await store.overdue_proposals(
                session, before=tomorrow, most=AT_A_TIME, dead=dead
            )
        if expired := await task.together(overdue, some):
            log.info("proposals expired", proposals=expired)


async def raise_alerts(sessions: Sessions, *, now: datetime, quiet: timedelta) -> None:
    """Raise the alerts that are due at `now`, and settle those whose cause has ended.

    As with proposals, a crash neither repeats nor skips anything.
    """
    await surviving("settle-alerts", partial(_settle, sessions, now=now))
    await alerts.raise_alerts(sessions, now=now, quiet=quiet)


async def _settle(sessions: Sessions, *, now: datetime) -> None:
    async with transaction(sessions) as session:
        await alerts.settle_ended(session, now=now)
