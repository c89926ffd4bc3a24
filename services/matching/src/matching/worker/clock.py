"""Lets proposals expire that are not answered in time."""

from datetime import UTC, datetime, timedelta

import structlog

from backbone.crash import crash_point
from backbone.db import Sessions, transaction
from matching import store
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
            due = await store.overdue_proposals(session, before=tomorrow, most=AT_A_TIME)
            expired = await expire_due(session, due, answer_days=answer_days)
            crash_point("clock.before_commit")
        if not expired:
            return
        log.info("proposals expired", proposals=expired)
