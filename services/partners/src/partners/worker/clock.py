"""Watches the clock: conventions go on by themselves, and what falls due is raised."""

from datetime import datetime
from functools import partial

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import Sessions, transaction
from backbone.dead_letters import RowTask, Some, surviving
from partners.commands import due

log = structlog.get_logger()


async def renew_tacitly(sessions: Sessions, *, now: datetime) -> None:
    """Let conventions go on that nobody gave notice of in time, some at a time.

    Killed at any moment, what was not committed is found again: nothing is renewed twice, and
    nothing that was to be renewed while nobody looked is skipped.
    """

    async def some(session: AsyncSession, rows: Some) -> int:
        return await due.renew_tacitly(session, rows, now)

    if renewed := await RowTask(sessions, "renew-tacitly").run(some):
        log.info("conventions renewed", count=renewed)


async def raise_due(sessions: Sessions, *, now: datetime) -> None:
    """Raise all that has fallen due by a moment, and settle the alerts whose cause is gone.

    As with renewals, nothing is raised twice or skipped, whenever it is killed. A rule that fails
    stops no other.
    """
    await surviving("settle-alerts", partial(_settle, sessions, now=now))
    fulfilled = RowTask(sessions, "settle-fulfilled")
    await surviving(fulfilled.name, partial(_settle_fulfilled, fulfilled, now=now))
    for name, rule in due.RULES.items():
        task = RowTask(sessions, f"due-{name}")
        await surviving(task.name, partial(_raise_by, name, rule, task, now=now))


async def _settle(sessions: Sessions, *, now: datetime) -> None:
    async with transaction(sessions) as session:
        await due.settle_gone(session, now=now)


async def _settle_fulfilled(task: RowTask, *, now: datetime) -> None:
    async def some(session: AsyncSession, rows: Some) -> int:
        return await due.settle_fulfilled(session, rows, now)

    if settled := await task.run(some):
        log.info("alerts settled", count=settled)


async def _raise_by(name: str, rule: due.Rule, task: RowTask, *, now: datetime) -> None:
    async def some(session: AsyncSession, rows: Some) -> int:
        return await due.raise_due(session, rule, rows, now=now)

    if raised := await task.run(some):
        log.info("due", count=raised, rule=name)
