"""The live stream, as server-sent events.

Without a transaction: a route lasts as long as its client.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backbone.database.sessions import Sessions
from backbone.web.routes import CheckedRoute
from reporting.access import Reader
from reporting.api.concurrency import limit
from reporting.domain import StreamEntry
from reporting.queries.stream import entries_after, last_position

POLL_INTERVAL = 0.5  # seconds

router = APIRouter(route_class=CheckedRoute, tags=["stream"])
Slot = Annotated[None, Depends(limit("streams"))]
LastEventId = Annotated[
    int | None,
    Header(ge=0, le=2**63 - 1, description="Go on after this id; 0 is the beginning of all."),
]


async def start_position(request: Request, last_event_id: LastEventId = None) -> int:
    """Return the position after which a client begins: its last one, else the newest."""
    if last_event_id is not None:
        return last_event_id
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        return await last_position(session)


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, by: Reader, _slot: Slot, position: Annotated[int, Depends(start_position)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream events from now on: ids, dates and codes, never a name.

    An event's `id` sent back as `Last-Event-ID` continues after it, and misses nothing. Events of
    one pairing, mentee, mentor, convention or organisation come in their order. A comment every 15
    seconds keeps the connection open; it ends when the token expires, or the service stops.
    """
    sessions: Sessions = request.app.state.sessions
    while not request.app.state.is_stopping() and time.time() < by.claims["exp"]:
        async with sessions() as session:
            entries = await entries_after(session, position)
        for entry in entries:
            yield _to_sent_event(entry)
            position = entry.position or position
        if not entries:
            await asyncio.sleep(POLL_INTERVAL)


def _to_sent_event(entry: StreamEntry) -> ServerSentEvent:
    data: dict[str, Any] = {
        "id": entry.event_id,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
    }
    return ServerSentEvent(id=str(entry.position), event=entry.type, data=data | entry.facts)
