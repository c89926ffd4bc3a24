"""Loading of commitments and of how much of them was given."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from contracts.enums import CommitmentKind, Party
from partners.domain.tables import Commitment, Fulfilment
from partners.store.organisations import Scope, is_within

MENTORS = text("""
WITH RECURSIVE below (root_id, organisation_id) AS (
    SELECT DISTINCT organisation_id, organisation_id FROM commitment
    WHERE id = ANY(CAST(:commitments AS uuid[]))
    UNION
    SELECT root_id, membership.organisation_id
    FROM below JOIN membership ON membership.umbrella_id = below.organisation_id
    WHERE joined_on <= :as_of AND coalesce(left_on, 'infinity') >= :as_of
)
SELECT commitment.id, count(DISTINCT mentor_id) AS mentors
FROM commitment
JOIN below ON below.root_id = commitment.organisation_id
JOIN organisation AS employer
  ON coalesce(employer.merged_into, employer.id) = below.organisation_id
JOIN mentor ON mentor.organisation_id = employer.id
WHERE commitment.id = ANY(CAST(:commitments AS uuid[]))
  AND enrolled_on BETWEEN made_on AND :as_of
GROUP BY commitment.id
""")
"""Mentors of an organisation and its members (at any depth), enrolled since the commitment."""


async def lock_commitment(session: AsyncSession, commitment_id: UUID, within: Scope) -> Commitment:
    held = {"of": Commitment}
    found = await session.get(Commitment, commitment_id, with_for_update=held)
    if found is None or not is_within([found.organisation_id], within):
        raise NotFound("There is no such commitment. Look for it in the convention's commitments.")
    return found


async def lock_amounts_owed(
    session: AsyncSession, organisation_id: UUID, on: date
) -> Sequence[Commitment]:
    """Lock the amounts that an organisation owes on a date; return them by due date."""
    query = (
        select(Commitment)
        .where(
            Commitment.organisation_id == organisation_id,
            Commitment.party == Party.PARTNER,
            Commitment.kind == CommitmentKind.AMOUNT,
            Commitment.made_on <= on,
            col(Commitment.withdrawn_on).is_(None),
        )
        .order_by(col(Commitment.due_on), col(Commitment.made_on), col(Commitment.id))
        .with_for_update(of=Commitment)
    )
    return (await session.exec(query)).all()


async def lock_paid_by(session: AsyncSession, gift_id: UUID) -> Sequence[Fulfilment]:
    """Lock the commitments that a gift paid; return the fulfilments that it paid."""
    query = (
        select(Commitment, Fulfilment)
        .join(Fulfilment, col(Fulfilment.commitment_id) == col(Commitment.id))
        .where(Fulfilment.gift_id == gift_id, ~col(Fulfilment.withdrawn))
        .order_by(col(Commitment.id))
        .with_for_update(of=Commitment)
    )
    return [part for _, part in (await session.exec(query)).all()]


async def given_quantities(
    session: AsyncSession, commitments: Sequence[Commitment], as_of: date
) -> Mapping[UUID, int]:
    """Return the quantity given up to `as_of`: mentors as enrolled, the rest as recorded."""
    of_mentors = [c.id for c in commitments if c.kind == CommitmentKind.MENTORS]
    recorded = {c.id: c.recorded_by(as_of) for c in commitments}
    if not of_mentors:
        return recorded
    connection = await session.connection()
    rows = await connection.execute(MENTORS, {"commitments": of_mentors, "as_of": as_of})
    return recorded | {row.id: row.mentors for row in rows}


async def commitment_like(  # noqa: PLR0913  (what distinguishes commitments)
    session: AsyncSession,
    convention_id: UUID,
    organisation_id: UUID,
    *,
    party: Party,
    kind: CommitmentKind,
    made_on: date,
    due_on: date | None,
) -> Commitment | None:
    """Return the commitment of this kind with these dates, if there is one."""
    query = select(Commitment).where(
        Commitment.convention_id == convention_id,
        Commitment.organisation_id == organisation_id,
        Commitment.party == party,
        Commitment.kind == kind,
        Commitment.made_on == made_on,
        col(Commitment.due_on).is_not_distinct_from(due_on),
    )
    return (await session.exec(query)).first()
