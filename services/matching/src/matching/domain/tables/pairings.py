"""Tables of pairings, their contacts and outcomes."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Index, String, text
from sqlmodel import Field

from contracts.enums import (
    ContactKind,
    Contract,
    DeclineReason,
    EndReason,
    Evidence,
    Medium,
    Side,
)
from matching.domain.tables.base import Table


def now() -> datetime:
    return datetime.now(UTC)


class PairingState(StrEnum):
    """The state of a pairing."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    FIRST_INTERVIEW = "first_interview"
    ACTIVE = "active"
    ENDED = "ended"


RUNNING = frozenset({PairingState.ACCEPTED, PairingState.FIRST_INTERVIEW, PairingState.ACTIVE})
OPEN = RUNNING | {PairingState.PROPOSED}
OPEN_STATES = "state IN ('proposed', 'accepted', 'first_interview', 'active')"


class Pairing(Table, table=True):
    """A pair of mentee and mentor, from the proposal to the end; a mentee has one open at a time.

    A proposal that is not answered by `answer_by` expires; without that date it stands. `learnt_at`
    is when the row last changed, contacts not included.
    """

    __tablename__ = "pairing"

    __table_args__ = (
        Index("uq_pairing_open", "mentee_id", unique=True, postgresql_where=text(OPEN_STATES)),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)
    mentor_id: UUID = Field(foreign_key="mentor.id", index=True)
    state: PairingState = Field(default=PairingState.PROPOSED, sa_type=String, index=True)
    round_id: UUID | None = None
    proposed_on: date
    answer_by: date | None = None
    mentee_accepted_on: date | None = None
    mentor_accepted_on: date | None = None
    declined_by: Side | None = Field(default=None, sa_type=String)
    decline_reason: DeclineReason | None = Field(default=None, sa_type=String)
    came_to_nothing_on: date | None = None
    starts_on: date | None = None
    first_interview_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = Field(default=None, sa_type=String)
    learnt_at: datetime = Field(
        default_factory=now, sa_type=DateTime(timezone=True), sa_column_kwargs={"onupdate": now}
    )
    version: int = 1

    @property
    def ids(self) -> dict[str, Any]:
        """The ids of pairing, mentee and mentor, as its events carry them."""
        return {
            "pairing_id": self.id,
            "mentee_id": self.mentee_id,
            "mentor_id": self.mentor_id,
        }


class ContactState(StrEnum):
    """The state of a contact; a draft is visible to its author only and is not published."""

    DRAFT = "draft"
    LOGGED = "logged"
    WITHDRAWN = "withdrawn"


class Contact(Table, table=True):
    """An exchange of a pair or, if not `made`, an attempt without success."""

    __tablename__ = "contact"

    __table_args__ = (Index("ix_contact_pairing_id_contact_on", "pairing_id", "contact_on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    pairing_id: UUID = Field(foreign_key="pairing.id")
    state: ContactState = Field(default=ContactState.LOGGED, sa_type=String)
    made: bool = True
    contact_on: date
    medium: Medium = Field(sa_type=String)
    minutes: int | None = None
    contact_kind: ContactKind | None = Field(default=None, sa_type=String)
    logged_by: str | None = None
    logged_at: datetime = Field(default_factory=now, sa_type=DateTime(timezone=True))
    version: int = 1


class Outcome(Table, table=True):
    """The job or training that a mentee found.

    `recorded_for` is the mentee it was first published of: all its later events have the same key.
    """

    __tablename__ = "outcome"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)
    recorded_for: UUID
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
    contract: Contract = Field(sa_type=String)
    months: int | None = None
    fits_qualification: bool | None = None
    evidence: Evidence = Field(sa_type=String)
    sector: str | None = None
    found_on: date
    withdrawn: bool = False
    version: int = 1
