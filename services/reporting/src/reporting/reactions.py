"""Reactions: each event is appended once to the live stream, and never again by a rebuild."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing
from backbone.messaging.inbox import Handlers
from contracts import MESSAGES, Event
from reporting.domain import StreamEntry

ENVELOPE = {"id", "type", "occurred_at", "recorded_at"}
STREAM_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('happening'), 0)")

reactions = Handlers()


async def append_to_stream(session: AsyncSession, events: Sequence[Event]) -> None:
    """Append events to the live stream."""
    # One transaction at a time: else a position could become visible below one already read.
    await (await session.connection()).execute(STREAM_LOCK)
    rows = [
        {
            "event_id": event.id,
            "type": event.type,
            "occurred_at": event.occurred_at,
            "recorded_at": event.recorded_at,
            "facts": event.model_dump(mode="json", exclude=ENVELOPE),
        }
        for event in events
    ]
    await insert_missing(session, StreamEntry, rows)


for fact in MESSAGES:
    if issubclass(fact, Event):
        reactions.on(fact)(append_to_stream)
