from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator, Neighbourhoods, departments
from matching.api.application_views import CorrectionView, ExclusionView
from matching.api.views import MenteeView
from matching.commands import applications, exclusions, neighbourhoods
from matching.commands.applications import Apply, ChangeMentee, Decide
from matching.commands.exclusions import Exclude
from matching.commands.neighbourhoods import Correct
from matching.domain.tables import Exclusion, Mentee, NeighbourhoodCorrection

router = APIRouter(route_class=TransactionalRoute, tags=["people"])
CORRECTIONS = (NeighbourhoodCorrection.corrected_at, NeighbourhoodCorrection.id)


@router.post("/mentees", status_code=201, response_model=MenteeView)
async def take_application(
    command: Apply, session: Session, by: Coordinator, areas: Neighbourhoods
) -> Mentee:
    """Create an application; the decision is a separate step.

    The address is used to find out whether they live in a priority neighbourhood, and is not
    stored.
    """
    return await applications.apply(session, command, departments(by), areas)


@router.patch("/mentees/{mentee_id}", response_model=MenteeView)
async def change_mentee(
    mentee_id: UUID,
    command: ChangeMentee,
    session: Session,
    by: Coordinator,
    match: IfMatch,
) -> Mentee:
    """Change a mentee's data, except what a decision rests on."""
    return await applications.change_mentee(session, mentee_id, command, match, departments(by))


@router.post("/mentees/{mentee_id}/decision", response_model=MenteeView)
async def decide_on_mentee(
    mentee_id: UUID, command: Decide, session: Session, by: Coordinator
) -> Mentee:
    """Admit an applicant by the rule of the day, or refuse them with a reason."""
    return await applications.decide(session, mentee_id, command, departments(by))


@router.post(
    "/mentees/{mentee_id}/neighbourhood-corrections", status_code=201, response_model=CorrectionView
)
async def correct_neighbourhood(
    mentee_id: UUID, command: Correct, session: Session, by: Coordinator
) -> NeighbourhoodCorrection:
    """Correct whether a mentee lived in a priority neighbourhood when they were admitted.

    Figures change, except those asked for as known before the correction.
    """
    return await neighbourhoods.correct(session, mentee_id, command, departments(by), by=by.subject)


@router.get("/mentees/{mentee_id}/neighbourhood-corrections", response_model=Page[CorrectionView])
async def list_neighbourhood_corrections(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the corrections of a mentee's neighbourhood: author, time, before and after."""
    await store.mentee(session, mentee_id, departments(by))
    query, order = queries.corrections_of(mentee_id), CORRECTIONS
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.post("/mentees/{mentee_id}/exclusions", status_code=201, response_model=ExclusionView)
async def exclude_mentor(
    mentee_id: UUID, command: Exclude, session: Session, by: Coordinator
) -> Exclusion:
    """Exclude a mentee and a mentor from being proposed to each other."""
    return await exclusions.exclude(session, mentee_id, command, departments(by))


@router.get("/mentees/{mentee_id}/exclusions", response_model=Page[ExclusionView])
async def list_exclusions(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the mentors excluded for a mentee."""
    await store.mentee(session, mentee_id, departments(by))
    query = queries.exclusions_of(mentee_id)
    return await paginate(session, query, by=(Exclusion.mentor_id,), after=after, limit=limit)


@router.delete("/mentees/{mentee_id}/exclusions/{mentor_id}", status_code=204)
async def take_back_exclusion(
    mentee_id: UUID, mentor_id: UUID, session: Session, by: Coordinator
) -> None:
    """Withdraw an exclusion: the two can be proposed to each other again."""
    await exclusions.take_back_exclusion(session, mentee_id, mentor_id, departments(by))
