"""What matching owns. The row is the entity."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from backbone.db import own_tables
from backbone.entities import Entity
from contracts.words import (
    Contract,
    DeclineReason,
    EndReason,
    Evidence,
    Language,
    Medium,
    PriorityNeighbourhood,
    RefusalReason,
    Side,
)


class Table(Entity, registry=own_tables()):
    """The tables that matching owns; nobody else reads or writes them."""


class PairingState(StrEnum):
    """Where a pairing is in its life."""

    PROPOSED = "proposed"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    FIRST_INTERVIEW = "first_interview"
    ACTIVE = "active"
    ENDED = "ended"


RUNNING = frozenset({PairingState.ACCEPTED, PairingState.FIRST_INTERVIEW, PairingState.ACTIVE})
OPEN = RUNNING | {PairingState.PROPOSED}
OPEN_STATES = "state IN ('proposed', 'accepted', 'first_interview', 'active')"


class Person(SQLModel):
    """What mentees and mentors have in common. `reference` is how the importing office calls them.

    Someone who was erased keeps their id and department, so that no figure changes.
    """

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str = Field(unique=True)
    given_name: str
    family_name: str
    email: str | None = None
    phone: str | None = None
    language: Language = Field(default=Language.FRENCH, sa_type=String)
    department: str = Field(index=True)
    remote: bool = False
    erased: bool = False
    version: int = 1


class Mentee(Table, Person, table=True):
    """A graduate who applied. The decision keeps the rule's version and the inputs it took."""

    birth_date: date | None
    degree_level: int
    priority_neighbourhood: PriorityNeighbourhood = Field(sa_type=String)
    decided_on: date
    refusal: RefusalReason | None = Field(default=None, sa_type=String)
    rule_version: str
    decision_inputs: dict[str, Any] = Field(sa_type=JSONB)

    @property
    def is_admitted(self) -> bool:
        return self.refusal is None


class Mentor(Table, Person, table=True):
    """An executive who accompanies up to `capacity` mentees; `mentees` is how many it is now."""

    __table_args__ = (CheckConstraint("mentees BETWEEN 0 AND capacity", name="room"),)

    organisation_id: UUID = Field(index=True)
    capacity: int
    mentees: int = 0
    enrolled_on: date

    @property
    def is_full(self) -> bool:
        return self.mentees >= self.capacity


class Pairing(Table, table=True):
    """A mentee and a mentor, from the proposal to the end. A mentee has one open at a time."""

    __table_args__ = (
        Index("uq_pairing_open", "mentee_id", unique=True, postgresql_where=text(OPEN_STATES)),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)
    mentor_id: UUID = Field(foreign_key="mentor.id", index=True)
    state: PairingState = Field(default=PairingState.PROPOSED, sa_type=String, index=True)
    proposed_on: date
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


class EligibilityRule(Table, table=True):
    """Who may be admitted, from a day on: data with versions, seeded by a migration."""

    __tablename__ = "reference_eligibility_rule"

    version: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None
    younger_than: int
    degree_level: int
    degree_level_by_region: dict[str, int] = Field(sa_type=JSONB)
