"""What partners tells of events: the national meeting, afterworks, presentations, congresses."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Card, Event
from contracts.words import AttendeeKind, EventKind


class EventFact(Event):
    """Something that happened about an event."""

    topic: ClassVar[str] = "partners.events"
    keyed_by: ClassVar[str] = "event_id"

    event_id: UUID


class EventPlanned(EventFact):
    """An event is to take place, ours or that of the organisation that holds it."""

    type: Literal["event-planned.v1"] = "event-planned.v1"
    event_kind: EventKind
    organised_by: UUID | None
    department: str
    starts_on: date
    ends_on: date


class EventCancelled(EventFact):
    """An event does not take place; `contacts` were to come or hold a stand, and are to be told."""

    type: Literal["event-cancelled.v1"] = "event-cancelled.v1"
    cancelled_on: date
    starts_on: date | None = None
    contacts: tuple[UUID, ...] = ()


class RegistrationFact(EventFact):
    """Something that happened to somebody's registration for a session of an event."""

    session_id: UUID
    registration_id: UUID
    attendee_kind: AttendeeKind
    attendee_id: UUID


class AttendeeRegistered(RegistrationFact):
    """Somebody has a place at a session, or waits for one; `contacts` are to be told."""

    type: Literal["attendee-registered.v1"] = "attendee-registered.v1"
    waiting: bool
    starts_at: AwareDatetime | None = None
    contacts: tuple[UUID, ...] = ()


class AttendeePromoted(RegistrationFact):
    """Somebody who waited has a place, for another one was freed; `contacts` are to be told."""

    type: Literal["attendee-promoted.v1"] = "attendee-promoted.v1"
    starts_at: AwareDatetime
    contacts: tuple[UUID, ...] = ()


class RegistrationCancelled(RegistrationFact):
    """Somebody does not come; `contacts` are to be told."""

    type: Literal["registration-cancelled.v1"] = "registration-cancelled.v1"
    starts_at: AwareDatetime | None = None
    contacts: tuple[UUID, ...] = ()


class AttendanceNoted(RegistrationFact):
    """Somebody came, or did not."""

    type: Literal["attendance-noted.v1"] = "attendance-noted.v1"
    attended: bool
    held_on: date


class StandFact(EventFact):
    """Something that happened to a stand at an event."""

    stand_id: UUID
    booking_id: UUID
    organisation_id: UUID


class StandBooked(StandFact):
    """An organisation holds a stand at an event of ours; or we hold one at its event.

    `contacts` are those of the organisation who are to be told.
    """

    type: Literal["stand-booked.v1"] = "stand-booked.v1"
    commitment_id: UUID | None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    held_on: date
    contacts: tuple[UUID, ...] = ()


class StandReleased(StandFact):
    """A stand is held no more."""

    type: Literal["stand-released.v1"] = "stand-released.v1"


class OccasionCard(Card):
    """How an event or a meeting of the board is called, and where it takes place."""

    topic: ClassVar[str] = "partners.occasions"
    keyed_by: ClassVar[str] = "occasion_id"

    type: Literal["occasion-card.v1"] = "occasion-card.v1"
    occasion_id: UUID
    name: str | None
    place: str | None
    department: str
