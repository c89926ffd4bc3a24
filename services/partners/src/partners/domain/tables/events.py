"""Events with sessions, registrations, stands and bookings."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlmodel import Field, Relationship

from contracts.enums import AttendeeKind, EventKind
from partners.domain.tables.base import INSTANT, Table, now


class RegistrationState(StrEnum):
    """The state of a registration."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


class Session(Table, table=True):
    """A part of an event with its own times and capacity (none: unlimited).

    `taken` counts the registrations with a place; it changes only under the session's lock.
    """

    __tablename__ = "event_session"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    event_id: UUID = Field(foreign_key="event.id", index=True)
    name: str
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    capacity: int | None = None
    taken: int = 0
    version: int = 1

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.taken >= self.capacity


class ProgrammeEvent(Table, table=True):
    """An event of the programme, or of the organisation `organised_by`.

    `reference` is its name in the importing office.
    """

    __tablename__ = "event"
    __table_args__ = (Index(None, "starts_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    kind: EventKind = Field(sa_type=String)
    name: str
    organised_by: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    department: str
    venue: str | None = None
    starts_on: date
    ends_on: date
    cancelled_on: date | None = None
    version: int = 1

    sessions: list[Session] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "order_by": "(Session.starts_at, Session.id)"}
    )


class Registration(Table, table=True):
    """A registration for a session; the waiting list is ordered by `position`."""

    __tablename__ = "registration"

    __table_args__ = (
        Index(
            "uq_registration_session_id_attendee_id",
            "session_id",
            "attendee_id",
            unique=True,
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index(None, "session_id", "position"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    session_id: UUID = Field(foreign_key="event_session.id")
    attendee_kind: AttendeeKind = Field(sa_type=String)
    attendee_id: UUID = Field(index=True)
    state: RegistrationState = Field(sa_type=String)
    position: int | None = Field(
        default=None, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    registered_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    registered_by: str


class Stand(Table, table=True):
    """A stand at an event."""

    __tablename__ = "stand"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    event_id: UUID = Field(foreign_key="event.id", index=True)
    name: str


class Booking(Table, table=True):
    """A booking of a stand: by a partner at our event, or by us at a partner's.

    `organisation_id` is the partner in both cases. `commitment_id` is the promise that it fulfils,
    if any.
    """

    __tablename__ = "stand_booking"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    stand_id: UUID = Field(foreign_key="stand.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    commitment_id: UUID | None = Field(default=None, foreign_key="commitment.id")
    fulfilment_id: UUID | None = Field(default=None, foreign_key="fulfilment.id")
    released: bool = False
