"""Organisation commands: register, rename, join and leave umbrellas, merge."""

from datetime import date
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import OrganisationKind
from partners import store
from partners.commands import Name
from partners.domain import organisations, profiles
from partners.domain.tables import Membership, Organisation


class RegisterOrganisation(Command):
    """An organisation with SIREN, SIRET or both; imports set an earlier `registered_on`."""

    model_config = example(
        name="Habitat des Deux-Rives",
        kind="social_landlord",
        siret="732 829 320 00074",
        department="93",
        registered_on="2012-07-02",
    )

    name: Name
    kind: OrganisationKind
    siren: str | None = Field(default=None, max_length=30)
    siret: str | None = Field(default=None, max_length=30)
    department: str = Field(max_length=3)
    registered_on: Day | None = None


class RenameOrganisation(Command):
    model_config = example(name="Habitat des Trois-Rives")

    name: Name


class JoinUmbrella(Command):
    model_config = example(
        umbrella_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11", joined_on="2006-09-01"
    )

    umbrella_id: UUID
    joined_on: Day


class LeaveUmbrella(Command):
    model_config = example(left_on="2015-12-31")

    left_on: Day


class Merge(Command):
    """A duplicate: everything that refers to it will refer to the organisation of the request."""

    model_config = example(duplicate_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11")

    duplicate_id: UUID


async def register_organisation(
    session: AsyncSession, command: RegisterOrganisation
) -> Organisation:
    organisation, registered = organisations.register(**command.model_dump())
    await store.add_organisation(session, organisation)
    emit(session, *registered)
    return organisation


async def rename_organisation(
    session: AsyncSession,
    organisation_id: UUID,
    command: RenameOrganisation,
    match: ExpectedVersion,
    within: store.Scope,
) -> Organisation:
    organisation = await store.lock_organisation(session, organisation_id, within)
    match.require(organisation.version)
    emit(session, *organisations.rename(organisation, command.name))
    return organisation


async def join_umbrella(
    session: AsyncSession, organisation_id: UUID, command: JoinUmbrella, within: store.Scope
) -> Membership:
    await store.lock_umbrellas(session)
    organisation = await store.organisation(session, organisation_id, within)
    umbrella = await store.organisation(session, command.umbrella_id, within)
    above = await store.memberships_above(
        session, organisation.id, umbrella.id, since=command.joined_on
    )
    membership, joined = organisations.join(organisation, umbrella, command.joined_on, above=above)
    session.add(membership)
    emit(session, joined)
    return membership


async def leave_umbrella(
    session: AsyncSession,
    organisation_id: UUID,
    umbrella_id: UUID,
    command: LeaveUmbrella,
    within: store.Scope,
) -> Membership:
    """End a membership; what the umbrella signed covers the member until `left_on`, included."""
    await store.lock_umbrellas(session)
    organisation = await store.organisation(session, organisation_id, within)
    umbrella = await store.organisation(session, umbrella_id)
    found = await store.memberships_of(session, organisation_id, umbrella_id)
    emit(session, organisations.leave(organisation, umbrella, found, command.left_on))
    return next(each for each in found if each.left_on == command.left_on)


async def merge(session: AsyncSession, organisation_id: UUID, command: Merge) -> Organisation:
    """Re-point everything here from a duplicate to the organisation, and publish the merge."""
    await store.lock_umbrellas(session)
    both = organisation_id, command.duplicate_id
    survivor, duplicate = await store.lock_two_organisations(session, *both)
    messages = organisations.merge(
        survivor,
        duplicate,
        before=[found for one in both for found in await store.merged_before(session, one)],
        above=await store.memberships_above(session, *both, since=date.min),
        seats=[seat for one in set(both) for seat in await store.seats_of(session, one)],
    )
    await session.flush()
    people = await store.move_links(session, source=duplicate.id, to=survivor.id)
    emit(
        session,
        *messages,
        *(profiles.card(one, survivor) for one in people if one.until_on is None),
    )
    return survivor
