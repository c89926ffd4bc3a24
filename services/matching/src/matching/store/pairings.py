"""Loading and locking of pairings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array
from backbone.database.tables import table_of
from backbone.errors import NotFound
from matching.domain.pairing_history import Occupancies, Occupancy
from matching.domain.tables import OPEN, Contact, Mentee, Mentor, Outcome, Pairing, PairingState
from matching.store.people import Scope, is_visible

NOTHING = (PairingState.DECLINED, PairingState.EXPIRED)
"""The states of a pairing that never began and occupies neither side."""
Imported = TypeVar("Imported", Pairing, Contact, Outcome)
OF_PAIRING = col(Pairing.id) == bindparam("pairing_id")
LOCK_PAIRING = (
    select(Pairing, Mentee)
    .join(Mentee, col(Mentee.id) == col(Pairing.mentee_id))
    .where(OF_PAIRING)
    .with_for_update(of=Pairing)
    .execution_options(populate_existing=True)
)
LOCK_MENTOR_OF = (
    select(Mentor)
    .join(Pairing, col(Pairing.mentor_id) == col(Mentor.id))
    .where(OF_PAIRING)
    .with_for_update(of=Mentor)
    .execution_options(populate_existing=True)
)


async def pairing(session: AsyncSession, pairing_id: UUID, within: Scope = None) -> Pairing:
    """Return a pairing within these departments, or one's own; raise `NotFound` for any other."""
    found = await session.get(Pairing, pairing_id)
    mentee = await session.get(Mentee, found.mentee_id) if found else None
    if found is None or not is_visible(found, mentee, within):
        raise NotFound("There is no such pairing. Look for it in the list of pairings.")
    return found


async def lock_pairing(
    session: AsyncSession, pairing_id: UUID, within: Scope
) -> tuple[Pairing, Mentee]:
    """Lock a pairing; return it with its mentee."""
    rows = await session.exec(LOCK_PAIRING, params={"pairing_id": pairing_id})
    found = rows.first()
    if found is None or not is_visible(*found, within):
        raise NotFound("There is no such pairing. Look for it in the list of pairings.")
    return found[0], found[1]


async def lock_mentor_of(session: AsyncSession, pairing_id: UUID) -> Mentor:
    """Lock the mentor of a pairing, so that two pairs cannot take the same last place."""
    found = (await session.exec(LOCK_MENTOR_OF, params={"pairing_id": pairing_id})).first()
    if found is None:
        raise NotFound("There is no such pairing. Look for it in the list of pairings.")
    return found


async def open_pairing_of(session: AsyncSession, mentee_id: UUID) -> Pairing | None:
    """Return the mentee's open pairing, if any."""
    query = select(Pairing).where(Pairing.mentee_id == mentee_id, col(Pairing.state).in_(OPEN))
    return (await session.exec(query.limit(1))).first()


async def overdue_proposals(
    session: AsyncSession, *, before: date, most: int, dead: Collection[UUID]
) -> Sequence[UUID]:
    """Return the proposals to be answered before `before`, due longest first, without `dead`."""
    due = select(Pairing.id).where(
        Pairing.state == PairingState.PROPOSED,
        col(Pairing.answer_by) < before,
        col(Pairing.id).not_in(dead),
    )
    ordered = due.order_by(col(Pairing.answer_by), col(Pairing.id)).limit(most)
    return (await session.exec(ordered)).all()


async def known(
    session: AsyncSession, table: type[Imported], references: Sequence[str]
) -> dict[str, Imported]:
    """Return the rows that were imported earlier under these references."""
    query = select(table).where(in_array(table.reference, references))
    return {str(row.reference): row for row in await session.exec(query)}


async def pairs_by_reference(
    session: AsyncSession, references: Sequence[str]
) -> dict[str, tuple[Pairing, str]]:
    """Lock imported pairings until the transaction ends; return each with its department."""
    found = (
        select(Pairing, Mentee.department)
        .join(Mentee, col(Mentee.id) == Pairing.mentee_id)
        .where(in_array(Pairing.reference, references))
        .order_by(col(Pairing.id))
        .with_for_update(of=Pairing)
    )
    rows = (await session.exec(found)).all()
    return {str(pairing.reference): (pairing, department) for pairing, department in rows}


async def occupancies(
    session: AsyncSession, mentees: Mapping[str, Mentee], mentors: Mapping[str, Mentor]
) -> Occupancies:
    """Return all stays of these mentees and of these mentors."""
    is_of_either = or_(
        in_array(Pairing.mentee_id, [mentee.id for mentee in mentees.values()]),
        in_array(Pairing.mentor_id, [mentor.id for mentor in mentors.values()]),
    )
    pairing = table_of(Pairing).c
    columns = (
        pairing.mentee_id,
        pairing.mentor_id,
        pairing.proposed_on,
        pairing.starts_on,
        pairing.ended_on,
    )
    lasting = sa.select(*columns).where(is_of_either, pairing.state.not_in(NOTHING))
    found = Occupancies()
    for row in await (await session.connection()).execute(lasting):
        found.add(Occupancy(*row))
    return found
