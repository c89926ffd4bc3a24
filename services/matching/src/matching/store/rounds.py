"""Loading what a round looks at."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from matching.domain.tables import OPEN, Mentee, Mentor, Pairing, PairingState
from matching.store.people import Departments

ONE_ROUND_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('round'), 0)")


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
