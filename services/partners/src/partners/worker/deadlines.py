"""Scheduled work: tacit renewals and alerts."""

from datetime import datetime
from functools import partial

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.database.task_failures import RowTask, Some, surviving
from partners.commands import alerts

log = structlog.get_logger()


async def renew_tacitly(sessions: Sessions, *, now: datetime) -> None:
    """Renew conventions whose period of notice began without notice, a few at a time.

    After a crash, what was not committed is selected again: nothing is renewed twice, and nothing
    that was due while the worker was stopped is skipped.
    """

    async def some(session: AsyncSession, rows: Some) -> int:
        return await alerts.renew_tacitly(session, rows, now)

    if renewed := await RowTask(sessions, "renew-tacitly").run(some):
        log.info("conventions renewed", count=renewed)


async def raise_alerts(sessions: Sessions, *, now: datetime) -> None:
    """Raise all alerts that are due by `now`, and settle those whose cause no longer exists.

    As with renewals, none is raised twice or skipped after a crash.
    """
    await surviving("settle-alerts", partial(_settle, sessions, now=now))
    fulfilled = RowTask(sessions, "settle-fulfilled")
    await surviving(fulfilled.name, partial(_settle_fulfilled, fulfilled, now=now))
    await alerts.raise_alerts(sessions, now=now)


async def _settle(sessions: Sessions, *, now: datetime) -> None:
    async with transaction(sessions) as session:
        await alerts.settle_ended(session, now=now)


async def _settle_fulfilled(task: RowTask, *, now: datetime) -> None:
    async def some(session: AsyncSession, rows: Some) -> int:
        return await alerts.settle_fulfilled(session, rows, now)

    if settled := await task.run(some):
        log.info("alerts settled", count=settled)
