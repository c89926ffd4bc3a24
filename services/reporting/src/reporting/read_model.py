"""Facts as tables: a table for each kind of fact, a row for each that was told.

A row says when it happened and when we learnt of it (`recorded_at`), so that every figure can be
asked as of a day, and as known at an instant. The figures join what several facts say of a pairing.
There are no foreign keys: a pairing may be told before its mentee. Codes are those of
`contracts.words`.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlmodel import Field, SQLModel

from backbone.db import read_model_tables


class View(SQLModel, registry=read_model_tables()):
    """Rebuilt at will by reading the topics again."""


class OrganisationCard(View, table=True):
    """How an organisation is called now."""

    __tablename__ = "organisation_card"

    organisation_id: UUID = Field(primary_key=True)
    name: str
    siren: str


class Fact(View):
    """Something that happened on a day, and that we learnt of at an instant."""

    day: ClassVar[str]
    """SQL for the day it happened."""

    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))


class Opening(Fact, table=True):
    """A department where the programme is open."""

    day: ClassVar[str] = "opened_on"

    department: str = Field(primary_key=True)
    opened_on: date


class Organisation(Fact, table=True):
    """An organisation that is known to the programme, be it with or without a convention."""

    day: ClassVar[str] = "(occurred_at AT TIME ZONE 'Europe/Paris')::date"

    organisation_id: UUID = Field(primary_key=True)
    organisation_kind: str
    department: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))


class Membership(Fact, table=True):
    day: ClassVar[str] = "joined_on"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date


class Convention(Fact, table=True):
    """In force from `effective_on` to the earlier of `ends_on` and the day it was ended."""

    day: ClassVar[str] = "signed_on"

    convention_id: UUID = Field(primary_key=True)
    convention_kind: str
    signed_on: date
    effective_on: date
    ends_on: date | None


class Signatory(Fact, table=True):
    """An organisation that signed a convention on a day, and is bound by it from another."""

    day: ClassVar[str] = "signed_on"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    signed_on: date
    accedes_on: date


class ConventionEnd(Fact, table=True):
    __tablename__ = "convention_end"

    day: ClassVar[str] = "ended_on"

    convention_id: UUID = Field(primary_key=True)
    ended_on: date


class Mentee(Fact, table=True):
    """A graduate who was admitted."""

    __table_args__ = (Index(None, "admitted_on", "mentee_id"),)

    day: ClassVar[str] = "admitted_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    degree_level: int
    priority_neighbourhood: str
    admitted_on: date


class NeighbourhoodCorrection(Fact, table=True):
    """What was known at an admission was wrong: true of every day, once it is known."""

    __tablename__ = "neighbourhood_correction"
    __table_args__ = (Index(None, "mentee_id", "recorded_at"),)

    day: ClassVar[str] = "'-infinity'::date"

    id: UUID = Field(primary_key=True)
    mentee_id: UUID
    after: str


class Merge(Fact, table=True):
    """Two applications were one person's: true of every day, once it is known."""

    day: ClassVar[str] = "'-infinity'::date"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(primary_key=True)


class Refusal(Fact, table=True):
    """A graduate who was not admitted."""

    day: ClassVar[str] = "refused_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    reason: str
    refused_on: date


class Outcome(Fact, table=True):
    __table_args__ = (Index(None, "mentee_id"),)

    day: ClassVar[str] = "found_on"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    pairing_id: UUID | None
    contract: str
    months: int | None
    fits_qualification: bool | None
    evidence: str
    found_on: date


class Mentor(Fact, table=True):
    """An executive who enrolled, with the capacity offered that day."""

    day: ClassVar[str] = "enrolled_on"

    mentor_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    department: str
    capacity: int
    enrolled_on: date


class CapacityChange(Fact, table=True):
    __tablename__ = "capacity_change"
    __table_args__ = (Index(None, "mentor_id", "occurred_at"),)

    day: ClassVar[str] = "(occurred_at AT TIME ZONE 'Europe/Paris')::date"

    id: UUID = Field(primary_key=True)
    mentor_id: UUID
    capacity: int
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))


class PairFact(Fact):
    """Something that happened to a mentee and a mentor together."""

    mentee_id: UUID
    mentor_id: UUID


class Proposal(PairFact, table=True):
    day: ClassVar[str] = "proposed_on"

    pairing_id: UUID = Field(primary_key=True)
    proposed_on: date


class Decline(PairFact, table=True):
    day: ClassVar[str] = "declined_on"

    pairing_id: UUID = Field(primary_key=True)
    by: str
    reason: str
    declined_on: date


class Pairing(PairFact, table=True):
    """A pair that began to work together."""

    __table_args__ = (
        Index(None, "starts_on", "pairing_id"),
        Index(None, "mentee_id", "starts_on", "pairing_id"),
    )

    day: ClassVar[str] = "starts_on"

    pairing_id: UUID = Field(primary_key=True)
    starts_on: date


class FirstInterview(PairFact, table=True):
    __tablename__ = "first_interview"

    day: ClassVar[str] = "held_on"

    pairing_id: UUID = Field(primary_key=True)
    held_on: date
    minutes: int | None


class Contact(PairFact, table=True):
    __table_args__ = (
        Index(None, "contact_on", "contact_id"),
        Index(None, "pairing_id", "contact_on"),
    )

    day: ClassVar[str] = "contact_on"

    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    contact_on: date
    medium: str
    minutes: int | None


class PairingEnd(PairFact, table=True):
    """`ended_on` is the pair's last day."""

    __tablename__ = "pairing_end"

    day: ClassVar[str] = "ended_on"

    pairing_id: UUID = Field(primary_key=True)
    reason: str
    ended_on: date
