"""The tables that notifications owns. The row is the entity."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Index, String, UniqueConstraint, func, text
from sqlmodel import Field

from backbone.database.entities import Entity
from backbone.database.tables import service_registry
from contracts.enums import CommitmentKind

INSTANT = DateTime(timezone=True)


class Table(Entity, registry=service_registry()):
    """A table that notifications owns; no other service reads or writes it."""


class Rule(StrEnum):
    """The type of a message. Its templates are in the folder of that name."""

    PROPOSED = "proposed"
    ANSWER_DUE = "answer_due"
    MENTOR_PAIRED = "mentor_paired"
    MENTEE_PAIRED = "mentee_paired"
    FIRST_INTERVIEW_PLANNED = "first_interview_planned"
    FIRST_INTERVIEW_MOVED = "first_interview_moved"
    FIRST_INTERVIEW_LATE = "first_interview_late"
    SILENT_PAIR = "silent_pair"
    OUTCOME_ASKED = "outcome_asked"
    PAIRING_STOPPED = "pairing_stopped"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    MENTEE_WAITING = "mentee_waiting"
    CONVENTION_EXPIRING = "convention_expiring"
    STAND_CONFIRMED = "stand_confirmed"
    PLACE_CONFIRMED = "place_confirmed"
    PLACE_AWAITED = "place_awaited"
    PLACE_FREED = "place_freed"
    PLACE_CANCELLED = "place_cancelled"
    EVENT_CANCELLED = "event_cancelled"
    MEETING_CONVENED = "meeting_convened"
    MEETING_CANCELLED = "meeting_cancelled"
    HOME_NEEDED = "home_needed"
    COMMITMENT_OVERDUE = "commitment_overdue"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    """The state of a message."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    STALE = "stale"


class Message(Table, table=True):
    """A message to one person. Its unique key prevents planning it twice.

    `since_on` is the date it mentions: the last day to answer, or the day since which the pair
    works together, is silent or has ended. A message to a mentee without a mentor, or to a contact
    person of a partner, has neither a pairing nor a counterpart; `about_id` is its convention,
    stand, meeting or home. An occasion is an event or a meeting of the board. `missing` is the
    quantity of a `commitment` that is still owed, in cents for an amount.
    `due_at` is the instant of the next attempt; while it is being sent, the end of its lease. It is
    not sent after `expires_at`; without one, not when `happened_at` is too long ago.
    """

    __tablename__ = "message"

    __table_args__ = (
        UniqueConstraint(
            *("rule", "pairing_id", "about_id", "person_id", "channel", "due_on"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_message_planned_at_id", "planned_at", "id"),
        Index(
            "ix_message_open",
            "channel",
            "due_at",
            postgresql_where=text("state IN ('planned', 'sending')"),
        ),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    rule: Rule = Field(sa_type=String)
    pairing_id: UUID | None = Field(default=None, index=True)
    person_id: UUID = Field(index=True)
    counterpart_id: UUID | None = Field(default=None, index=True)
    about_id: UUID | None = None
    occasion_id: UUID | None = None
    department: str | None = None
    takes_place_at: datetime | None = Field(default=None, sa_type=INSTANT)
    commitment: CommitmentKind | None = Field(default=None, sa_type=String)
    missing: int | None = Field(default=None, sa_type=BigInteger)
    channel: Channel = Field(sa_type=String)
    due_on: date
    since_on: date
    happened_at: datetime = Field(sa_type=INSTANT)
    expires_at: datetime | None = Field(default=None, sa_type=INSTANT)
    planned_at: datetime = Field(sa_type=INSTANT)
    due_at: datetime = Field(sa_type=INSTANT)
    state: State = Field(default=State.PLANNED, sa_type=String)
    tries: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    delivered_at: datetime | None = Field(default=None, sa_type=INSTANT)
    last_error: str | None = None
    address: str | None = None
    subject: str | None = None
    text: str | None = None


class Part(Table, table=True):
    """One SMS of a message, with the id that the SMS centre gave it."""

    __tablename__ = "part"

    message_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    provider_id: str = Field(index=True)
    receipt: str | None = None


class Receipt(Table, table=True):
    """A receipt that arrived before its part was recorded, or for a part that we did not send."""

    __tablename__ = "receipt"

    provider_id: str = Field(primary_key=True)
    receipt: str
    received_at: datetime = Field(
        sa_type=INSTANT,
        sa_column_kwargs={"server_default": func.now()},
        default=None,
    )


class Bounce(Table, table=True):
    """An address that a server rejected permanently: not used until the card has another."""

    __tablename__ = "bounce"

    __table_args__ = (Index("ix_bounce_bounced_at_address", "bounced_at", "address"),)

    channel: Channel = Field(sa_type=String, primary_key=True)
    address: str = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    reason: str
    bounced_at: datetime = Field(sa_type=INSTANT)


class Refusal(StrEnum):
    """The channels that an opt-out covers."""

    EMAIL = "email"
    SMS = "sms"
    ALL = "all"


class OptOut(Table, table=True):
    """The request of a person not to be contacted by `channel`."""

    __tablename__ = "opt_out"

    person_id: UUID = Field(primary_key=True)
    channel: Refusal = Field(sa_type=String)
    opted_out_at: datetime = Field(sa_type=INSTANT)
    version: int = 1

    def covers(self, channel: Channel) -> bool:
        """Return whether the opt-out excludes `channel`."""
        return self.channel in {Refusal.ALL, channel.value}
