"""Pairings, and what happens in them."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, text
from sqlmodel import Field

from contracts.words import Contract, DeclineReason, EndReason, Evidence, Medium, Side
from matching.domain.tables.base import Table


class PairingState(StrEnum):
    """Where a pairing is in its life."""

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
    """A mentee and a mentor, from the proposal to the end. A mentee has one open at a time.

    A proposal that nobody answers by `answer_by` expires; without that day it stands.
    """

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
    starts_on: date | None = None
    first_interview_on: date | None = None
    ended_on: date | None = None
    end_reason: EndReason | None = Field(default=None, sa_type=String)
    version: int = 1


class Contact(Table, table=True):
    """An exchange of a pair."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    contact_on: date
    medium: Medium = Field(sa_type=String)
    minutes: int | None = None


class Outcome(Table, table=True):
    """What a mentee found."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id")
    contract: Contract = Field(sa_type=String)
    months: int | None = None
    fits_qualification: bool | None = None
    evidence: Evidence = Field(sa_type=String)
    found_on: date
