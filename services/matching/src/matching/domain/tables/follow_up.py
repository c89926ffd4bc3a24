"""Tables of the follow-up of a pair besides its contacts, and of alerts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from contracts.enums import IntroductionResult, Side
from matching.domain.tables.base import Table
from matching.domain.tables.pairings import now

INSTANT = DateTime(timezone=True)


class AppointmentState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    MOVED = "moved"


class Appointment(Table, table=True):
    """A day planned for the first interview, and whether it was held."""

    __tablename__ = "appointment"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    planned_on: date
    state: AppointmentState = Field(default=AppointmentState.PLANNED, sa_type=String)
    missing: list[Side] = Field(default_factory=list, sa_type=JSONB)


class PairingPause(Table, table=True):
    """The days, first and last included, on which no contact is expected of a pair."""

    __tablename__ = "pairing_pause"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    from_on: date
    until_on: date | None = None


class Introduction(Table, table=True):
    """A person to whom the mentor introduced the mentee, by role and organisation; the result."""

    __tablename__ = "introduction"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    introduced_on: date
    role: str
    organisation: str
    function: str | None = None
    sector: str | None = None
    agreed_on: date
    result: IntroductionResult | None = Field(default=None, sa_type=String)
    answered_on: date | None = None


class CheckIn(Table, table=True):
    """How one of a pair says it goes, from 1 (badly) to 5 (very well); for coordinators only."""

    __tablename__ = "check_in"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pairing_id: UUID = Field(foreign_key="pairing.id", index=True)
    by: Side = Field(sa_type=String)
    held_on: date
    rating: int
    remark: str | None = None


class Correction(Table, table=True):
    """Previous and new values of a contact or an outcome; without `after` it was withdrawn."""

    __tablename__ = "correction"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    corrected_id: UUID = Field(index=True)
    corrected_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    corrected_by: str
    before: dict[str, Any] = Field(sa_type=JSONB)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
