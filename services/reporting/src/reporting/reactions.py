"""What reporting does because of a fact: it passes it on to those who listen."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import insert_missing
from backbone.messaging.inbox import Handlers
from contracts import MESSAGES, Event
from reporting.store import Happening

ENVELOPE = {"id", "type", "occurred_at", "recorded_at"}
IN_TURN = text("SELECT pg_advisory_xact_lock(hashtext('happening'), 0)")

reactions = Handlers()


async def note_happenings(session: AsyncSession, events: Sequence[Event]) -> None:
    """Append facts to what listeners are told.

    One transaction at a time, so that no position appears below one that was read already.
    """
    await (await session.connection()).execute(IN_TURN)
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
    await insert_missing(session, Happening, rows)


for fact in MESSAGES:
    if issubclass(fact, Event):
        reactions.on(fact)(note_happenings)
