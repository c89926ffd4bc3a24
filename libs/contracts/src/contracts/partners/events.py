"""Events about the programme's events: national meetings, afterworks, presentations, congresses."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.base import Event
from contracts.enums import AttendeeKind, EventKind


class EventFact(Event):
    """A fact about an event of the programme or of a partner."""

    topic: ClassVar[str] = "partners.events"
    keyed_by: ClassVar[str] = "event_id"

    event_id: UUID


class EventPlanned(EventFact):
    """An event is planned, ours or that of the partner `organised_by`."""

    type: Literal["event-planned.v1"] = "event-planned.v1"
    event_kind: EventKind
    organised_by: UUID | None
    department: str
    starts_on: date
    ends_on: date


class EventCancelled(EventFact):
    """An event is cancelled; `contacts` were to attend or hold a stand, and are to be notified."""

    type: Literal["event-cancelled.v1"] = "event-cancelled.v1"
    cancelled_on: date
    starts_on: date | None = None
    contacts: tuple[UUID, ...] = ()


class RegistrationFact(EventFact):
    """A fact about the registration of a person or organisation for a session of an event."""

    session_id: UUID
    registration_id: UUID
    attendee_kind: AttendeeKind
    attendee_id: UUID


class AttendeeRegistered(RegistrationFact):
    """An attendee has a place at a session, or waits for one; `contacts` are to be notified."""

    type: Literal["attendee-registered.v1"] = "attendee-registered.v1"
    waiting: bool
    starts_at: AwareDatetime | None = None
    contacts: tuple[UUID, ...] = ()


class AttendeePromoted(RegistrationFact):
    """A place became free for a waiting attendee; `contacts` are to be notified."""

    type: Literal["attendee-promoted.v1"] = "attendee-promoted.v1"
    starts_at: AwareDatetime
    contacts: tuple[UUID, ...] = ()


class RegistrationCancelled(RegistrationFact):
    """A registration is cancelled; `contacts` are to be notified."""

    type: Literal["registration-cancelled.v1"] = "registration-cancelled.v1"
    starts_at: AwareDatetime | None = None
    contacts: tuple[UUID, ...] = ()


class AttendanceNoted(RegistrationFact):
    """An attendee came, or did not."""

    type: Literal["attendance-noted.v1"] = "attendance-noted.v1"
    attended: bool
    held_on: date


class StandFact(EventFact):
    """A fact about a stand at an event."""

    stand_id: UUID
    booking_id: UUID
    organisation_id: UUID


class StandBooked(StandFact):
    """An organisation holds a stand at our event, or the programme holds one at its event.

    `contacts` are the contact persons of the organisation; they are to be notified.
    """

    type: Literal["stand-booked.v1"] = "stand-booked.v1"
    commitment_id: UUID | None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    held_on: date
    contacts: tuple[UUID, ...] = ()


class StandReleased(StandFact):
    """A stand was given up."""

    type: Literal["stand-released.v1"] = "stand-released.v1"
