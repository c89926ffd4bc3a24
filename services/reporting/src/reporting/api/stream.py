"""What happens, as it happens. No unit of work: the route lasts as long as its listener."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backbone.database.sessions import Sessions
from backbone.web.routes import CheckedRoute
from reporting.access import Reader
from reporting.api.places import place_among
from reporting.queries import happenings
from reporting.store import Happening

LOOK_EVERY = 0.5  # seconds

router = APIRouter(route_class=CheckedRoute, tags=["stream"])
Place = Annotated[None, Depends(place_among("streams"))]
LastEventId = Annotated[
    int | None,
    Header(ge=0, le=2**63 - 1, description="Go on after this id; 0 is the beginning of all."),
]


async def beginning(request: Request, last_event_id: LastEventId = None) -> int:
    """After which position a listener begins: where they were, else now."""
    if last_event_id is not None:
        return last_event_id
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        return await happenings.latest(session)


@router.get("/stream", response_class=EventSourceResponse)
async def stream(
    request: Request, by: Reader, _place: Place, position: Annotated[int, Depends(beginning)]
) -> AsyncIterator[ServerSentEvent]:
    """What happens from now on: ids, dates and codes, never a name.

    An event's `id` sent back as `Last-Event-ID` goes on after it, and misses nothing. Events of one
    pairing, mentee, mentor, convention or organisation come in their order. A comment every 15
    seconds keeps the line open; it ends when the token does, or the service stops.
    """
    sessions: Sessions = request.app.state.sessions
    while not request.app.state.is_stopping() and time.time() < by.claims["exp"]:
        async with sessions() as session:
            news = await happenings.happened_since(session, position)
        for happening in news:
            yield _told(happening)
            position = happening.position or position
        if not news:
            await asyncio.sleep(LOOK_EVERY)


def _told(happening: Happening) -> ServerSentEvent:
    data: dict[str, Any] = {
        "id": happening.event_id,
        "occurred_at": happening.occurred_at,
        "recorded_at": happening.recorded_at,
    }
    return ServerSentEvent(
        id=str(happening.position), event=happening.type, data=data | happening.facts
    )
