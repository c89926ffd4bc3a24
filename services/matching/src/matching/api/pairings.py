from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from backbone.pages import After, Limit, Page, page
from backbone.requests import Session, UnitOfWork, etag
from matching import queries, store
from matching.access import Coordinator, Settings, departments
from matching.api.views import ContactView, PairingView
from matching.commands import pairings
from matching.commands.pairings import (
    AcceptPairing,
    DeclinePairing,
    EndPairing,
    HoldFirstInterview,
    LogContact,
    ProposePairing,
)
from matching.domain.tables import Contact, Pairing, PairingState

router = APIRouter(route_class=UnitOfWork, tags=["pairings"])


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
    by: Coordinator,
    state: PairingState | None = None,
    mentee_id: UUID | None = None,
    mentor_id: UUID | None = None,
    round_id: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """The pairings of the caller's regions, in the order they were proposed."""
    query = queries.pairings(
        within=departments(by),
        state=state,
        mentee_id=mentee_id,
        mentor_id=mentor_id,
        round_id=round_id,
    )
    order = (Pairing.proposed_on, Pairing.id)
    return await page(session, query, by=order, after=after, limit=limit)


@router.get("/pairings/{pairing_id}", response_model=PairingView)
async def get_pairing(
    pairing_id: UUID, session: Session, by: Coordinator, response: Response
) -> Pairing:
    """A pairing, and where it is in its life."""
    pairing = await store.pairing(session, pairing_id, departments(by))
    response.headers["etag"] = etag(pairing.version)
    return pairing


@router.post("/pairings/{pairing_id}/acceptances", response_model=PairingView)
async def accept_pairing(
    pairing_id: UUID, command: AcceptPairing, session: Session, by: Coordinator
) -> Pairing:
    """Note that one side accepts; the pair begins when both have."""
    return await pairings.accept_pairing(session, pairing_id, command, departments(by))


@router.post("/pairings/{pairing_id}/declines", response_model=PairingView)
async def decline_pairing(
    pairing_id: UUID,
    command: DeclinePairing,
    session: Session,
    by: Coordinator,
    settings: Settings,
) -> Pairing:
    """Note that one side declines, and why; later rounds respect it.

    Who was proposed by a round is offered the next best mentor at once, if there is one.
    """
    return await pairings.decline_pairing(
        session, pairing_id, command, departments(by), answer_days=settings.answer_days
    )


@router.post("/pairings/{pairing_id}/first-interview", response_model=PairingView)
async def hold_first_interview(
    pairing_id: UUID, command: HoldFirstInterview, session: Session, by: Coordinator
) -> Pairing:
    """Note that the pair met for the first time."""
    return await pairings.hold_first_interview(session, pairing_id, command, departments(by))


@router.post("/pairings/{pairing_id}/contacts", status_code=201, response_model=ContactView)
async def log_contact(
    pairing_id: UUID, command: LogContact, session: Session, by: Coordinator
) -> Contact:
    """Note that the pair was in contact."""
    return await pairings.log_contact(session, pairing_id, command, departments(by))


@router.get("/pairings/{pairing_id}/contacts", response_model=Page[ContactView])
async def list_contacts(
    pairing_id: UUID, session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """The contacts of a pair, in time."""
    await store.pairing(session, pairing_id, departments(by))
    order = (Contact.contact_on, Contact.id)
    return await page(session, queries.contacts_of(pairing_id), by=order, after=after, limit=limit)


@router.post("/pairings/{pairing_id}/end", response_model=PairingView)
async def end_pairing(
    pairing_id: UUID, command: EndPairing, session: Session, by: Coordinator
) -> Pairing:
    """Note that the pair stops; the mentor's place is free again."""
    return await pairings.end_pairing(session, pairing_id, command, departments(by))
