"""Looks for pairs that have been silent for a month, for two, and so on."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from notifications import commands, store
from notifications.domain.silence import reminder
from notifications.settings import NotificationsSettings

SHORTEST_MONTH = timedelta(days=27)  # a day less than February: somewhere it is tomorrow already
LONGEST_MONTH = timedelta(days=32)


async def remind(session: AsyncSession, *, now: datetime, settings: NotificationsSettings) -> None:
    """Plan the reminders that are due at that moment; those planned before are left as they are."""
    pairs = await store.silent_pairs(
        session,
        since=(now - SHORTEST_MONTH).date(),
        before=(now - LONGEST_MONTH * (settings.remind_months + 1)).date(),
        recorded_before=now - timedelta(seconds=settings.quiet_seconds),
    )
    reminders = (
        reminder(
            **pair._mapping,  # noqa: SLF001  (a row's public name for its columns)
            now=now,
            patience=settings.patience,
            months=settings.remind_months,
        )
        for pair in pairs
    )
    await commands.plan(session, [plan for plan in reminders if plan])
