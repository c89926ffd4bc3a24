"""Profile commands: profiles, establishments, contact persons, promoters."""

from typing import Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.privacy.erased_persons import keys_of, note_erased, require_not_erased
from backbone.privacy.erasure import erase_answers, erase_rows_of_files
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.addresses import EmailAddress
from contracts.bounds import Day
from contracts.enums import ContactRole, Language, PromoterRole
from contracts.local_time import today_in
from partners import store
from partners.commands import Name, Phone
from partners.domain import profiles
from partners.domain.tables import AmbassadorRole, ContactPerson, Establishment, Profile

ConsentedAgain = Field(default=False, description="The person was erased and has consented again.")


class DescribeOrganisation(Command):
    """The whole profile of an organisation: omitted values become unknown."""

    model_config = example(
        legal_form="SA d'HLM",
        naf="68.20A",
        street="159 rue Nationale",
        postal_code="75013",
        city="Paris",
        departments=["93", "94"],
    )

    legal_form: Name | None = None
    rna: str | None = Field(default=None, max_length=20)
    naf: str | None = Field(default=None, max_length=6)
    street: Name | None = None
    postal_code: str | None = Field(default=None, max_length=5)
    city: Name | None = None
    departments: list[str] = Field(default_factory=list, max_length=101)


class NotePlace(Command):
    model_config = example(siret="732 829 320 00074", name="Agence 93", department="93")

    siret: str = Field(max_length=30)
    name: Name
    department: str = Field(max_length=3)


class NoteContact(Command):
    """A contact person of an organisation, and the matters they are contacted about."""

    model_config = example(
        given_name="Inès",
        family_name="Martin",
        function="Directrice des ressources humaines",
        roles=["convention", "events"],
        email="ines.martin@example.org",
    )

    given_name: Name
    family_name: Name
    function: Name | None = None
    roles: list[ContactRole] = Field(min_length=1, max_length=6)
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: Language = Language.FRENCH
    from_on: Day | None = None
    consented_again: bool = ConsentedAgain


class ChangeContact(Command):
    """Corrected or new values of a contact person; omitted ones remain."""

    model_config = example(email="ines.petit@example.org", roles=["board"])

    given_name: Name | None = None
    family_name: Name | None = None
    function: Name | None = None
    roles: list[ContactRole] | None = Field(default=None, min_length=1, max_length=6)
    email: EmailAddress | None = None
    phone: Phone | None = None
    language: Language | None = None
    consented_again: bool = ConsentedAgain

    @model_validator(mode="after")
    def empties_only_what_may_be_unknown(self) -> Self:
        unknown = {name for name in self.model_fields_set if getattr(self, name) is None}
        if wrong := unknown - {"function", "email", "phone"}:
            raise ValueError(f"Leave out {', '.join(sorted(wrong))}, or give a value.")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        values = self.model_dump(exclude_unset=True, exclude={"consented_again"})
        return values | ({"roles": sorted(set(values["roles"]))} if "roles" in values else {})


class LetContactGo(Command):
    model_config = example(until_on="2015-06-30")

    until_on: Day


class NamePromoter(Command):
    model_config = example(role="ambassador", named_on="2012-09-01")

    role: PromoterRole
    named_on: Day


async def describe_organisation(
    session: AsyncSession,
    organisation_id: UUID,
    command: DescribeOrganisation,
    match: ExpectedVersion,
    within: store.Scope,
) -> Profile:
    organisation = await store.lock_organisation(session, organisation_id, within)
    profile = await store.profile(session, organisation_id)
    match.require(profile.version)
    profiles.describe(profile, organisation, **command.model_dump())
    await store.require_own_rna(session, profile)
    session.add(profile)
    return profile


async def note_place(
    session: AsyncSession, organisation_id: UUID, command: NotePlace, within: store.Scope
) -> Establishment:
    organisation = await store.lock_organisation(session, organisation_id, within)
    place = profiles.locate(organisation, **command.model_dump())
    return await session.merge(place)


async def note_contact(
    session: AsyncSession, organisation_id: UUID, command: NoteContact, within: store.Scope
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    keys = keys_of(email=command.email, phone=command.phone)
    await require_not_erased(session, keys, consented_again=command.consented_again)
    values = command.model_dump(exclude={"consented_again"})
    person, card = profiles.introduce(organisation, **values)
    session.add(person)
    emit(session, card)
    return person


async def change_contact(  # noqa: PLR0917  (who, what, which version)
    session: AsyncSession,
    organisation_id: UUID,
    person_id: UUID,
    command: ChangeContact,
    match: ExpectedVersion,
    within: store.Scope,
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    person = await store.lock_contact(session, organisation_id, person_id)
    match.require(person.version)
    changes = command.changes
    ways = {name: changes[name] for name in ("email", "phone") if name in changes}
    keys = keys_of(**{name: way for name, way in ways.items() if way != getattr(person, name)})
    await require_not_erased(session, keys, consented_again=command.consented_again)
    if card := profiles.correct(person, organisation, changes):
        emit(session, card)
    return person


async def erase_contact(
    session: AsyncSession, organisation_id: UUID, person_id: UUID, within: store.Scope
) -> None:
    """Erase the personal data of a contact, here and in every service."""
    organisation = await store.organisation(session, organisation_id, within)
    person = await store.lock_contact(session, organisation_id, person_id)
    await erase_answers(session, [person.id])
    if not person.erased:
        today = today_in(organisation.department)
        await note_erased(session, keys_of(email=person.email, phone=person.phone), on=today)
        names = person.given_name, person.family_name
        values = [person.email, person.phone, " ".join(names), " ".join(names[::-1])]
        await erase_rows_of_files(session, values)
        emit(session, profiles.erase(person, on=today))


async def let_contact_go(
    session: AsyncSession,
    organisation_id: UUID,
    person_id: UUID,
    command: LetContactGo,
    within: store.Scope,
) -> ContactPerson:
    organisation = await store.organisation(session, organisation_id, within)
    person = await store.lock_contact(session, organisation_id, person_id)
    emit(session, profiles.let_go(person, organisation, command.until_on))
    return person


async def name_promoter(
    session: AsyncSession, organisation_id: UUID, command: NamePromoter, within: store.Scope
) -> AmbassadorRole:
    organisation = await store.lock_organisation(session, organisation_id, within)
    before = await session.get(AmbassadorRole, (organisation_id, command.role))
    promotion, named = profiles.promote(organisation, **command.model_dump(), before=before)
    session.add(promotion)
    emit(session, named)
    return promotion
