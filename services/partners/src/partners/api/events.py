from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from icalendar import Calendar, Event
from sqlmodel import col

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.bounds import Day, days_after, shown
from contracts.enums import AttendeeKind, EventKind
from partners import queries, store
from partners.access import (
    AnyParticipant,
    Attendee,
    NationalManager,
    PartnerManager,
    Reader,
    organisation_scope,
    own_person_id,
)
from partners.commands import events
from partners.commands.events import (
    AddSession,
    AddStand,
    BookStand,
    CallEventOff,
    NoteAttendance,
    PlanEvent,
    Register,
    ResizeSession,
)
from partners.domain.tables import Booking, ProgrammeEvent, Registration, RegistrationState, Stand
from partners.domain.tables import Session as Part

router = APIRouter(prefix="/events", route_class=TransactionalRoute, tags=["events"])
open_router = APIRouter(route_class=TransactionalRoute, tags=["events"])
Days = Annotated[int, Query(ge=1, le=730, description="The number of days after the event.")]
MOST_SHOWN = 1000
TOO_MANY = (
    f"{MOST_SHOWN} événements au plus : les plus anciens manquent."
    f" {MOST_SHOWN} events at most: the oldest are left out."
)


class SessionView(View):
    id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    taken: int
    version: int


class EventView(View):
    """An event, ours or of the organisation that organises it, with its sessions."""

    id: UUID
    kind: EventKind
    name: str
    organised_by: UUID | None
    department: str
    venue: str | None
    starts_on: date
    ends_on: date
    cancelled_on: date | None
    sessions: list[SessionView]
    version: int


class RegistrationView(View):
    id: UUID
    session_id: UUID
    attendee_kind: AttendeeKind
    attendee_id: UUID
    state: RegistrationState
    registered_at: datetime
    registered_by: str


class StandView(View):
    id: UUID
    event_id: UUID
    name: str


class BookingView(View):
    """A booking of a stand; `commitment_id` is the promise that it fulfils, if any."""

    id: UUID
    stand_id: UUID
    organisation_id: UUID
    starts_at: datetime
    ends_at: datetime
    commitment_id: UUID | None
    released: bool


class FollowedView(View):
    """Attendance, and what began within `days` for the attendees."""

    event_id: UUID
    days: int
    mentees: int
    mentors: int
    organisations: int
    pairings: int
    pairings_met_there: int
    outcomes: int


@router.post("", status_code=201, response_model=EventView)
async def plan_event(command: PlanEvent, session: Session, by: PartnerManager) -> ProgrammeEvent:
    """Plan an event, ours or a partner's."""
    return await events.plan_event(session, command, organisation_scope(by))


@router.get("", response_model=Page[EventView])
async def list_events(
    session: Session,
    _by: AnyParticipant,
    kind: EventKind | None = None,
    since: Day | None = None,
    until: Day | None = None,
    organised_by: UUID | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the events by date."""
    query = queries.events(kind=kind, since=since, until=until, organised_by=organised_by)
    order = (ProgrammeEvent.starts_on, ProgrammeEvent.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@open_router.get("/calendar.ics", response_class=Response)
async def get_calendar(session: Session) -> Response:
    """Return recent and future events as iCalendar; it names nobody."""
    query = queries.events_to_show(datetime.now(UTC).date())
    events = (await session.exec(query.limit(MOST_SHOWN + 1))).all()
    calendar = Calendar()
    calendar.add("prodid", "-//Envol//Events//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Envol")
    if len(events) > MOST_SHOWN:
        calendar.add("x-wr-caldesc", TOO_MANY)
    for event in sorted(events[:MOST_SHOWN], key=lambda event: event.starts_on):
        for entry in _entries(event):
            calendar.add_component(entry)
    return Response(calendar.to_ical(), media_type="text/calendar; charset=utf-8")


@open_router.head("/calendar.ics", response_class=Response, include_in_schema=False)
async def probe_calendar(session: Session) -> Response:
    """Answer HEAD like the calendar without its body: some clients send it first."""
    response = await get_calendar(session)
    response.body = b""
    return response


def _entries(event: ProgrammeEvent) -> list[Event]:
    """Return the sessions of an event, or its days if it has none, as calendar entries."""
    parts: list[tuple[UUID, str, date, date]] = [
        (s.id, f"{event.name} : {s.name}", s.starts_at, s.ends_at) for s in event.sessions
    ]
    whole = (event.id, event.name, event.starts_on, days_after(event.ends_on, 1))
    entries = []
    for uid, name, starts, ends in parts or [whole]:
        entry = Event()
        entry.add("uid", f"{uid}@envol")
        entry.add("dtstamp", datetime.now(UTC))
        entry.add("dtstart", starts)
        entry.add("dtend", ends)
        entry.add("summary", shown(name))
        entry.add("status", "CANCELLED" if event.cancelled_on else "CONFIRMED")
        if event.venue:
            entry.add("location", shown(event.venue))
        entries.append(entry)
    return entries


@router.get("/{event_id}", response_model=EventView)
async def get_event(event_id: UUID, session: Session, _by: AnyParticipant) -> ProgrammeEvent:
    """Return an event with its sessions and the number of places taken."""
    return await store.event(session, event_id)


@router.post("/{event_id}/cancellation", response_model=EventView)
async def call_event_off(
    event_id: UUID, command: CallEventOff, session: Session, _by: NationalManager, match: IfMatch
) -> ProgrammeEvent:
    """Cancel an event."""
    return await events.call_event_off(session, event_id, command, match)


@router.post("/{event_id}/sessions", status_code=201, response_model=SessionView)
async def add_session(
    event_id: UUID, command: AddSession, session: Session, by: PartnerManager
) -> Part:
    """Add a session with its own times and capacity to an event."""
    return await events.add_session(session, event_id, command, organisation_scope(by))


@router.put("/{event_id}/sessions/{session_id}/capacity", response_model=SessionView)
async def resize_session(
    event_id: UUID,
    session_id: UUID,
    command: ResizeSession,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Part:
    """Change the capacity of a session; free places go to the waiting list."""
    return await events.resize_session(
        session, event_id, session_id, command, match, within=organisation_scope(by)
    )


@router.post(
    "/{event_id}/sessions/{session_id}/registrations",
    status_code=201,
    response_model=RegistrationView,
)
async def register(
    event_id: UUID, session_id: UUID, command: Register, session: Session, by: Attendee
) -> Registration:
    """Register an attendee; if the session is full, they join the waiting list."""
    own = own_person_id(by, command.attendee_id)
    return await events.register(
        session,
        event_id,
        session_id,
        command,
        within=organisation_scope(by),
        own=own,
        by=by.subject,
    )


@router.get(
    "/{event_id}/sessions/{session_id}/registrations", response_model=Page[RegistrationView]
)
async def list_registrations(
    event_id: UUID,
    session_id: UUID,
    session: Session,
    by: Reader,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the registrations in their order, which is also that of the waiting list.

    A confined manager sees all for their own events, for others those of their organisations.
    """
    event = await store.event(session, event_id)
    within = organisation_scope(by)
    held_by_them = within is not None and event.organised_by in within
    query = queries.registrations_of(session_id, None if held_by_them else within)
    return await paginate(
        session, query, by=(col(Registration.position),), after=after, limit=limit
    )


@router.delete(
    "/{event_id}/sessions/{session_id}/registrations/{registration_id}",
    response_model=RegistrationView,
)
async def withdraw(
    event_id: UUID, session_id: UUID, registration_id: UUID, session: Session, by: Attendee
) -> Registration:
    """Cancel a registration; the first of the waiting list gets the place."""
    return await events.withdraw(
        session,
        event_id,
        session_id,
        registration_id,
        own=own_person_id(by),
        within=organisation_scope(by),
    )


@router.put(
    "/{event_id}/sessions/{session_id}/registrations/{registration_id}/attendance",
    response_model=RegistrationView,
)
async def note_attendance(
    event_id: UUID,
    session_id: UUID,
    registration_id: UUID,
    command: NoteAttendance,
    session: Session,
    by: PartnerManager,
) -> Registration:
    """Record whether an attendee came."""
    return await events.note_attendance(
        session, event_id, session_id, registration_id, command, within=organisation_scope(by)
    )


@router.post("/{event_id}/stands", status_code=201, response_model=StandView)
async def add_stand(
    event_id: UUID, command: AddStand, session: Session, by: PartnerManager
) -> Stand:
    """Add a stand to an event."""
    return await events.add_stand(session, event_id, command, organisation_scope(by))


@router.get("/{event_id}/stands", response_model=Page[StandView])
async def list_stands(
    event_id: UUID, session: Session, _by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the stands of an event."""
    await store.event(session, event_id)
    query = queries.stands_of(event_id)
    return await paginate(session, query, by=(Stand.name, Stand.id), after=after, limit=limit)


@router.post("/{event_id}/stands/{stand_id}/bookings", status_code=201, response_model=BookingView)
async def book_stand(
    event_id: UUID, stand_id: UUID, command: BookStand, session: Session, by: PartnerManager
) -> Booking:
    """Book a stand; if it was promised, its commitment is fulfilled."""
    return await events.book_stand(
        session, event_id, stand_id, command, within=organisation_scope(by), by=by.subject
    )


@router.get("/{event_id}/bookings", response_model=Page[BookingView])
async def list_bookings(
    event_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the bookings of stands at an event."""
    await store.event(session, event_id)
    query = queries.bookings(event_id=event_id, within=organisation_scope(by))
    order = (Booking.starts_at, Booking.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.delete("/{event_id}/stands/{stand_id}/bookings/{booking_id}", response_model=BookingView)
async def release_stand(
    event_id: UUID, stand_id: UUID, booking_id: UUID, session: Session, by: PartnerManager
) -> Booking:
    """Release a booked stand."""
    return await events.release_stand(
        session, event_id, stand_id, booking_id, organisation_scope(by)
    )


@router.get("/{event_id}/results", response_model=FollowedView)
async def results_of_event(
    event_id: UUID, session: Session, _by: Reader, days: Days = 90
) -> queries.EventFollowUp:
    """Return the attendance, and which pairings and outcomes followed within `days`."""
    event = await store.event(session, event_id)
    return await queries.followed(session, event, days)
