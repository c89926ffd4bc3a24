from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from backbone.pages import After, Limit, Page, page
from backbone.requests import IfMatch, Session, UnitOfWork, etag
from matching import queries, store
from matching.access import Party, pairs
from matching.api.lives_views import CorrectionMadeView
from matching.api.views import ContactView
from matching.commands import contacts
from matching.commands.contacts import CorrectContact, LogContact
from matching.domain.tables import Contact, Correction

router = APIRouter(route_class=UnitOfWork, tags=["contacts"])


@router.post("/pairings/{pairing_id}/contacts", status_code=201, response_model=ContactView)
async def log_contact(
    pairing_id: UUID, command: LogContact, session: Session, by: Party, response: Response
) -> Contact:
    """Note that a pair was in contact, or that one of them tried in vain; or draft it first."""
    contact = await contacts.log_contact(session, pairing_id, command, pairs(by), by=by.subject)
    response.headers["etag"] = etag(contact.version)
    return contact


@router.get("/pairings/{pairing_id}/contacts", response_model=Page[ContactView])
async def list_contacts(
    pairing_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """The contacts of a pair, in time; of the drafts, one's own."""
    await store.pairing(session, pairing_id, pairs(by))
    order = (Contact.contact_on, Contact.id)
    query = queries.contacts_of(pairing_id, reader=by.subject)
    return await page(session, query, by=order, after=after, limit=limit)


@router.patch("/contacts/{contact_id}", response_model=ContactView)
async def correct_contact(
    contact_id: UUID,
    command: CorrectContact,
    session: Session,
    by: Party,
    match: IfMatch,
    response: Response,
) -> Contact:
    """Mend a contact; what was said before is kept, and by whom it was mended."""
    contact = await contacts.correct_contact(
        session, contact_id, command, match, pairs(by), by=by.subject
    )
    response.headers["etag"] = etag(contact.version)
    return contact


@router.post("/contacts/{contact_id}/log", response_model=ContactView)
async def log_draft(
    contact_id: UUID, session: Session, by: Party, match: IfMatch, response: Response
) -> Contact:
    """Tell what was drafted."""
    contact = await contacts.log_draft(session, contact_id, match, pairs(by), by=by.subject)
    response.headers["etag"] = etag(contact.version)
    return contact


@router.delete("/contacts/{contact_id}", status_code=204)
async def withdraw_contact(contact_id: UUID, session: Session, by: Party, match: IfMatch) -> None:
    """Take a contact back that never was; that it was told is kept. A draft is forgotten."""
    await contacts.withdraw_contact(session, contact_id, match, pairs(by), by=by.subject)


@router.get("/contacts/{contact_id}/corrections", response_model=Page[CorrectionMadeView])
async def list_contact_corrections(
    contact_id: UUID, session: Session, by: Party, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """What was said of a contact before, in time."""
    await store.contact(session, contact_id, pairs(by), by=by.subject)
    order = (Correction.corrected_at, Correction.id)
    query = queries.corrections_to(contact_id)
    return await page(session, query, by=order, after=after, limit=limit)
