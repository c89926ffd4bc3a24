"""Loading of profiles and contact persons."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from contracts.enums import ContactRole
from partners.domain.profiles import RnaWrong
from partners.domain.tables import ContactPerson, Profile


async def profile(session: AsyncSession, organisation_id: UUID) -> Profile:
    """Return the profile of an organisation, or an empty one with version 0."""
    found = await session.get(Profile, organisation_id)
    return found or Profile(organisation_id=organisation_id, departments=[], version=0)


async def require_own_rna(session: AsyncSession, profile: Profile) -> None:
    """Raise `RnaWrong` if another organisation has the same RNA."""
    if profile.rna is None:
        return
    query = select(Profile.organisation_id).where(
        Profile.rna == profile.rna, col(Profile.organisation_id) != profile.organisation_id
    )
    with session.no_autoflush:
        holder = (await session.exec(query)).first()
    if holder is not None:
        raise RnaWrong(f"Another organisation has {profile.rna} already: {holder}. Use that one.")


async def contacts_for(
    session: AsyncSession, organisations: Collection[UUID], role: ContactRole
) -> dict[UUID, list[UUID]]:
    """Return the current contacts for a role, by organisation."""
    found = defaultdict[UUID, list[UUID]](list)
    if not organisations:
        return found
    query = select(ContactPerson.organisation_id, ContactPerson.id).where(
        col(ContactPerson.organisation_id).in_(organisations),
        col(ContactPerson.roles).contains([role]),
        col(ContactPerson.until_on).is_(None),
    )
    for organisation_id, person_id in (
        await session.exec(query.order_by(col(ContactPerson.id)))
    ).all():
        found[organisation_id].append(person_id)
    return found


async def lock_contact(
    session: AsyncSession, organisation_id: UUID, person_id: UUID
) -> ContactPerson:
    found = await session.get(ContactPerson, person_id, with_for_update=True)
    if found is None or found.organisation_id != organisation_id:
        raise NotFound("There is no such contact. Look for it among those of the organisation.")
    return found


async def contact_called(session: AsyncSession, organisation_id: UUID, name: str) -> UUID:
    """Return the current contact person with this name; raise `NotFound`."""
    query = select(ContactPerson.id).where(
        ContactPerson.organisation_id == organisation_id,
        col(ContactPerson.given_name) + " " + col(ContactPerson.family_name) == name,
        col(ContactPerson.until_on).is_(None),
    )
    found = (await session.exec(query)).first()
    if found is None:
        raise NotFound(f"The organisation has no contact {name}. Add them first.")
    return found


async def lock_contacts_of(
    session: AsyncSession, organisations: Collection[UUID]
) -> dict[UUID, list[ContactPerson]]:
    """Lock the current and past contact persons of these organisations; return them."""
    found = defaultdict[UUID, list[ContactPerson]](list)
    query = select(ContactPerson).where(col(ContactPerson.organisation_id).in_(organisations))
    for person in await session.exec(query.order_by(col(ContactPerson.id)).with_for_update()):
        found[person.organisation_id].append(person)
    return found
