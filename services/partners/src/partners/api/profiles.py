from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from backbone.pages import After, Limit, Page, page
from backbone.requests import IfMatch, Session, UnitOfWork, etag
from contracts.words import ContactRole, Language, PromoterRole
from partners import queries, store
from partners.access import Admin, PartnerManager, Reader
from partners.access import organisations as theirs
from partners.api.views import View
from partners.commands import profiles
from partners.commands.profiles import (
    ChangeContact,
    DescribeOrganisation,
    LetContactGo,
    NamePromoter,
    NoteContact,
    NotePlace,
)
from partners.domain.tables import ContactPerson, Place, Profile, Promotion

router = APIRouter(prefix="/organisations", route_class=UnitOfWork, tags=["organisations"])


class ProfileView(View):
    """What is known of an organisation; `departments` are those beyond that of its seat."""

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
    """Someone who speaks for an organisation from a day on, until `until_on`, both included."""

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
async def get_profile(
    organisation_id: UUID, session: Session, by: Reader, response: Response
) -> Profile:
    """What is known of an organisation beside its name and number."""
    await store.organisation(session, organisation_id, theirs(by))
    profile = await store.profile(session, organisation_id)
    response.headers["etag"] = etag(profile.version)
    return profile


@router.put("/{organisation_id}/profile", response_model=ProfileView)
async def describe_organisation(
    organisation_id: UUID,
    command: DescribeOrganisation,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Profile:
    """Say all that is known of an organisation."""
    profile = await profiles.describe_organisation(
        session, organisation_id, command, match, theirs(by)
    )
    response.headers["etag"] = etag(profile.version)
    return profile


@router.post("/{organisation_id}/places", status_code=201, response_model=PlaceView)
async def note_place(
    organisation_id: UUID, command: NotePlace, session: Session, by: PartnerManager
) -> Place:
    """Note an establishment, or what it is called now."""
    return await profiles.note_place(session, organisation_id, command, theirs(by))


@router.get("/{organisation_id}/places", response_model=Page[PlaceView])
async def list_places(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """The establishments of an organisation."""
    await store.organisation(session, organisation_id, theirs(by))
    query = queries.places_of(organisation_id)
    return await page(session, query, by=(Place.siret,), after=after, limit=limit)


@router.post("/{organisation_id}/contacts", status_code=201, response_model=ContactPersonView)
async def note_contact(
    organisation_id: UUID, command: NoteContact, session: Session, by: PartnerManager
) -> ContactPerson:
    """Note someone who speaks for an organisation, and for which matters they are written to."""
    return await profiles.note_contact(session, organisation_id, command, theirs(by))


@router.get("/{organisation_id}/contacts", response_model=Page[ContactPersonView])
async def list_contacts(
    organisation_id: UUID,
    session: Session,
    by: PartnerManager,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """Who speaks for an organisation, and who did."""
    await store.organisation(session, organisation_id, theirs(by))
    order = (ContactPerson.family_name, ContactPerson.id)
    query = queries.contacts_of(organisation_id)
    return await page(session, query, by=order, after=after, limit=limit)


@router.patch("/{organisation_id}/contacts/{person_id}", response_model=ContactPersonView)
async def change_contact(
    organisation_id: UUID,
    person_id: UUID,
    command: ChangeContact,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> ContactPerson:
    """Mend what is known of someone who speaks for an organisation."""
    person = await profiles.change_contact(
        session, organisation_id, person_id, command, match, theirs(by)
    )
    response.headers["etag"] = etag(person.version)
    return person


@router.delete("/{organisation_id}/contacts/{person_id}/personal-data", status_code=204)
async def erase_contact(
    organisation_id: UUID, person_id: UUID, session: Session, by: Admin
) -> None:
    """Forget who spoke for an organisation, here and in every service."""
    await profiles.erase_contact(session, organisation_id, person_id, theirs(by))


@router.post("/{organisation_id}/contacts/{person_id}/departure", response_model=ContactPersonView)
async def let_contact_go(
    organisation_id: UUID,
    person_id: UUID,
    command: LetContactGo,
    session: Session,
    by: PartnerManager,
) -> ContactPerson:
    """Note the last day on which someone spoke for an organisation: they are written to no more."""
    return await profiles.let_contact_go(session, organisation_id, person_id, command, theirs(by))


@router.post("/{organisation_id}/promotions", status_code=201, response_model=PromotionView)
async def name_promoter(
    organisation_id: UUID, command: NamePromoter, session: Session, by: PartnerManager
) -> Promotion:
    """Let an organisation be an ambassador or a relay of the programme."""
    return await profiles.name_promoter(session, organisation_id, command, theirs(by))


@router.get("/{organisation_id}/promotions", response_model=Page[PromotionView])
async def list_promotions(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """As what an organisation promotes the programme to its members."""
    await store.organisation(session, organisation_id, theirs(by))
    query = queries.promotions_of(organisation_id)
    return await page(session, query, by=(Promotion.role,), after=after, limit=limit)
