from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import ContactRole, Language, PromoterRole
from partners import queries, store
from partners.access import Admin, PartnerManager, Reader, organisation_scope
from partners.commands import profiles
from partners.commands.profiles import (
    ChangeContact,
    DescribeOrganisation,
    LetContactGo,
    NamePromoter,
    NoteContact,
    NotePlace,
)
from partners.domain.tables import AmbassadorRole, ContactPerson, Establishment, Profile

router = APIRouter(prefix="/organisations", route_class=TransactionalRoute, tags=["organisations"])


class ProfileView(View):
    """The profile of an organisation; `departments` are those besides that of its seat."""

    organisation_id: UUID
    legal_form: str | None
    rna: str | None
    naf: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    departments: list[str]
    version: int


class PlaceView(View):
    siret: str
    name: str
    department: str


class ContactPersonView(View):
    """A contact person of an organisation, active from `from_on` to `until_on`, both included."""

    id: UUID
    given_name: str
    family_name: str
    function: str | None
    roles: list[ContactRole]
    email: str | None
    phone: str | None
    language: Language
    from_on: date
    until_on: date | None
    erased: bool
    version: int


class PromotionView(View):
    role: PromoterRole
    named_on: date


@router.get("/{organisation_id}/profile", response_model=ProfileView)
async def get_profile(organisation_id: UUID, session: Session, by: Reader) -> Profile:
    """Return the profile of an organisation, with the ETag that a change requires."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    return await store.profile(session, organisation_id)


@router.put("/{organisation_id}/profile", response_model=ProfileView)
async def describe_organisation(
    organisation_id: UUID,
    command: DescribeOrganisation,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Profile:
    """Replace the profile of an organisation."""
    return await profiles.describe_organisation(
        session, organisation_id, command, match, organisation_scope(by)
    )


@router.post("/{organisation_id}/places", status_code=201, response_model=PlaceView)
async def note_place(
    organisation_id: UUID, command: NotePlace, session: Session, by: PartnerManager
) -> Establishment:
    """Add an establishment, or rename it."""
    return await profiles.note_place(session, organisation_id, command, organisation_scope(by))


@router.get("/{organisation_id}/places", response_model=Page[PlaceView])
async def list_places(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the establishments of an organisation."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    query = queries.places_of(organisation_id)
    return await paginate(session, query, by=(Establishment.siret,), after=after, limit=limit)


@router.post("/{organisation_id}/contacts", status_code=201, response_model=ContactPersonView)
async def note_contact(
    organisation_id: UUID, command: NoteContact, session: Session, by: PartnerManager
) -> ContactPerson:
    """Add a contact person, with the matters they are contacted about."""
    return await profiles.note_contact(session, organisation_id, command, organisation_scope(by))


@router.get("/{organisation_id}/contacts", response_model=Page[ContactPersonView])
async def list_contacts(
    organisation_id: UUID,
    session: Session,
    by: PartnerManager,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the current and past contact persons of an organisation."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    order = (ContactPerson.family_name, ContactPerson.id)
    query = queries.contacts_of(organisation_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.patch("/{organisation_id}/contacts/{person_id}", response_model=ContactPersonView)
async def change_contact(
    organisation_id: UUID,
    person_id: UUID,
    command: ChangeContact,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> ContactPerson:
    """Change a contact person."""
    return await profiles.change_contact(
        session, organisation_id, person_id, command, match, organisation_scope(by)
    )


@router.delete("/{organisation_id}/contacts/{person_id}/personal-data", status_code=204)
async def erase_contact(
    organisation_id: UUID, person_id: UUID, session: Session, by: Admin
) -> None:
    """Erase the personal data of a contact person, here and in every service."""
    await profiles.erase_contact(session, organisation_id, person_id, organisation_scope(by))


@router.post("/{organisation_id}/contacts/{person_id}/end", response_model=ContactPersonView)
async def let_contact_go(
    organisation_id: UUID,
    person_id: UUID,
    command: LetContactGo,
    session: Session,
    by: PartnerManager,
) -> ContactPerson:
    """End the activity of a contact person on `until_on`; messages to them stop."""
    return await profiles.let_contact_go(
        session, organisation_id, person_id, command, organisation_scope(by)
    )


@router.post("/{organisation_id}/promotions", status_code=201, response_model=PromotionView)
async def name_promoter(
    organisation_id: UUID, command: NamePromoter, session: Session, by: PartnerManager
) -> AmbassadorRole:
    """Make an organisation an ambassador or a relay of the programme."""
    return await profiles.name_promoter(session, organisation_id, command, organisation_scope(by))


@router.get("/{organisation_id}/promotions", response_model=Page[PromotionView])
async def list_promotions(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the promoter roles of an organisation."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    query = queries.promotions_of(organisation_id)
    return await paginate(session, query, by=(AmbassadorRole.role,), after=after, limit=limit)
