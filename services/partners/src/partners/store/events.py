"""Loading of events, registrations and stands."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Forbidden, NotFound
from contracts.enums import AttendeeKind
from partners.domain.tables import (
    Booking,
    Organisation,
    ProgrammeEvent,
    Registration,
    RegistrationState,
    Session,
    Stand,
)
from partners.read_model import ErasedPerson, Mentee, Mentor, Merged
from partners.store.organisations import Scope, is_within

Own = UUID | None
"""The mentor or mentee to whom the caller's token is confined; `None`: not confined."""


async def event(session: AsyncSession, event_id: UUID) -> ProgrammeEvent:
    return _there(await session.get(ProgrammeEvent, event_id))


async def lock_event_shared(session: AsyncSession, event_id: UUID) -> ProgrammeEvent:
    """Lock an event for reading (FOR SHARE), so that it cannot be cancelled in the meantime."""
    return _there(await session.get(ProgrammeEvent, event_id, with_for_update={"read": True}))


async def lock_event(session: AsyncSession, event_id: UUID, within: Scope) -> ProgrammeEvent:
    """Lock an event; raise `Forbidden` unless an organisation of the caller organises it."""
    event = _there(await session.get(ProgrammeEvent, event_id, with_for_update=True))
    require_own(event.organised_by, within)
    return event


def require_own(holder: UUID | None, within: Scope) -> None:
    """Raise `Forbidden` unless the organiser is one of the caller's organisations."""
    if within is not None and holder not in within:
        raise Forbidden("It is not an event of your organisations. Ask the national team.")


def _there(found: ProgrammeEvent | None) -> ProgrammeEvent:
    if found is None:
        raise NotFound("There is no such event. Look for it in the list of events.")
    return found


async def lock_session(session: AsyncSession, event_id: UUID, session_id: UUID) -> Session:
    """Lock a session of an event, so that registrations for it take place one after another."""
    held = await session.get(Session, session_id, with_for_update=True, populate_existing=True)
    if held is None or held.event_id != event_id:
        raise NotFound("There is no such session. Look for it in the event.")
    return held


async def attendee_exists(
    session: AsyncSession, kind: AttendeeKind, attendee_id: UUID, within: Scope
) -> bool:
    """Return whether an attendee is known and, if an organisation, visible to the caller.

    A person who was erased is unknown.
    """
    erased = await session.get(ErasedPerson, attendee_id)
    if erased is not None or not is_within([attendee_id], within):
        return False
    tables: dict[AttendeeKind, type[SQLModel]] = {
        AttendeeKind.MENTEE: Mentee,
        AttendeeKind.MENTOR: Mentor,
        AttendeeKind.ORGANISATION: Organisation,
    }
    return await session.get(tables[kind], attendee_id) is not None


async def surviving_mentee_id(session: AsyncSession, attendee_id: UUID) -> UUID:
    """Return the id under which a mentee continues after merges, or the same id."""
    merged = await session.get(Merged, attendee_id)
    return merged.mentee_id if merged else attendee_id


class Held(NamedTuple):
    """A registration, with the event and session that have to be locked before it."""

    event_id: UUID
    session_id: UUID
    registration_id: UUID


async def registrations_to_come(
    session: AsyncSession, attendees: Collection[UUID]
) -> Sequence[Held]:
    """Return future registrations of these people, in the order of locking sessions."""
    query = select(Session.event_id, Session.id, Registration.id).where(
        col(Registration.session_id) == Session.id,
        col(Registration.attendee_id).in_(attendees),
        col(Registration.state).in_([RegistrationState.REGISTERED, RegistrationState.WAITING]),
        col(Session.starts_at) > func.now(),
    )
    ordered = query.order_by(col(Session.event_id), col(Session.id), col(Registration.id))
    return [Held(*row) for row in (await session.exec(ordered)).all()]


async def registrations_of(session: AsyncSession, attendee_id: UUID) -> Sequence[Held]:
    """Return all registrations of a person, in any state."""
    query = select(Session.event_id, Session.id, Registration.id).where(
        col(Registration.session_id) == Session.id, Registration.attendee_id == attendee_id
    )
    ordered = query.order_by(col(Session.event_id), col(Session.id), col(Registration.id))
    return [Held(*row) for row in (await session.exec(ordered)).all()]


async def registration_of(
    session: AsyncSession, session_id: UUID, attendee_id: UUID
) -> Registration | None:
    """Return an attendee's registration for a session that is not cancelled, if any."""
    query = select(Registration).where(
        Registration.session_id == session_id,
        Registration.attendee_id == attendee_id,
        Registration.state != RegistrationState.CANCELLED,
    )
    return (await session.exec(query)).first()


async def was_cancelled(session: AsyncSession, session_id: UUID, attendee_id: UUID) -> bool:
    """Return whether the attendee cancelled a registration for the session."""
    query = select(Registration.id).where(
        Registration.session_id == session_id,
        Registration.attendee_id == attendee_id,
        Registration.state == RegistrationState.CANCELLED,
    )
    return (await session.exec(query)).first() is not None


async def registration(
    session: AsyncSession, session_id: UUID, registration_id: UUID, *, own: Own, within: Scope
) -> Registration:
    """Return a registration of the caller's own scope; raise `NotFound` for any other."""
    found = await session.get(Registration, registration_id, populate_existing=True)
    hidden = (
        found is None
        or own not in {None, found.attendee_id}
        or not is_within([found.attendee_id], within)
    )
    if found is None or hidden or found.session_id != session_id:
        raise NotFound("There is no such registration. Look for it among those of the session.")
    return found


async def waiting_list(
    session: AsyncSession, session_id: UUID, most: int | None
) -> Sequence[Registration]:
    """Return the first `most` registrations of the waiting list."""
    query = (
        select(Registration)
        .where(
            Registration.session_id == session_id,
            Registration.state == RegistrationState.WAITING,
        )
        .order_by(col(Registration.position))
        .limit(most)
    )
    return (await session.exec(query)).all()


async def lock_stand(session: AsyncSession, event_id: UUID, stand_id: UUID) -> Stand:
    held = await session.get(Stand, stand_id, with_for_update=True)
    if held is None or held.event_id != event_id:
        raise NotFound("There is no such stand. Look for it among those of the event.")
    return held


async def bookings_of(session: AsyncSession, stand_id: UUID) -> Sequence[Booking]:
    query = select(Booking).where(Booking.stand_id == stand_id, ~col(Booking.released))
    return (await session.exec(query)).all()


async def booking(
    session: AsyncSession, stand_id: UUID, booking_id: UUID, within: Scope
) -> Booking:
    found = await session.get(Booking, booking_id)
    hidden = found is None or not is_within([found.organisation_id], within)
    if found is None or hidden or found.stand_id != stand_id:
        raise NotFound("There is no such booking. Look for it among those of the stand.")
    return found


async def stand_named(session: AsyncSession, event_id: UUID, name: str) -> Stand | None:
    query = select(Stand).where(Stand.event_id == event_id, Stand.name == name)
    return (await session.exec(query)).first()


async def session_named(session: AsyncSession, event_id: UUID, name: str) -> Session | None:
    query = select(Session).where(Session.event_id == event_id, Session.name == name)
    return (await session.exec(query)).first()


async def attendees_of(session: AsyncSession, event_id: UUID) -> tuple[set[UUID], set[UUID]]:
    """Return the people and organisations with a registration or a stand at an event."""
    comes = (
        select(Registration)
        .join(Session, col(Session.id) == col(Registration.session_id))
        .where(
            col(Session.event_id) == event_id,
            col(Registration.state).in_([RegistrationState.REGISTERED, RegistrationState.WAITING]),
        )
    )
    found = (await session.exec(comes)).all()
    held = (
        select(Booking.organisation_id)
        .join(Stand, col(Stand.id) == col(Booking.stand_id))
        .where(col(Stand.event_id) == event_id, ~col(Booking.released))
    )
    coming = {each.attendee_id for each in found}
    organisations = {
        each.attendee_id for each in found if each.attendee_kind == AttendeeKind.ORGANISATION
    }
    return coming - organisations, organisations | set((await session.exec(held)).all())
