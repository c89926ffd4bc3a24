"""Loading of leads."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from partners.domain.tables import Lead, LeadMove
from partners.store.organisations import Scope


async def lead(session: AsyncSession, lead_id: UUID, within: Scope = None) -> Lead:
    """Return a lead; a confined caller sees those that its organisations introduced."""
    return _known(await session.get(Lead, lead_id), within)


async def lock_lead(
    session: AsyncSession, lead_id: UUID, within: Scope = None
) -> tuple[Lead, date]:
    """Lock a lead; return it with the date of its last move."""
    found = _known(await session.get(Lead, lead_id, with_for_update=True), within)
    last = select(func.max(LeadMove.moved_on)).where(LeadMove.lead_id == lead_id)
    return found, (await session.exec(last)).one()


async def moves_of_lead(session: AsyncSession, lead_id: UUID) -> Sequence[LeadMove]:
    """Return the moves of a lead, in their order."""
    query = select(LeadMove).where(LeadMove.lead_id == lead_id)
    return (await session.exec(query.order_by(col(LeadMove.position)))).all()


def _known(found: Lead | None, within: Scope) -> Lead:
    if found is None or not (within is None or found.introduced_by in within):
        raise NotFound("There is no such lead. Look for it in the list of leads.")
    return found
