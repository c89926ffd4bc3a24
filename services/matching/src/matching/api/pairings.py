from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Coordinator, Party, Settings, departments, pairs
from matching.api.views import PairingView
from matching.commands import pairings
from matching.commands.pairings import (
    AcceptPairing,
    DeclinePairing,
    EndPairing,
    ProposePairing,
)
from matching.domain.tables import Pairing, PairingState

router = APIRouter(route_class=TransactionalRoute, tags=["pairings"])


@router.post("/pairings", status_code=201, response_model=PairingView)
async def propose_pairing(
    command: ProposePairing, session: Session, by: Coordinator, settings: Settings
) -> Pairing:
    """Propose a pair by hand, by the same rules as a round."""
    return await pairings.propose_pairing(
        session, command, departments(by), answer_days=settings.answer_days
    )


@router.get("/pairings", response_model=Page[PairingView])
async def list_pairings(
    session: Session,
    by: Party,
    state: PairingState | None = None,
    mentee_id: UUID | None = None,
    mentor_id: UUID | None = None,
    round_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the pairings of the caller's regions, or their own, by date of proposal."""
    query = queries.pairings(
        within=pairs(by),
        state=state,
        mentee_id=mentee_id,
        mentor_id=mentor_id,
        round_id=round_id,
    )
    order = (Pairing.proposed_on, Pairing.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/pairings/{pairing_id}", response_model=PairingView)
async def get_pairing(pairing_id: UUID, session: Session, by: Party) -> Pairing:
    """Return a pairing with its state."""
    return await store.pairing(session, pairing_id, pairs(by))


@router.post("/pairings/{pairing_id}/acceptances", response_model=PairingView)
async def accept_pairing(
    pairing_id: UUID, command: AcceptPairing, session: Session, by: Party
) -> Pairing:
    """Record that one side accepts; the pair begins when both have."""
    return await pairings.accept_pairing(session, pairing_id, command, pairs(by))


@router.post("/pairings/{pairing_id}/declines", response_model=PairingView)
async def decline_pairing(
    pairing_id: UUID,
    command: DeclinePairing,
    session: Session,
    by: Party,
    settings: Settings,
) -> Pairing:
    """Record that one side declines, and why; later rounds respect it.

    A mentee proposed by a round is offered the next best mentor at once, if there is one.
    """
    return await pairings.decline_pairing(
        session, pairing_id, command, pairs(by), answer_days=settings.answer_days
    )


@router.post("/pairings/{pairing_id}/end", response_model=PairingView)
async def end_pairing(
    pairing_id: UUID, command: EndPairing, session: Session, by: Coordinator
) -> Pairing:
    """End a pair and free the mentor's place."""
    return await pairings.end_pairing(session, pairing_id, command, departments(by))


@router.post("/pairings/{pairing_id}/rematch", status_code=201, response_model=PairingView)
async def rematch(
    pairing_id: UUID, command: EndPairing, session: Session, by: Coordinator, settings: Settings
) -> Pairing:
    """End a pair and propose the best other mentor at once, in a pairing that follows this one."""
    return await pairings.rematch(
        session, pairing_id, command, departments(by), answer_days=settings.answer_days
    )


@router.get("/mentees/{mentee_id}/pairings", response_model=Page[PairingView])
async def list_pairings_of_mentee(
    mentee_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the pairings of a mentee that began, by date: each follows the one before it."""
    await store.mentee(session, mentee_id, departments(by))
    order = (Pairing.starts_on, Pairing.id)
    query = queries.begun_pairings_of(mentee_id)
    return await paginate(session, query, by=order, after=after, limit=limit)
