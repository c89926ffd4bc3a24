"""What is known of an organisation, and who speaks for it."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict, EmailStr, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.outbox import emit
from backbone.requests import Version
from contracts.words import ContactRole, Language, PromoterRole
from partners import store
from partners.commands import Command, Name, Phone
from partners.domain import profiles
from partners.domain.tables import ContactPerson, Place, Profile, Promotion


class DescribeOrganisation(Command):
    """All that is known of it: what is left out is known no more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "legal_form": "SA d'HLM",
                    "naf": "68.20A",
                    "street": "159 rue Nationale",
                    "postal_code": "75013",
                    "city": "Paris",
                    "departments": ["93", "94"],
                }
            ]
        }
    )

    legal_form: Name | None = None
    rna: str | None = Field(default=None, max_length=20)
    naf: str | None = Field(default=None, max_length=6)
    street: Name | None = None
    postal_code: str | None = Field(default=None, max_length=5)
    city: Name | None = None
    departments: list[str] = Field(default_factory=list, max_length=101)


class NotePlace(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"siret": "732 829 320 00074", "name": "Agence 93", "department": "93"}]
        }
    )

    siret: str = Field(max_length=30)
    name: Name
    department: str = Field(max_length=3)


class NoteContact(Command):
    """Someone who speaks for an organisation, for these matters."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "given_name": "Inès",
                    "family_name": "Martin",
                    "function": "Directrice des ressources humaines",
                    "roles": ["convention", "events"],
                    "email": "ines.martin@example.org",
                }
            ]
        }
    )

    given_name: Name
    family_name: Name
    function: Name | None = None
    roles: list[ContactRole] = Field(min_length=1, max_length=6)
    email: EmailStr | None = None
    phone: Phone | None = None
    language: Language = Language.FRENCH
    from_on: date | None = None


class ChangeContact(Command):
    """What is not named stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ines.martin@example.org"}]}
    )

    given_name: Name | None = None
    family_name: Name | None = None
    function: Name | None = None
    roles: list[ContactRole] | None = Field(default=None, min_length=1, max_length=6)
    email: EmailStr | None = None
    phone: Phone | None = None
    language: Language | None = None


class LetContactGo(Command):
    model_config = ConfigDict(json_schema_extra={"examples": [{"until_on": "2015-06-30"}]})

    until_on: date


class NamePromoter(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"role": "ambassador", "named_on": "2012-09-01"}]}
    )

    role: PromoterRole
    named_on: date


async def describe_organisation(
    session: AsyncSession,
    organisation_id: UUID,
    command: DescribeOrganisation,
    match: Version,
    within: store.Scope,
) -> Profile:
    organisation = await store.organisation_to_change(session, organisation_id, within)
    profile = await store.profile(session, organisation_id)
    match.must_be(profile.version)
    profiles.describe(profile, organisation, **command.model_dump())
    await store.require_own_rna(session, profile)
    session.add(profile)
    return profile


async def note_place(
    session: AsyncSession, organisation_id: UUID, command: NotePlace, within: store.Scope
) -> Place:
    organisation = await store.organisation_to_change(session, organisation_id, within)
    place = profiles.locate(organisation, **command.model_dump())
    return await session.merge(place)


async def note_contact(
    session: AsyncSession, organisation_id: UUID, command: NoteContact, within: store.Scope
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    person, card = profiles.introduce(organisation, **command.model_dump())
    session.add(person)
    emit(session, card)
    return person


async def change_contact(
    session: AsyncSession,
    organisation_id: UUID,
    person_id: UUID,
    command: ChangeContact,
    within: store.Scope,
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    person = await store.contact_to_change(session, organisation_id, person_id)
    emit(session, profiles.change(person, organisation, command.model_dump(exclude_none=True)))
    return person


async def let_contact_go(
    session: AsyncSession,
    organisation_id: UUID,
    person_id: UUID,
    command: LetContactGo,
    within: store.Scope,
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    person = await store.contact_to_change(session, organisation_id, person_id)
    emit(session, profiles.let_go(person, organisation, command.until_on))
    return person


async def name_promoter(
    session: AsyncSession, organisation_id: UUID, command: NamePromoter, within: store.Scope
) -> Promotion:
    organisation = await store.organisation_to_change(session, organisation_id, within)
    before = await session.get(Promotion, (organisation_id, command.role))
    promotion, named = profiles.promote(organisation, **command.model_dump(), before=before)
    session.add(promotion)
    emit(session, named)
    return promotion
