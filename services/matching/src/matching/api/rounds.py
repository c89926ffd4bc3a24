from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator, Settings, departments
from matching.api.views import (
    ComparisonView,
    ExplanationView,
    ProposalView,
    RoundView,
    WaitingView,
)
from matching.commands import rounds
from matching.commands.rounds import AskRound, ChangeProposal
from matching.domain.tables import Proposal, Round, RoundState
from matching.solver.certificate import Certificate
from matching.solver.inputs import Inputs

router = APIRouter(route_class=TransactionalRoute, tags=["rounds"])


@router.post("/rounds", status_code=201, response_model=RoundView)
async def ask_round(
    command: AskRound, session: Session, by: Coordinator, response: Response
) -> Round:
    """Request a round: the worker solves it into a draft, which is not yet proposed to anybody.

    Follow it at `/rounds/{id}/progress`; review it, then publish it.
    """
    round_ = await rounds.ask_round(session, command, departments(by), by=by.subject)
    response.headers["location"] = f"/v1/rounds/{round_.id}"
    return round_


@router.get("/rounds", response_model=Page[RoundView])
async def list_rounds(
    session: Session,
    by: Coordinator,
    state: RoundState | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the rounds of the caller's regions, in the order of their requests."""
    query = queries.rounds(within=departments(by), state=state)
    return await paginate(session, query, by=(Round.asked_at, Round.id), after=after, limit=limit)


@router.get("/rounds/{round_id}", response_model=RoundView)
async def get_round(round_id: UUID, session: Session, by: Coordinator) -> Round:
    """Return a round, with its progress and its report."""
    return await store.round_(session, round_id, departments(by))


@router.post("/rounds/{round_id}/cancellation", response_model=RoundView)
async def cancel_round(round_id: UUID, session: Session, by: Coordinator) -> Round:
    """Cancel a round that is being solved, or a draft."""
    return await rounds.cancel_round(session, round_id, departments(by))


@router.get("/rounds/{round_id}/proposals", response_model=Page[ProposalView])
async def list_proposals(
    round_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the pairs of a draft by mentee."""
    await store.round_(session, round_id, departments(by))
    order = (Proposal.mentee_id,)
    return await paginate(session, queries.proposals(round_id), by=order, after=after, limit=limit)


@router.put("/rounds/{round_id}/proposals/{mentee_id}", response_model=RoundView)
async def change_proposal(
    round_id: UUID,
    mentee_id: UUID,
    command: ChangeProposal,
    session: Session,
    by: Coordinator,
    match: IfMatch,
) -> Round:
    """Propose another mentor to a mentee, or none; lock what a new round is to keep."""
    return await rounds.change_proposal(
        session, round_id, mentee_id, command, departments(by), match
    )


@router.post("/rounds/{round_id}/publication", response_model=RoundView)
async def publish_round(
    round_id: UUID, session: Session, by: Coordinator, match: IfMatch, settings: Settings
) -> Round:
    """Propose the pairs of a draft to mentees and mentors, all or none."""
    return await rounds.publish_round(
        session, round_id, departments(by), match, answer_days=settings.answer_days
    )


@router.get("/rounds/{round_id}/explanation", response_model=ExplanationView)
async def explain_pair(
    round_id: UUID, mentee_id: UUID, mentor_id: UUID, session: Session, by: Coordinator
) -> object:
    """Explain why a mentee and a mentor are proposed to each other, or why not."""
    return await queries.explanation(
        session, round_id, departments(by), mentee_id=mentee_id, mentor_id=mentor_id
    )


@router.get("/rounds/{round_id}/waiting/{mentee_id}", response_model=WaitingView)
async def explain_waiting(
    round_id: UUID, mentee_id: UUID, session: Session, by: Coordinator
) -> object:
    """Explain why a mentee gets no proposal, and what would have to change."""
    return await queries.why_waiting(session, round_id, departments(by), mentee_id=mentee_id)


@router.get("/rounds/{round_id}/comparison", response_model=ComparisonView)
async def compare_rounds(round_id: UUID, other: UUID, session: Session, by: Coordinator) -> object:
    """Compare a draft with another one: who wins, and who loses."""
    return await queries.comparison(session, round_id, other, departments(by))


@router.get("/rounds/{round_id}/certificate", response_model=Certificate)
async def get_certificate(round_id: UUID, session: Session, by: Coordinator) -> Response:
    """Return the proof that no other choice is better: dual prices and covers."""
    return _as_stored(await queries.certificate(session, round_id, departments(by)))


@router.get("/rounds/{round_id}/inputs", response_model=Inputs)
async def get_inputs(round_id: UUID, session: Session, by: Coordinator) -> Response:
    """Return the inputs of a round, from which `python -m matching work-out` solves it again."""
    return _as_stored(await queries.inputs(session, round_id, departments(by)))


def _as_stored(document: bytes) -> Response:
    """Return a large JSON document as it is stored: parsing it would block the event loop."""
    return Response(document, media_type="application/json")
