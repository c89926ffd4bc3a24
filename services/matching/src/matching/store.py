"""Loading what matching owns and knows. A function that locks says so in its name."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, func, or_, text
from sqlalchemy.orm import load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import among, table_of
from backbone.errors import Missing
from matching.domain.coverage import Coverage, Membership, Signature
from matching.domain.lives import Stay, Stays
from matching.domain.tables import (
    OPEN,
    Contact,
    EligibilityRule,
    Mentee,
    Mentor,
    Outcome,
    Pairing,
    PairingState,
    Person,
)
from matching.read_model import Convention, Organisation, Signatory
from matching.read_model import Membership as KnownMembership

P = TypeVar("P", Mentee, Mentor)
Departments = Collection[str] | None

ONE_ROUND_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('round'), 0)")

OF_PAIRING = col(Pairing.id) == bindparam("pairing_id")
PAIRING_TO_CHANGE = (
    select(Pairing, Mentee)
    .join(Mentee, col(Mentee.id) == col(Pairing.mentee_id))
    .where(OF_PAIRING)
    .with_for_update(of=Pairing)
    .execution_options(populate_existing=True)
)
MENTOR_TO_CHANGE = (
    select(Mentor)
    .join(Pairing, col(Pairing.mentor_id) == col(Mentor.id))
    .where(OF_PAIRING)
    .with_for_update(of=Mentor)
    .execution_options(populate_existing=True)
)


def _within(person: Person | None, departments: Departments) -> bool:
    return person is not None and (departments is None or person.department in departments)


async def mentee(session: AsyncSession, mentee_id: UUID, within: Departments = None) -> Mentee:
    """A mentee of these departments; anyone else's does not exist."""
    found = await session.get(Mentee, mentee_id)
    if found is None or not _within(found, within):
        raise Missing("There is no such mentee. Look for them in the list of mentees.")
    return found


async def mentor(session: AsyncSession, mentor_id: UUID) -> Mentor:
    found = await session.get(Mentor, mentor_id)
    if found is None:
        raise Missing("There is no such mentor. Look for them in the list of mentors.")
    return found


async def mentee_to_change(
    session: AsyncSession, mentee_id: UUID, within: Departments = None
) -> Mentee:
    found = await session.get(Mentee, mentee_id, with_for_update=True, populate_existing=True)
    if found is None or not _within(found, within):
        raise Missing("There is no such mentee. Look for them in the list of mentees.")
    return found


async def mentor_to_change(session: AsyncSession, mentor_id: UUID) -> Mentor:
    """Load a mentor and hold them, so that two pairs cannot take the same last place."""
    found = await session.get(Mentor, mentor_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise Missing("There is no such mentor. Look for them in the list of mentors.")
    return found


async def pairing(session: AsyncSession, pairing_id: UUID, within: Departments = None) -> Pairing:
    """A pairing of a mentee of these departments; anyone else's does not exist."""
    found = await session.get(Pairing, pairing_id)
    mentee = await session.get(Mentee, found.mentee_id) if found else None
    if found is None or not _within(mentee, within):
        raise Missing("There is no such pairing. Look for it in the list of pairings.")
    return found


async def pairing_to_change(
    session: AsyncSession, pairing_id: UUID, within: Departments
) -> tuple[Pairing, Mentee]:
    """Load a pairing and its mentee, and hold the pairing."""
    rows = await session.exec(PAIRING_TO_CHANGE, params={"pairing_id": pairing_id})
    found = rows.first()
    if found is None or not _within(found[1], within):
        raise Missing("There is no such pairing. Look for it in the list of pairings.")
    return found[0], found[1]


async def mentor_of_to_change(session: AsyncSession, pairing_id: UUID) -> Mentor:
    """Load a pairing's mentor and hold them, so that two pairs cannot take the same last place."""
    found = (await session.exec(MENTOR_TO_CHANGE, params={"pairing_id": pairing_id})).first()
    if found is None:
        raise Missing("There is no such pairing. Look for it in the list of pairings.")
    return found


async def open_pairing_of(session: AsyncSession, mentee_id: UUID) -> Pairing | None:
    """The pairing that the mentee is asked about or works in."""
    mine = select(Pairing).where(Pairing.mentee_id == mentee_id, col(Pairing.state).in_(OPEN))
    return (await session.exec(mine.limit(1))).first()


async def rules(session: AsyncSession) -> Sequence[EligibilityRule]:
    return (await session.exec(select(EligibilityRule))).all()


async def by_reference(
    session: AsyncSession, person: type[P], references: Sequence[str]
) -> dict[str, P]:
    """Those who were imported before, held until the transaction ends."""
    known = select(person).where(among(person.reference, references)).order_by(col(person.id))
    known = known.with_for_update()
    return {found.reference: found for found in (await session.exec(known)).all()}


async def mentees_by_reference(
    session: AsyncSession, references: Sequence[str]
) -> dict[str, Mentee]:
    """Those who were imported before, with no more of them than the rules look at."""
    looked_at = (Mentee.reference, Mentee.department, Mentee.decided_on, Mentee.refusal)
    query = select(Mentee).where(among(Mentee.reference, references))
    found = await session.exec(query.options(load_only(*looked_at)))  # type: ignore[arg-type]
    return {mentee.reference: mentee for mentee in found}


async def known(
    session: AsyncSession, told: type[Pairing | Contact | Outcome], references: Sequence[str]
) -> set[str]:
    """Which of these references were imported before."""
    met = select(told.reference).where(among(told.reference, references))
    return {reference for reference in await session.exec(met) if reference}


async def pairs_by_reference(
    session: AsyncSession, references: Sequence[str]
) -> dict[str, tuple[Pairing, str]]:
    """Pairings that were imported, held until the transaction ends; and where the mentee lives."""
    found = (
        select(Pairing, Mentee.department)
        .join(Mentee, col(Mentee.id) == Pairing.mentee_id)
        .where(among(Pairing.reference, references))
        .order_by(col(Pairing.id))
        .with_for_update(of=Pairing)
    )
    rows = (await session.exec(found)).all()
    return {str(pairing.reference): (pairing, department) for pairing, department in rows}


async def stays(
    session: AsyncSession, mentees: Mapping[str, Mentee], mentors: Mapping[str, Mentor]
) -> Stays:
    """All stays of these mentees and of these mentors."""
    theirs = or_(
        among(Pairing.mentee_id, [mentee.id for mentee in mentees.values()]),
        among(Pairing.mentor_id, [mentor.id for mentor in mentors.values()]),
    )
    told = table_of(Pairing).c
    columns = (told.mentee_id, told.mentor_id, told.proposed_on, told.starts_on, told.ended_on)
    lasting = sa.select(*columns).where(theirs, told.state != PairingState.DECLINED)
    found = Stays()
    for row in await (await session.connection()).execute(lasting):
        found.add(Stay(*row))
    return found


async def organisations_by_siren(session: AsyncSession) -> dict[str, UUID]:
    rows = await session.exec(select(Organisation.siren, Organisation.organisation_id))
    return dict(rows.all())


async def coverage(session: AsyncSession) -> Coverage:
    """All that partners told us of who signed and who belongs to whom."""
    signatory, convention = table_of(Signatory), table_of(Convention)
    joined = table_of(KnownMembership).c
    until = func.least(convention.c.ends_on, convention.c.ended_on)
    signed = sa.select(
        signatory.c.organisation_id,
        func.greatest(signatory.c.accedes_on, convention.c.effective_on),
        until,
    ).join(convention, convention.c.convention_id == signatory.c.convention_id)
    members = sa.select(joined.organisation_id, joined.umbrella_id, joined.joined_on)
    connection = await session.connection()
    return Coverage(
        [Signature(*row) for row in await connection.execute(signed)],
        [Membership(*row) for row in await connection.execute(members)],
    )


async def waiting_mentees(session: AsyncSession, *, on: date, within: Departments) -> list[Mentee]:
    """The mentees admitted by that day who have no open pairing."""
    busy = select(Pairing.mentee_id).where(col(Pairing.state).in_(OPEN))
    query = select(Mentee).where(
        col(Mentee.refusal).is_(None),
        ~col(Mentee.erased),
        Mentee.decided_on <= on,
        col(Mentee.id).not_in(busy),
    )
    if within is not None:
        query = query.where(col(Mentee.department).in_(within))
    return list((await session.exec(query)).all())


async def mentors_with_room(
    session: AsyncSession, *, on: date
) -> tuple[list[Mentor], dict[UUID, int]]:
    """The mentors enrolled by that day, with their places that are neither taken nor proposed."""
    proposed = (
        select(Pairing.mentor_id, func.count().label("proposals"))
        .where(Pairing.state == PairingState.PROPOSED)
        .group_by(col(Pairing.mentor_id))
        .subquery()
    )
    free = Mentor.capacity - Mentor.mentees - func.coalesce(proposed.c.proposals, 0)
    query = (
        select(Mentor, free)
        .outerjoin(proposed, proposed.c.mentor_id == Mentor.id)
        .where(~col(Mentor.erased), Mentor.enrolled_on <= on, free > 0)
    )
    found = (await session.exec(query)).all()
    return [mentor for mentor, _ in found], {mentor.id: places for mentor, places in found}


async def declined_pairs(session: AsyncSession) -> set[tuple[UUID, UUID]]:
    """Who was proposed to whom, or worked with whom, and will not be proposed again."""
    over = select(Pairing.mentee_id, Pairing.mentor_id).where(
        col(Pairing.state).in_({PairingState.DECLINED, PairingState.ENDED})
    )
    return set((await session.exec(over)).all())


async def hold_round(session: AsyncSession) -> None:
    """Let no other round run until this transaction ends."""
    await (await session.connection()).execute(ONE_ROUND_AT_A_TIME)
