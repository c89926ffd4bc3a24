from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from backbone.pages import After, Limit, Page, page
from backbone.requests import IfMatch, Session, UnitOfWork, etag
from matching import queries, store
from matching.access import Coordinator, Neighbourhoods, departments
from matching.api.intake_views import CorrectionView, ExclusionView
from matching.api.views import MenteeView
from matching.commands import applying, excluding, neighbourhoods
from matching.commands.applying import Apply, ChangeMentee, Decide
from matching.commands.excluding import Exclude
from matching.commands.neighbourhoods import Correct
from matching.domain.tables import Exclusion, Mentee, NeighbourhoodCorrection

router = APIRouter(route_class=UnitOfWork, tags=["people"])
CORRECTIONS = (NeighbourhoodCorrection.corrected_at, NeighbourhoodCorrection.id)


@router.post("/mentees", status_code=201, response_model=MenteeView)
async def take_application(
    command: Apply, session: Session, by: Coordinator, areas: Neighbourhoods, response: Response
) -> Mentee:
    """Note that someone applies; the decision is another step.

    An address tells whether they live in a priority neighbourhood, and is not kept.
    """
    mentee = await applying.apply(session, command, departments(by), areas)
    response.headers["etag"] = etag(mentee.version)
    return mentee


@router.patch("/mentees/{mentee_id}", response_model=MenteeView)
async def change_mentee(
    mentee_id: UUID,
    command: ChangeMentee,
    session: Session,
    by: Coordinator,
    match: IfMatch,
    response: Response,
) -> Mentee:
    """Mend what is known of a mentee; what a decision was taken on stays."""
    mentee = await applying.change_mentee(session, mentee_id, command, match, departments(by))
    response.headers["etag"] = etag(mentee.version)
    return mentee


@router.post("/mentees/{mentee_id}/decision", response_model=MenteeView)
async def decide_on_mentee(
    mentee_id: UUID, command: Decide, session: Session, by: Coordinator, response: Response
) -> Mentee:
    """Admit someone by the rule of the day, or refuse them with a reason."""
    mentee = await applying.decide(session, mentee_id, command, departments(by))
    response.headers["etag"] = etag(mentee.version)
    return mentee


@router.post(
    "/mentees/{mentee_id}/neighbourhood-corrections", status_code=201, response_model=CorrectionView
)
async def correct_neighbourhood(
    mentee_id: UUID, command: Correct, session: Session, by: Coordinator
) -> NeighbourhoodCorrection:
    """Correct whether a mentee lived in a priority neighbourhood when they were admitted.

    Figures follow; as they were known before, they stay.
    """
    return await neighbourhoods.correct(session, mentee_id, command, departments(by), by=by.subject)


@router.get("/mentees/{mentee_id}/neighbourhood-corrections", response_model=Page[CorrectionView])
async def list_neighbourhood_corrections(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """Who corrected it, when, from what to what."""
    await store.mentee(session, mentee_id, departments(by))
    query, order = queries.corrections_of(mentee_id), CORRECTIONS
    return await page(session, query, by=order, after=after, limit=limit)


@router.post("/mentees/{mentee_id}/exclusions", status_code=201, response_model=ExclusionView)
async def exclude_mentor(
    mentee_id: UUID, command: Exclude, session: Session, by: Coordinator
) -> Exclusion:
    """Let a mentee and a mentor not be proposed to each other."""
    return await excluding.exclude(session, mentee_id, command, departments(by))


@router.get("/mentees/{mentee_id}/exclusions", response_model=Page[ExclusionView])
async def list_exclusions(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """The mentors whom a mentee is not proposed to because somebody asked for it."""
    await store.mentee(session, mentee_id, departments(by))
    query = queries.exclusions_of(mentee_id)
    return await page(session, query, by=(Exclusion.mentor_id,), after=after, limit=limit)


@router.delete("/mentees/{mentee_id}/exclusions/{mentor_id}", status_code=204)
async def take_back_exclusion(
    mentee_id: UUID, mentor_id: UUID, session: Session, by: Coordinator
) -> None:
    """Let a mentee and a mentor be proposed to each other again."""
    await excluding.take_back_exclusion(session, mentee_id, mentor_id, departments(by))
