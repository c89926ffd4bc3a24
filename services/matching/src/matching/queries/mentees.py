"""Mentees, their status, and the lists of one mentee."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import MenteeStatus
from matching.domain.status import has_status, mentee_status
from matching.domain.tables import Exclusion, Mentee, NeighbourhoodCorrection


def mentees(  # noqa: PLR0913  (each may narrow the list)
    *,
    within: Collection[str] | None,
    waiting: bool | None,
    decided: bool | None,
    department: str | None,
    reference: str | None = None,
    status: MenteeStatus | None = None,
) -> SelectOfScalar[Mentee]:
    query = select(Mentee)
    if reference is not None:
        query = query.where(Mentee.reference == reference)
    if decided is not None:
        known = col(Mentee.decided_on).is_not(None)
        query = query.where(known if decided else ~known & ~col(Mentee.erased))
    if within is not None:
        query = query.where(col(Mentee.department).in_(within))
    if department is not None:
        query = query.where(Mentee.department == department)
    if waiting is not None:
        waits = has_status(MenteeStatus.WAITING)
        query = query.where(waits if waiting else ~waits)
    if status is not None:
        query = query.where(has_status(status))
    return query


async def statuses(
    session: AsyncSession, mentees: Collection[UUID]
) -> dict[UUID, MenteeStatus | None]:
    """Return the status of each of these mentees; see `domain.status`."""
    query = select(Mentee.id, mentee_status()).where(col(Mentee.id).in_(mentees))
    return {
        mentee_id: MenteeStatus(status) if status else None
        for mentee_id, status in (await session.exec(query)).all()
    }


def exclusions_of(mentee_id: UUID) -> SelectOfScalar[Exclusion]:
    return select(Exclusion).where(Exclusion.mentee_id == mentee_id)


def corrections_of(mentee_id: UUID) -> SelectOfScalar[NeighbourhoodCorrection]:
    return select(NeighbourhoodCorrection).where(NeighbourhoodCorrection.mentee_id == mentee_id)
