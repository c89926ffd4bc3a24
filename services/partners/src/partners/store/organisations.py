"""Loading of organisations and memberships in umbrellas."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.errors import NotFound
from contracts.territories import department_name
from partners.domain.coverage import MembershipSpan
from partners.domain.organisations import SirenTaken
from partners.domain.tables import DepartmentOpening, Membership, Organisation
from partners.domain.territories import DepartmentOpen

Scope = Collection[UUID] | None

ONE_JOINS_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('umbrellas'), 0)")


async def add_organisation(session: AsyncSession, organisation: Organisation) -> None:
    """Insert an organisation; raise `SirenTaken`, even if it was registered concurrently."""
    added = await session.scalar(
        insert(table_of(Organisation))
        .values(organisation.model_dump())
        .on_conflict_do_nothing(index_elements=["siren"])
        .returning(col(Organisation.id))
    )
    if added is None:
        same = select(Organisation).where(Organisation.siren == organisation.siren)
        holder = (await session.exec(same)).one()
        raise SirenTaken(
            f"{holder.name} has SIREN {holder.siren} already. Use that organisation: {holder.id}."
        )


async def add_openings(session: AsyncSession, openings: Sequence[DepartmentOpening]) -> None:
    """Insert openings; raise `DepartmentOpen`, even if one was inserted concurrently."""
    for opening in sorted(openings, key=lambda opening: opening.department):
        added = await session.scalar(
            insert(table_of(DepartmentOpening))
            .values(opening.model_dump())
            .on_conflict_do_nothing()
            .returning(col(DepartmentOpening.department))
        )
        if added is None:
            before = await session.get_one(DepartmentOpening, opening.department)
            raise DepartmentOpen(
                f"The programme is open in {department_name(opening.department)}"
                f" ({opening.department}) since {before.opened_on}. A department opens once."
            )


async def organisation(
    session: AsyncSession, organisation_id: UUID, within: Scope = None
) -> Organisation:
    return (await organisations(session, [organisation_id], within))[organisation_id]


async def lock_organisation(
    session: AsyncSession, organisation_id: UUID, within: Scope = None
) -> Organisation:
    found = await session.get(Organisation, organisation_id, with_for_update=True)
    if found is None or not is_within([found.id], within):
        raise _no_organisation(organisation_id)
    _require_itself(found)
    return found


async def organisations(
    session: AsyncSession, ids: Collection[UUID], within: Scope = None
) -> Mapping[UUID, Organisation]:
    """Return the organisations by id; raise `NotFound` naming the first that does not exist."""
    query = select(Organisation).where(col(Organisation.id).in_(ids))
    found = {o.id: o for o in await session.exec(query) if is_within([o.id], within)}
    for organisation_id in ids:
        if organisation_id not in found:
            raise _no_organisation(organisation_id)
        _require_itself(found[organisation_id])
    return found


def _require_itself(found: Organisation) -> None:
    if found.merged_into is not None:
        raise NotFound(f"{found.name} was a duplicate of {found.merged_into}. Look at that one.")


async def by_siren(session: AsyncSession, sirens: Collection[str]) -> Mapping[str, Organisation]:
    """Lock the organisations with these SIRENs; return them by SIREN.

    The SIREN of a duplicate leads to the organisation into which it was merged.
    """
    query = select(Organisation).where(col(Organisation.siren).in_(sirens))
    held = query.order_by(col(Organisation.id)).with_for_update()
    found = (await session.exec(held)).all()
    survivors = [one.merged_into for one in found if one.merged_into is not None]
    instead = await organisations(session, survivors)
    return {one.siren: instead[one.merged_into] if one.merged_into else one for one in found}


def is_within(ids: Iterable[UUID], within: Scope) -> bool:
    return within is None or any(found in within for found in ids)


def _no_organisation(organisation_id: UUID) -> NotFound:
    return NotFound(
        f"There is no organisation {organisation_id}. Look for it in the list of organisations."
    )


async def lock_two_organisations(
    session: AsyncSession, one: UUID, other: UUID
) -> tuple[Organisation, Organisation]:
    """Lock two organisations in the order of their ids, to avoid deadlocks."""
    held = {each: await lock_organisation(session, each) for each in sorted({one, other})}
    return held[one], held[other]


async def lock_umbrellas(session: AsyncSession) -> None:
    """Lock all memberships: two concurrent joins could otherwise make a cycle unnoticed."""
    await session.exec(ONE_JOINS_AT_A_TIME)  # type: ignore[call-overload]


async def memberships_above(
    session: AsyncSession, *organisations: UUID, on: date = date.max, since: date | None = None
) -> Sequence[Membership]:
    """Return the memberships on a date of these organisations and of all umbrellas above them.

    With `since`, those that last until `since` or longer, even if they begin after it.
    """
    step = select(Membership.organisation_id, Membership.umbrella_id)
    left = col(Membership.left_on)
    began = (col(Membership.joined_on) <= on) & (left.is_(None) | (left >= (since or on)))
    above = step.where(col(Membership.organisation_id).in_(organisations), began).cte(
        "above", recursive=True
    )
    above = above.union(
        step.join(above, col(Membership.organisation_id) == above.c.umbrella_id).where(began)
    )
    same = (col(Membership.organisation_id) == above.c.organisation_id) & (
        col(Membership.umbrella_id) == above.c.umbrella_id
    )
    return (await session.exec(select(Membership).join(above, same).where(began))).all()


async def memberships_of(
    session: AsyncSession, organisation_id: UUID, umbrella_id: UUID
) -> Sequence[Membership]:
    """Return the memberships of an organisation in an umbrella, the latest first."""
    query = select(Membership).where(
        Membership.organisation_id == organisation_id, Membership.umbrella_id == umbrella_id
    )
    return (await session.exec(query.order_by(col(Membership.joined_on).desc()))).all()


async def membership_spans(
    session: AsyncSession, organisation_id: UUID, on: date
) -> list[MembershipSpan]:
    """Return the memberships on a date of the organisation and of all umbrellas above it."""
    above = await memberships_above(session, organisation_id, on=on)
    return [MembershipSpan(m.organisation_id, m.umbrella_id, m.joined_on, m.left_on) for m in above]
