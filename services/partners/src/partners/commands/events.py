"""Event commands: events, sessions, registrations, attendance, stands."""

from collections.abc import Mapping, Sequence
from itertools import chain
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Invalid
from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day, Instant
from contracts.enums import AttendeeKind, CommitmentKind, ContactRole, EventKind, Party
from contracts.local_time import today_in
from partners import store
from partners.commands import Name, Note
from partners.domain import commitments, events
from partners.domain.tables import Booking, ProgrammeEvent, Registration, Session, Stand

Capacity = Field(
    default=None, ge=1, le=100_000, description="The number of places; none: no limit."
)


class NotPromised(Invalid, kind="not-promised"):
    """A commitment that is not of a stand, or not of the side that gives this one."""


class AttendeeUnknown(Invalid, kind="attendee-unknown"):
    """An attendee who is unknown here."""


class PlanEvent(Command):
    """An event, ours or of the partner `organised_by`; one day unless `ends_on` is given."""

    model_config = example(
        kind="afterwork", name="Afterwork 3F", department="75", starts_on="2014-11-06"
    )

    kind: EventKind
    name: Name
    organised_by: UUID | None = None
    department: str = Field(max_length=3)
    venue: Note | None = None
    starts_on: Day
    ends_on: Day | None = None


class CallEventOff(Command):
    model_config = example(cancelled_on="2014-10-30")

    cancelled_on: Day | None = None


class AddSession(Command):
    model_config = example(
        name="CV workshop",
        starts_at="2014-11-20T09:30:00+01:00",
        ends_at="2014-11-20T11:00:00+01:00",
        capacity=40,
    )

    name: Name
    starts_at: Instant
    ends_at: Instant
    capacity: int | None = Capacity


class ResizeSession(Command):
    model_config = example(capacity=60)

    capacity: int | None = Capacity


class Register(Command):
    """An attendee: a mentee, a mentor or an organisation, by its id.

    If the session is full they join the waiting list, unless `may_wait` is false.
    """

    model_config = example(
        attendee_kind="mentee", attendee_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11"
    )

    attendee_kind: AttendeeKind
    attendee_id: UUID
    may_wait: bool = True


class NoteAttendance(Command):
    model_config = example(attended=True)

    attended: bool


class AddStand(Command):
    model_config = example(name="Stand A12")

    name: Name


class BookStand(Command):
    """A booking by a partner at our event, or by us at the event of that partner."""

    model_config = example(
        organisation_id="0b8f6a52-8f0e-4a0c-9d55-6a1f0b0d7c11",
        starts_at="2014-11-20T09:00:00+01:00",
        ends_at="2014-11-20T18:00:00+01:00",
    )

    organisation_id: UUID
    starts_at: Instant
    ends_at: Instant
    commitment_id: UUID | None = None


async def plan_event(
    session: AsyncSession, command: PlanEvent, within: store.Scope
) -> ProgrammeEvent:
    holder = command.organised_by
    store.require_own(holder, within)
    organisation = await store.organisation(session, holder, within) if holder else None
    event, planned, card = events.plan(
        **command.model_dump(exclude={"organised_by"}), organised_by=organisation
    )
    session.add(event)
    emit(session, planned, card)
    return event


async def call_event_off(
    session: AsyncSession, event_id: UUID, command: CallEventOff, match: ExpectedVersion
) -> ProgrammeEvent:
    event = await store.lock_event(session, event_id, None)
    match.require(event.version)
    people, organisations = await store.attendees_of(session, event_id)
    contacts = await store.contacts_for(session, organisations, ContactRole.EVENTS)
    recipients = [*people, *chain.from_iterable(contacts.values())]
    cancelled_on = command.cancelled_on or today_in(event.department)
    emit(session, events.call_off(event, cancelled_on, recipients))
    return event


async def add_session(
    session: AsyncSession, event_id: UUID, command: AddSession, within: store.Scope
) -> Session:
    event = await store.lock_event(session, event_id, within)
    part = events.add_session(event, **command.model_dump())
    session.add(part)
    return part


async def resize_session(
    session: AsyncSession,
    event_id: UUID,
    session_id: UUID,
    command: ResizeSession,
    match: ExpectedVersion,
    *,
    within: store.Scope,
) -> Session:
    """Change the capacity; free places go to the waiting list, longest wait first."""
    event = await store.lock_event(session, event_id, within)
    events.require_on(event)
    part = await store.lock_session(session, event_id, session_id)
    match.require(part.version)
    events.resize(part, command.capacity)
    await _promote(session, part)
    return part


async def register(
    session: AsyncSession,
    event_id: UUID,
    session_id: UUID,
    command: Register,
    *,
    within: store.Scope,
    own: store.Own,
    by: str,
) -> Registration:
    """Register an attendee; locks keep the count of places exact under concurrency."""
    event = await store.lock_event_shared(session, event_id)
    part = await store.lock_session(session, event_id, session_id)
    is_organiser = within is not None and event.organised_by in within
    attendee_id = await store.surviving_mentee_id(session, command.attendee_id)
    known = command.attendee_kind, attendee_id, None if is_organiser else within
    if not await store.attendee_exists(session, *known):
        raise AttendeeUnknown(
            f"No {command.attendee_kind} has this id, as far as is known here. If they were"
            " admitted a moment ago, try again; else check the id."
        )
    before = await store.registration_of(session, session_id, attendee_id)
    if before is not None:
        raise events.AlreadyRegistered(f"They are {before.state} for {part.name} already.")
    whole = [attendee_id] if command.attendee_kind == AttendeeKind.ORGANISATION else []
    contacts = await store.contacts_for(session, whole, ContactRole.EVENTS)
    registration, registered = events.register(
        part,
        event,
        kind=command.attendee_kind,
        attendee_id=attendee_id,
        by=by,
        by_themselves=own is not None,
        may_wait=command.may_wait,
        contacts=contacts[attendee_id],
    )
    session.add(registration)
    emit(session, registered)
    return registration


async def withdraw(
    session: AsyncSession,
    event_id: UUID,
    session_id: UUID,
    registration_id: UUID,
    *,
    own: store.Own,
    within: store.Scope,
) -> Registration:
    """Cancel a registration; its place goes at once to the first of the waiting list."""
    event = await store.lock_event_shared(session, event_id)
    part = await store.lock_session(session, event_id, session_id)
    is_organiser = within is not None and event.organised_by in within
    own = await store.surviving_mentee_id(session, own) if own else None
    registration = await store.registration(
        session, session_id, registration_id, own=own, within=None if is_organiser else within
    )
    await cancel_registration(session, event, part, registration)
    return registration


async def cancel_registration(
    session: AsyncSession, event: ProgrammeEvent, part: Session, registration: Registration
) -> None:
    """Free a place and give it to the first of the waiting list.

    The caller has locked the session.
    """
    contacts = await _contacts_of(session, [registration])
    emit(session, events.withdraw(registration, part, contacts[registration.attendee_id]))
    if event.cancelled_on is None:
        await _promote(session, part)


async def _promote(session: AsyncSession, part: Session) -> None:
    """Give free places to the waiting list, unless the session has begun."""
    if events.has_begun(part):
        return
    free = None if part.capacity is None else part.capacity - part.taken
    waiting = await store.waiting_list(session, part.id, free)
    contacts = await _contacts_of(session, waiting)
    emit(session, *(events.promote(each, part, contacts[each.attendee_id]) for each in waiting))


async def _contacts_of(
    session: AsyncSession, registrations: Sequence[Registration]
) -> Mapping[UUID, Sequence[UUID]]:
    """Return the contacts of the organisations among these registrations."""
    organisations = {
        each.attendee_id
        for each in registrations
        if each.attendee_kind == AttendeeKind.ORGANISATION
    }
    return await store.contacts_for(session, organisations, ContactRole.EVENTS)


async def note_attendance(
    session: AsyncSession,
    event_id: UUID,
    session_id: UUID,
    registration_id: UUID,
    command: NoteAttendance,
    *,
    within: store.Scope,
) -> Registration:
    event = await store.lock_event(session, event_id, within)
    part = await store.lock_session(session, event_id, session_id)
    registration = await store.registration(
        session, session_id, registration_id, own=None, within=None
    )
    attendance = events.note_attendance(registration, part, event, attended=command.attended)
    emit(session, attendance)
    return registration


async def add_stand(
    session: AsyncSession, event_id: UUID, command: AddStand, within: store.Scope
) -> Stand:
    event = await store.lock_event(session, event_id, within)
    events.require_on(event)
    stand = Stand(event_id=event.id, name=command.name)
    session.add(stand)
    return stand


async def book_stand(
    session: AsyncSession,
    event_id: UUID,
    stand_id: UUID,
    command: BookStand,
    *,
    within: store.Scope,
    by: str,
) -> Booking:
    """Book a stand; if it was promised, record the fulfilment of the commitment."""
    event = await store.lock_event_shared(session, event_id)
    stand = await store.lock_stand(session, event_id, stand_id)
    organisation = await store.organisation(session, command.organisation_id, within)
    contacts = await store.contacts_for(session, [organisation.id], ContactRole.EVENTS)
    booking, booked = events.book(
        stand,
        event,
        organisation,
        **command.model_dump(exclude={"organisation_id"}),
        others=await store.bookings_of(session, stand_id),
        contacts=contacts[organisation.id],
    )
    if command.commitment_id is not None:
        booking.fulfilment_id = await _keep(session, event, booking, within, by=by)
    session.add(booking)
    emit(session, booked)
    return booking


async def _keep(
    session: AsyncSession, event: ProgrammeEvent, booking: Booking, within: store.Scope, *, by: str
) -> UUID:
    """Record the fulfilment of a promised stand on the first day of its event."""
    assert booking.commitment_id is not None  # the caller checks
    promised = await store.lock_commitment(session, booking.commitment_id, within)
    giver = Party.PARTNER if event.organised_by else Party.PROGRAMME
    stands = promised.kind == CommitmentKind.STAND and promised.party == giver
    if not stands or promised.organisation_id != booking.organisation_id:
        raise NotPromised(
            "This commitment is not of a stand from this side to that one. Name another, or none."
        )
    given_on = min(event.starts_on, today_in(event.department))
    fulfilment, fulfilled = commitments.fulfil(
        promised, quantity=1, given_on=given_on, note=event.name, by=by
    )
    emit(session, fulfilled)
    await session.flush()
    return fulfilment.id


async def release_stand(
    session: AsyncSession, event_id: UUID, stand_id: UUID, booking_id: UUID, within: store.Scope
) -> Booking:
    """Release a stand and void the fulfilment that its booking recorded."""
    stand = await store.lock_stand(session, event_id, stand_id)
    booking = await store.booking(session, stand_id, booking_id, within)
    emit(session, events.release(booking, stand))
    if booking.commitment_id is not None and booking.fulfilment_id is not None:
        promised = await store.lock_commitment(session, booking.commitment_id, None)
        emit(session, commitments.take_back(promised, booking.fulfilment_id))
    return booking
