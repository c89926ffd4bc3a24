from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import store
from matching.access import Coordinator, departments
from matching.api.application_views import DuplicateView
from matching.api.views import MenteeView
from matching.commands import duplicates
from matching.commands.duplicates import Merge
from matching.domain.tables import Mentee

router = APIRouter(route_class=TransactionalRoute, tags=["people"])


@router.get("/mentees/duplicates", response_model=Page[DuplicateView])
async def list_duplicates(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the mentees with possible duplicates, by reference, each with its duplicates."""
    query, within = store.with_duplicates(departments(by)), departments(by)
    found = await paginate(session, query, by=(Mentee.reference,), after=after, limit=limit)
    matches = await store.duplicates_of(session, [mentee.id for mentee in found.items], within)
    found.items = [{"mentee": mentee, "alike": matches[mentee.id]} for mentee in found.items]
    return found


@router.post("/mentees/{mentee_id}/merge", response_model=MenteeView)
async def merge_mentees(
    mentee_id: UUID, command: Merge, session: Session, by: Coordinator
) -> Mentee:
    """Merge two applications of one person, with the pairings and outcomes of both.

    The one that was decided on first remains.
    """
    return await duplicates.merge(session, mentee_id, command, departments(by), by=by.subject)
