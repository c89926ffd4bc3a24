"""Progress of a round as server-sent events.

There is no unit of work: the route lasts as long as its client is connected.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backbone.database.sessions import Sessions
from backbone.web.routes import CheckedRoute
from matching import store
from matching.access import Coordinator, departments
from matching.domain.tables import TO_WORK_OUT, Round

POLL_INTERVAL = 0.2  # seconds

router = APIRouter(route_class=CheckedRoute, tags=["rounds"])


async def at_first(round_id: UUID, request: Request, by: Coordinator) -> Round:
    return await _found(request, round_id, by)


@router.get("/rounds/{round_id}/progress", response_class=EventSourceResponse)
async def follow_round(
    request: Request, by: Coordinator, found: Annotated[Round, Depends(at_first)]
) -> AsyncIterator[ServerSentEvent]:
    """Stream the steps of a round while it is being solved; the last one has its final state."""
    last = None
    while not request.app.state.is_stopping() and time.time() < by.claims["exp"]:
        progress = {"state": found.state, "step": found.step, "done": found.done, "of": found.of}
        if progress != last:
            last = progress
            yield ServerSentEvent(event="progress", data=progress | {"failure": found.failure})
        if found.state not in TO_WORK_OUT:
            return
        await asyncio.sleep(POLL_INTERVAL)
        found = await _found(request, found.id, by)


async def _found(request: Request, round_id: UUID, by: Coordinator) -> Round:
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        return await store.round_(session, round_id, departments(by))
