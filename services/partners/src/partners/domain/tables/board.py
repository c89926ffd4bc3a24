"""Board seats with their holders and representatives, and board meetings."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship

from contracts.enums import PresenceKind
from partners.domain.tables.base import INSTANT, Table


class MeetingState(StrEnum):
    """The progress of a board meeting."""

    PLANNED = "planned"
    CONVENED = "convened"
    HELD = "held"
    CANCELLED = "cancelled"


class Seat(Table, table=True):
    """A board seat, held by an organisation for a term; each term is a row."""

    __tablename__ = "board_seat"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    starts_on: date
    term_ends_on: date | None = None
    left_on: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which the seat is held; `date.max` if there is none."""
        return min(self.left_on or date.max, self.term_ends_on or date.max)

    def lasts(self, on: date) -> bool:
        return self.starts_on <= on <= self.last_day


class Representative(Table, table=True):
    """The representative of a seat from `from_on` until the next appointment."""

    __tablename__ = "board_representative"

    seat_id: UUID = Field(primary_key=True, foreign_key="board_seat.id")
    from_on: date = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="contact_person.id")


class BoardPresence(Table, table=True):
    """The presence of a seat at a meeting; `represented_by` is the seat that held its vote."""

    __tablename__ = "board_presence"

    meeting_id: UUID = Field(primary_key=True, foreign_key="board_meeting.id")
    seat_id: UUID = Field(primary_key=True, foreign_key="board_seat.id")
    presence: PresenceKind = Field(sa_type=String)
    represented_by: UUID | None = Field(default=None, foreign_key="board_seat.id")


class Decision(Table, table=True):
    """A decision put to the board, with its votes."""

    __tablename__ = "board_decision"

    meeting_id: UUID = Field(primary_key=True, foreign_key="board_meeting.id")
    number: int = Field(primary_key=True)
    subject: str
    in_favour: int
    against: int
    abstained: int

    @property
    def is_adopted(self) -> bool:
        """Adoption by the majority of the votes cast; abstentions are not cast."""
        return self.in_favour > self.against


class Meeting(Table, table=True):
    """A board meeting; after it was held, with its presences and decisions."""

    __tablename__ = "board_meeting"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    takes_place_at: datetime = Field(sa_type=INSTANT, index=True)
    department: str
    place: str | None = None
    agenda: list[str] = Field(sa_type=JSONB)
    convened_on: date | None = None
    cancelled_on: date | None = None
    held_on: date | None = None
    quorum: int | None = None
    minutes: str | None = None
    version: int = 1

    presences: list[BoardPresence] = Relationship(sa_relationship_kwargs={"lazy": "selectin"})
    decisions: list[Decision] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "order_by": "Decision.number"}
    )

    @property
    def state(self) -> MeetingState:
        if self.cancelled_on is not None:
            return MeetingState.CANCELLED
        if self.held_on is not None:
            return MeetingState.HELD
        return MeetingState.PLANNED if self.convened_on is None else MeetingState.CONVENED

    @property
    def voters(self) -> int:
        """The number of seats that were present or represented."""
        there = {PresenceKind.PRESENT, PresenceKind.REPRESENTED}
        return sum(each.presence in there for each in self.presences)

    @property
    def is_quorate(self) -> bool:
        return self.quorum is not None and self.voters >= self.quorum
