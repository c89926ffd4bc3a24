"""How far a round is, as it goes on. No unit of work: the route lasts as long as its listener."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from backbone.db import Sessions
from backbone.requests import CheckedRoute
from matching import store
from matching.access import Coordinator, departments
from matching.domain.tables import TO_WORK_OUT, Round

LOOK_EVERY = 0.2  # seconds

router = APIRouter(route_class=CheckedRoute, tags=["rounds"])


async def at_first(round_id: UUID, request: Request, by: Coordinator) -> Round:
    return await _found(request, round_id, by)


@router.get("/rounds/{round_id}/progress", response_class=EventSourceResponse)
async def follow_round(
    request: Request, by: Coordinator, found: Annotated[Round, Depends(at_first)]
) -> AsyncIterator[ServerSentEvent]:
    """The steps of a round, as it is worked out; the last one says what it has become."""
    last = None
    while not request.app.state.is_stopping() and time.time() < by.claims["exp"]:
        told = {"state": found.state, "step": found.step, "done": found.done, "of": found.of}
        if told != last:
            last = told
            yield ServerSentEvent(event="progress", data=told | {"failure": found.failure})
        if found.state not in TO_WORK_OUT:
            return
        await asyncio.sleep(LOOK_EVERY)
        found = await _found(request, found.id, by)


async def _found(request: Request, round_id: UUID, by: Coordinator) -> Round:
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        return await store.round_(session, round_id, departments(by))
