"""Events with their sessions, registrations and stands."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import (
    AttendanceNoted,
    AttendeePromoted,
    AttendeeRegistered,
    EventCancelled,
    EventPlanned,
    OccasionCard,
    RegistrationCancelled,
    StandBooked,
    StandReleased,
)
from contracts.enums import AttendeeKind, EventKind
from contracts.local_time import noon_in, today_in
from contracts.territories import zone_of
from partners.domain.identifiers import check_department
from partners.domain.tables import (
    Booking,
    Organisation,
    ProgrammeEvent,
    Registration,
    RegistrationState,
    Session,
    Stand,
)


class EndBeforeStart(Invalid, kind="end-before-start"):
    """An end before the start."""


class OutsideEvent(Invalid, kind="outside-event"):
    """A session or a stand booking outside the days of its event."""


class CongressWithoutOrganiser(Invalid, kind="congress-of-nobody"):
    """A congress without an organiser."""


class EventOver(Refused, kind="event-over"):
    """A change of an event that is cancelled or over."""


class AlreadyRegistered(Refused, kind="already-registered"):
    """A second registration of an attendee for a session."""


class SessionFull(Refused, kind="session-full"):
    """A registration for a full session by someone who does not wait."""


class NotRegistered(Refused, kind="not-registered"):
    """A registration that is cancelled or has no place, or a stand that is released."""


class NotYetHeld(Refused, kind="not-yet-held"):
    """An attendance before the session begins."""


class PlacesTaken(Refused, kind="places-taken"):
    """A capacity below the number of places taken."""


class StandTaken(Refused, kind="stand-taken"):
    """A booking of a stand at a time when it is booked."""


def plan(
    *,
    kind: EventKind,
    name: str,
    organised_by: Organisation | None,
    department: str,
    venue: str | None,
    starts_on: date,
    ends_on: date | None,
) -> tuple[ProgrammeEvent, EventPlanned, OccasionCard]:
    """Plan an event; it lasts one day unless `ends_on` is given."""
    check_department(department)
    ends_on = ends_on or starts_on
    if ends_on < starts_on:
        raise EndBeforeStart(f"It begins on {starts_on} and cannot end before. Check both dates.")
    if kind == EventKind.CONGRESS and organised_by is None:
        raise CongressWithoutOrganiser(
            "A congress is a partner's own. Name who holds it (organised_by)."
        )
    event = ProgrammeEvent(
        kind=kind,
        name=name,
        organised_by=organised_by.id if organised_by else None,
        department=department,
        venue=venue,
        starts_on=starts_on,
        ends_on=ends_on,
        sessions=[],
    )
    card = OccasionCard(occasion_id=event.id, name=name, place=venue, department=department)
    planned = EventPlanned(
        event_id=event.id,
        event_kind=kind,
        organised_by=event.organised_by,
        department=department,
        starts_on=starts_on,
        ends_on=ends_on,
        occurred_at=noon_in(starts_on, department),
    )
    return event, planned, card


def call_off(event: ProgrammeEvent, cancelled_on: date, contacts: Iterable[UUID]) -> EventCancelled:
    """Cancel an event and notify the `contacts`. The caller has locked the row."""
    require_on(event)
    event.cancelled_on, event.version = cancelled_on, event.version + 1
    return EventCancelled(
        event_id=event.id,
        cancelled_on=cancelled_on,
        starts_on=event.starts_on,
        contacts=tuple(sorted(set(contacts))),
        occurred_at=noon_in(cancelled_on, event.department),
    )


def require_on(event: ProgrammeEvent) -> None:
    if event.cancelled_on is not None:
        raise EventOver(f"{event.name} was cancelled on {event.cancelled_on}.")


def add_session(
    event: ProgrammeEvent,
    *,
    name: str,
    starts_at: datetime,
    ends_at: datetime,
    capacity: int | None,
) -> Session:
    """Add a session with its own times and capacity to an event."""
    require_on(event)
    _require_within(event, starts_at, ends_at)
    return Session(
        event_id=event.id, name=name, starts_at=starts_at, ends_at=ends_at, capacity=capacity
    )


def _require_within(event: ProgrammeEvent, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise EndBeforeStart("It ends before it begins. Check both times.")
    first, last = (_day(at, event) for at in (starts_at, ends_at))
    if first < event.starts_on or last > event.ends_on:
        raise OutsideEvent(
            f"{event.name} lasts from {event.starts_on} to {event.ends_on}. Give times within."
        )


def _day(at: datetime, event: ProgrammeEvent) -> date:
    return at.astimezone(zone_of(event.department)).date()


def register(
    session: Session,
    event: ProgrammeEvent,
    *,
    kind: AttendeeKind,
    attendee_id: UUID,
    by: str,
    by_themselves: bool,
    may_wait: bool,
    contacts: Sequence[UUID],
) -> tuple[Registration, AttendeeRegistered]:
    """Register an attendee for a place, or for the waiting list. The caller has locked the session.

    After the event only the team can register, for those who came without registration.
    """
    require_on(event)
    if by_themselves and event.ends_on < today_in(event.department):
        raise EventOver(f"{event.name} ended on {event.ends_on}.")
    waiting = session.is_full
    if waiting and not may_wait:
        raise SessionFull(
            f"All {session.capacity} places of {session.name} are taken. Register to wait for one"
            " (may_wait), or give the session more places."
        )
    session.taken += not waiting
    state = RegistrationState.WAITING if waiting else RegistrationState.REGISTERED
    registration = Registration(
        session_id=session.id,
        attendee_kind=kind,
        attendee_id=attendee_id,
        state=state,
        registered_by=by,
    )
    return registration, AttendeeRegistered(
        **_ids(registration, session),
        waiting=waiting,
        starts_at=session.starts_at,
        contacts=_recipients(registration, contacts),
    )


def _recipients(registration: Registration, contacts: Sequence[UUID]) -> tuple[UUID, ...]:
    """Return whom to notify: the contacts of an organisation, or the attendee."""
    if registration.attendee_kind == AttendeeKind.ORGANISATION:
        return tuple(contacts)
    return (registration.attendee_id,)


def _ids(registration: Registration, session: Session) -> dict[str, object]:
    return {
        "event_id": session.event_id,
        "session_id": session.id,
        "registration_id": registration.id,
        "attendee_kind": registration.attendee_kind,
        "attendee_id": registration.attendee_id,
    }


def withdraw(
    registration: Registration, session: Session, contacts: Sequence[UUID] = ()
) -> RegistrationCancelled:
    """Cancel a registration and free its place. The caller has locked the session.

    `contacts` of an organisation are notified; a mentee or a mentor is notified in person.
    """
    if registration.state not in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
        raise NotRegistered(f"This registration is {registration.state} already.")
    session.taken -= registration.state == RegistrationState.REGISTERED
    registration.state = RegistrationState.CANCELLED
    return RegistrationCancelled(
        **_ids(registration, session),
        starts_at=session.starts_at,
        contacts=_recipients(registration, contacts),
    )


def has_begun(session: Session) -> bool:
    return session.starts_at <= datetime.now(UTC)


def promote(
    registration: Registration, session: Session, contacts: Sequence[UUID]
) -> AttendeePromoted:
    """Give a free place to the first of the waiting list. The caller has locked the session.

    `contacts` of an organisation are notified; a mentee or a mentor is notified in person.
    """
    registration.state = RegistrationState.REGISTERED
    session.taken += 1
    return AttendeePromoted(
        **_ids(registration, session),
        starts_at=session.starts_at,
        contacts=_recipients(registration, contacts),
    )


def resize(session: Session, capacity: int | None) -> None:
    """Change the capacity; raise `PlacesTaken` if too small. The caller has locked the session."""
    if capacity is not None and capacity < session.taken:
        raise PlacesTaken(f"{session.taken} have a place. Give as many, or let some cancel first.")
    session.capacity, session.version = capacity, session.version + 1


def note_attendance(
    registration: Registration, session: Session, event: ProgrammeEvent, *, attended: bool
) -> AttendanceNoted:
    """Record whether an attendee who had a place came."""
    require_on(event)
    if not has_begun(session):
        raise NotYetHeld(f"{session.name} has not begun. Record attendance once it has.")
    if registration.state in {RegistrationState.CANCELLED, RegistrationState.WAITING}:
        raise NotRegistered(
            f"They are {registration.state}. Register them if they came nevertheless."
        )
    registration.state = RegistrationState.ATTENDED if attended else RegistrationState.ABSENT
    held_on = _day(session.starts_at, event)
    return AttendanceNoted(
        **_ids(registration, session),
        attended=attended,
        held_on=held_on,
        occurred_at=noon_in(held_on, event.department),
    )


def book(
    stand: Stand,
    event: ProgrammeEvent,
    organisation: Organisation,
    *,
    starts_at: datetime,
    ends_at: datetime,
    others: Collection[Booking],
    contacts: Sequence[UUID],
    commitment_id: UUID | None = None,
) -> tuple[Booking, StandBooked]:
    """Book a stand for an organisation. The caller has locked the stand.

    `contacts` of the organisation are notified.
    """
    require_on(event)
    _require_within(event, starts_at, ends_at)
    for other in others:
        if not other.released and other.starts_at < ends_at and starts_at < other.ends_at:
            raise StandTaken(
                f"{stand.name} is held from {_hour(other.starts_at, event)} to"
                f" {_hour(other.ends_at, event)}. Give another time, or another stand."
            )
    booking = Booking(
        stand_id=stand.id,
        organisation_id=organisation.id,
        starts_at=starts_at,
        ends_at=ends_at,
        commitment_id=commitment_id,
    )
    held_on = _day(starts_at, event)
    return booking, StandBooked(
        event_id=event.id,
        stand_id=stand.id,
        booking_id=booking.id,
        organisation_id=organisation.id,
        commitment_id=booking.commitment_id,
        starts_at=starts_at,
        ends_at=ends_at,
        held_on=held_on,
        contacts=tuple(contacts),
        occurred_at=noon_in(held_on, event.department),
    )


def _hour(at: datetime, event: ProgrammeEvent) -> str:
    return f"{at.astimezone(zone_of(event.department)):%d/%m/%Y %H:%M}"


def release(booking: Booking, stand: Stand) -> StandReleased:
    """Release a booked stand. The caller has locked the stand."""
    if booking.released:
        raise NotRegistered("This booking was released already.")
    booking.released = True
    return StandReleased(
        event_id=stand.event_id,
        stand_id=stand.id,
        booking_id=booking.id,
        organisation_id=booking.organisation_id,
    )
