"""Loading of the board: seats, representatives and meetings."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from partners.domain.tables import ContactPerson, Meeting, Organisation, Representative, Seat


async def seats_of(session: AsyncSession, organisation_id: UUID) -> Sequence[Seat]:
    """Return all seats of an organisation, past ones included."""
    return (await session.exec(select(Seat).where(Seat.organisation_id == organisation_id))).all()


async def seats_on(session: AsyncSession, on: date) -> Sequence[Seat]:
    """Return the seats held on a date, ordered by the names of their holders."""
    query = (
        select(Seat)
        .join(Organisation, col(Organisation.id) == col(Seat.organisation_id))
        .where(
            col(Seat.starts_on) <= on,
            or_(col(Seat.left_on).is_(None), col(Seat.left_on) >= on),
            or_(col(Seat.term_ends_on).is_(None), col(Seat.term_ends_on) >= on),
        )
        .order_by(col(Organisation.folded_name), col(Seat.id))
    )
    return (await session.exec(query)).all()


async def seat(session: AsyncSession, seat_id: UUID, *, lock: bool = False) -> Seat:
    held = await session.get(Seat, seat_id, with_for_update=lock)
    if held is None:
        raise NotFound("There is no such seat. Look for it in the list of the board's seats.")
    return held


async def lock_seat(session: AsyncSession, seat_id: UUID) -> Seat:
    return await seat(session, seat_id, lock=True)


async def representatives_on(
    session: AsyncSession, seats: Sequence[Seat], on: date
) -> dict[UUID, ContactPerson]:
    """Return the representative of each seat on a date; seats without one are left out."""
    query = (
        select(col(Representative.seat_id), ContactPerson)
        .join(ContactPerson, col(ContactPerson.id) == col(Representative.person_id))
        .where(
            col(Representative.seat_id).in_([seat.id for seat in seats]),
            col(Representative.from_on) <= on,
        )
        .order_by(col(Representative.from_on))
    )
    last = dict((await session.exec(query)).all())
    return {
        seat_id: person
        for seat_id, person in last.items()
        if not person.erased and (person.until_on is None or person.until_on >= on)
    }


async def represented_by(session: AsyncSession, seat_id: UUID) -> Sequence[str]:
    """Return the full names of all representatives of a seat, the latest first."""
    query = (
        select(ContactPerson)
        .join(Representative, col(Representative.person_id) == col(ContactPerson.id))
        .where(Representative.seat_id == seat_id)
        .order_by(col(Representative.from_on).desc())
    )
    return [f"{one.given_name} {one.family_name}" for one in await session.exec(query)]


async def meeting(session: AsyncSession, meeting_id: UUID) -> Meeting:
    return _there(await session.get(Meeting, meeting_id))


async def lock_meeting(session: AsyncSession, meeting_id: UUID) -> Meeting:
    return _there(await session.get(Meeting, meeting_id, with_for_update=True))


def _there(found: Meeting | None) -> Meeting:
    if found is None:
        raise NotFound("There is no such meeting. Look for it in the list of the board's meetings.")
    return found


async def meeting_at(session: AsyncSession, takes_place_at: datetime) -> Meeting | None:
    """Return the board meeting at that moment, if there is one."""
    query = select(Meeting).where(Meeting.takes_place_at == takes_place_at)
    return (await session.exec(query)).first()
