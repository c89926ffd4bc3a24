from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator
from matching.api.application_views import PauseView
from matching.api.views import MentorView
from matching.commands import mentors
from matching.commands.base import Pause
from matching.commands.mentors import ChangeMentor, Enrol
from matching.domain.tables import Mentor, MentorPause

router = APIRouter(route_class=TransactionalRoute, tags=["people"])


@router.post("/mentors", status_code=201, response_model=MentorView)
async def enrol_mentor(command: Enrol, session: Session, _by: Coordinator) -> Mentor:
    """Enrol an executive of a covered organisation who has accepted the charter."""
    return await mentors.enrol(session, command)


@router.patch("/mentors/{mentor_id}", response_model=MentorView)
async def change_mentor(
    mentor_id: UUID,
    command: ChangeMentor,
    session: Session,
    _by: Coordinator,
    match: IfMatch,
) -> Mentor:
    """Change a mentor's data, or the number of mentees they accompany at a time."""
    return await mentors.change_mentor(session, mentor_id, command, match)


@router.post("/mentors/{mentor_id}/pauses", status_code=201, response_model=PauseView)
async def pause_mentor(
    mentor_id: UUID, command: Pause, session: Session, _by: Coordinator
) -> MentorPause:
    """Pause a mentor: no new mentee is proposed to them on these days."""
    return await mentors.pause(session, mentor_id, command)


@router.get("/mentors/{mentor_id}/pauses", response_model=Page[PauseView])
async def list_pauses(
    mentor_id: UUID, session: Session, _by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the pauses of a mentor by date."""
    await store.mentor(session, mentor_id)
    order = (MentorPause.from_on, MentorPause.id)
    return await paginate(session, queries.pauses_of(mentor_id), by=order, after=after, limit=limit)


@router.delete("/mentors/{mentor_id}/pauses/{pause_id}", status_code=204)
async def take_back_pause(
    mentor_id: UUID, pause_id: UUID, session: Session, _by: Coordinator
) -> None:
    """Withdraw a pause: the mentor is proposed again on its days."""
    await mentors.take_back_pause(session, mentor_id, pause_id)
