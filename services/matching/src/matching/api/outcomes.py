from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator, departments
from matching.api.follow_up_views import CorrectionMadeView
from matching.api.views import OutcomeView
from matching.commands import outcomes
from matching.commands.outcomes import CorrectOutcome, RecordOutcome
from matching.domain.tables import Correction, Outcome

router = APIRouter(route_class=TransactionalRoute, tags=["outcomes"])


@router.post("/outcomes", status_code=201, response_model=OutcomeView)
async def record_outcome(command: RecordOutcome, session: Session, by: Coordinator) -> Outcome:
    """Record what a mentee found."""
    return await outcomes.record_outcome(session, command, departments(by))


@router.get("/mentees/{mentee_id}/outcomes", response_model=Page[OutcomeView])
async def list_outcomes(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the outcomes of a mentee by date."""
    await store.mentee(session, mentee_id, departments(by))
    order = (Outcome.found_on, Outcome.id)
    return await paginate(
        session, queries.outcomes_of(mentee_id), by=order, after=after, limit=limit
    )


@router.patch("/outcomes/{outcome_id}", response_model=OutcomeView)
async def correct_outcome(
    outcome_id: UUID,
    command: CorrectOutcome,
    session: Session,
    by: Coordinator,
    match: IfMatch,
) -> Outcome:
    """Correct an outcome; its previous values and the author of the correction are stored."""
    return await outcomes.correct_outcome(
        session, outcome_id, command, match, departments(by), by=by.subject
    )


@router.delete("/outcomes/{outcome_id}", status_code=204)
async def withdraw_outcome(
    outcome_id: UUID, session: Session, by: Coordinator, match: IfMatch
) -> None:
    """Void an outcome entered by mistake; its history is kept."""
    await outcomes.withdraw_outcome(session, outcome_id, match, departments(by), by=by.subject)


@router.get("/outcomes/{outcome_id}/corrections", response_model=Page[CorrectionMadeView])
async def list_outcome_corrections(
    outcome_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the corrections of an outcome by time, with the previous values."""
    await store.outcome(session, outcome_id, departments(by))
    order = (Correction.corrected_at, Correction.id)
    query = queries.corrections_to(outcome_id)
    return await paginate(session, query, by=order, after=after, limit=limit)
