"""Events, who comes to their sessions, and who holds a stand."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlmodel import Field, Relationship

from contracts.words import AttendeeKind, EventKind
from partners.domain.tables.base import INSTANT, Table, now


class RegistrationState(StrEnum):
    """What became of a registration."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"
    ABSENT = "absent"


class Session(Table, table=True):
    """A part of an event, with its own time and its own places; without a number of them, free.

    `taken` counts those who have a place: it changes with them, under the session's lock.
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


class Happening(Table, table=True):
    """An event of the programme, or of the organisation that holds it.

    `reference` is how the importing office calls it.
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
    """Somebody who wishes to come to a session; whoever waits longest has the lowest position."""

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
    """A place at an event where an organisation receives visitors."""

    __tablename__ = "stand"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    event_id: UUID = Field(foreign_key="event.id", index=True)
    name: str


class Booking(Table, table=True):
    """Who holds a stand from a moment to another: a partner at ours, or we at a partner's.

    At an event of ours the holder is `organisation_id`; at a partner's, the programme is, and
    `organisation_id` is that partner. It may be what a commitment promised.
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
