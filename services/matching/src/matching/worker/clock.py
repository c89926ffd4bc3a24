"""Watches the clock: proposals expire, and what falls due is raised."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from backbone.crash import crash_point
from backbone.db import Sessions, transaction
from matching import store
from matching.commands import due
from matching.commands.offering import expire_due

AT_A_TIME = 50
A_DAY = timedelta(days=1)

log = structlog.get_logger()


async def expire_proposals(sessions: Sessions, *, answer_days: int) -> None:
    """Let all proposals expire whose time is over where the mentee lives, some at a time.

    Killed at any moment, what was not committed is found again: nothing expires twice, and nothing
    that fell due while nobody looked is skipped.
    """
    tomorrow = datetime.now(UTC).date() + A_DAY  # where the day begins first
    while True:
        async with transaction(sessions) as session:
            overdue = await store.overdue_proposals(session, before=tomorrow, most=AT_A_TIME)
            expired = await expire_due(session, overdue, answer_days=answer_days)
            crash_point("clock.before_commit")
        if not expired:
            return
        log.info("proposals expired", proposals=expired)


async def raise_due(sessions: Sessions, *, now: datetime, quiet: timedelta) -> None:
    """Raise all that has fallen due by a moment, and settle the alerts whose cause is gone.

    As with proposals, nothing is raised twice or skipped, whenever it is killed.
    """
    async with transaction(sessions) as session:
        await store.settle(session)
        await due.settle_covered(session, now=now)
    for rule in due.RULES:
        after: UUID | None = due.FIRST
        while after is not None:
            async with transaction(sessions) as session:
                raised, after = await due.raise_due(
                    session, rule, now=now, quiet=quiet, after=after
                )
                crash_point("clock.raised")
            if raised:
                log.info("due", rule=rule.__name__, raised=raised)
