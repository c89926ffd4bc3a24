from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries, store
from matching.access import Party, pairs
from matching.api.follow_up_views import CorrectionMadeView
from matching.api.views import ContactView
from matching.commands import contacts
from matching.commands.contacts import CorrectContact, LogContact
from matching.domain.tables import Contact, Correction

router = APIRouter(route_class=TransactionalRoute, tags=["contacts"])


@router.post("/pairings/{pairing_id}/contacts", status_code=201, response_model=ContactView)
async def log_contact(
    pairing_id: UUID, command: LogContact, session: Session, by: Party
) -> Contact:
    """Record a contact of a pair, an attempt without success, or a draft of either."""
    return await contacts.log_contact(session, pairing_id, command, pairs(by), by=by.subject)


@router.get("/pairings/{pairing_id}/contacts", response_model=Page[ContactView])
async def list_contacts(
    pairing_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the contacts of a pair by date, with the caller's own drafts."""
    await store.pairing(session, pairing_id, pairs(by))
    order = (Contact.contact_on, Contact.id)
    query = queries.contacts_of(pairing_id, reader=by.subject)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.patch("/contacts/{contact_id}", response_model=ContactView)
async def correct_contact(
    contact_id: UUID,
    command: CorrectContact,
    session: Session,
    by: Party,
    match: IfMatch,
) -> Contact:
    """Correct a contact; its previous values and the author of the correction are stored."""
    return await contacts.correct_contact(
        session, contact_id, command, match, pairs(by), by=by.subject
    )


@router.post("/contacts/{contact_id}/log", response_model=ContactView)
async def log_draft(contact_id: UUID, session: Session, by: Party, match: IfMatch) -> Contact:
    """Log a draft, which publishes it."""
    return await contacts.log_draft(session, contact_id, match, pairs(by), by=by.subject)


@router.delete("/contacts/{contact_id}", status_code=204)
async def withdraw_contact(contact_id: UUID, session: Session, by: Party, match: IfMatch) -> None:
    """Void a contact entered by mistake; its history is kept. A draft is deleted."""
    await contacts.withdraw_contact(session, contact_id, match, pairs(by), by=by.subject)


@router.get("/contacts/{contact_id}/corrections", response_model=Page[CorrectionMadeView])
async def list_contact_corrections(
    contact_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the corrections of a contact by time, with the previous values."""
    await store.contact(session, contact_id, pairs(by), by=by.subject)
    order = (Correction.corrected_at, Correction.id)
    query = queries.corrections_to(contact_id)
    return await paginate(session, query, by=order, after=after, limit=limit)
