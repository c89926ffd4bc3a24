"""Watches the clock: conventions go on by themselves, and what falls due is raised."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.db import Sessions, transaction
from partners import store
from partners.commands import due

log = structlog.get_logger()


async def renew_tacitly(sessions: Sessions, *, now: datetime) -> None:
    """Let conventions go on that nobody gave notice of in time, some at a time.

    Killed at any moment, what was not committed is found again: nothing is renewed twice, and
    nothing that was to be renewed while nobody looked is skipped.
    """

    async def some(session: AsyncSession, after: UUID) -> tuple[int, UUID | None]:
        return await due.renew_tacitly(session, now, after)

    await _all(sessions, some, "conventions renewed")


async def raise_due(sessions: Sessions, *, now: datetime) -> None:
    """Raise all that has fallen due by a moment, and settle the alerts whose cause is gone.

    As with renewals, nothing is raised twice or skipped, whenever it is killed.
    """
    async with transaction(sessions) as session:
        await store.settle(session)

    async def fulfilled(session: AsyncSession, after: UUID) -> tuple[int, UUID | None]:
        return await due.settle_fulfilled(session, now, after)

    await _all(sessions, fulfilled, "alerts settled")
    for rule in due.RULES:

        async def some(
            session: AsyncSession, after: UUID, rule: due.Rule = rule
        ) -> tuple[int, UUID | None]:
            return await due.raise_due(session, rule, now=now, after=after)

        await _all(sessions, some, "due", rule=rule.__name__)


async def _all(
    sessions: Sessions,
    some: Callable[[AsyncSession, UUID], Awaitable[tuple[int, UUID | None]]],
    told: str,
    **facts: str,
) -> None:
    """Do it to some after others, each time in a transaction of its own, until none are left."""
    after: UUID | None = due.FIRST
    while after is not None:
        async with transaction(sessions) as session:
            done, after = await some(session, after)
            crash_point("clock.before_commit")
        if done:
            log.info(told, count=done, **facts)
