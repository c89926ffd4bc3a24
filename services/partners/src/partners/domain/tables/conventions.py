"""Conventions with signatures, suspensions, renewals, amendments and documents."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Relationship

from contracts.enums import ConventionKind
from contracts.local_time import today_in
from partners.domain.tables.base import INSTANT, Table, now
from partners.domain.tables.organisations import Organisation

HOME = "75"
"""The department whose local date applies where several departments are concerned."""


class ConventionState(StrEnum):
    """The state of a convention on a date; “renewed” is in force after its first term."""

    SIGNED = "signed"
    IN_FORCE = "in_force"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Draft(Table, table=True):
    """An unsigned convention, which binds no side.

    `proposal` holds the known terms. On signature the draft is deleted and the convention gets its
    id.
    """

    __tablename__ = "draft"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    title: str
    proposal: dict[str, Any] = Field(sa_type=JSONB)
    written_by: str
    written_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    version: int = 1


class Signature(Table, table=True):
    """An organisation's signature, binding from `accedes_on` to `withdrawn_on`, if given."""

    __tablename__ = "signature"

    convention_id: UUID = Field(primary_key=True, foreign_key="convention.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)
    accedes_on: date
    withdrawn_on: date | None = None

    organisation: Organisation = Relationship(sa_relationship_kwargs={"lazy": "joined"})


class Suspension(Table, table=True):
    """A period without coverage, both days included; open-ended until the convention is resumed."""

    __tablename__ = "suspension"

    convention_id: UUID = Field(primary_key=True, foreign_key="convention.id")
    from_on: date = Field(primary_key=True)
    until_on: date | None = None
    reason: str | None = None

    def lasts(self, on: date) -> bool:
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)


class Renewal(Table, table=True):
    """The continuation of a convention after a term that ended on `previous_ends_on`."""

    __tablename__ = "renewal"

    convention_id: UUID = Field(primary_key=True, foreign_key="convention.id")
    number: int = Field(primary_key=True)
    previous_ends_on: date
    ends_on: date
    renewed_on: date
    tacit: bool


class Amendment(Table, table=True):
    """A change of a convention's term, with its values `before` and `after`."""

    __tablename__ = "amendment"

    convention_id: UUID = Field(primary_key=True, foreign_key="convention.id")
    number: int = Field(primary_key=True)
    amended_on: date
    summary: str
    before: dict[str, Any] = Field(sa_type=JSONB)
    after: dict[str, Any] = Field(sa_type=JSONB)
    amended_by: str


class Document(Table, table=True):
    """A file attached to a convention, such as the scan of the signed paper.

    The file is stored outside the database, named by the SHA-256 digest of its content.
    """

    __tablename__ = "document"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    convention_id: UUID = Field(foreign_key="convention.id", index=True)
    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    added_by: str


class Convention(Table, table=True):
    """An agreement of one or several organisations with the programme.

    `reference` is its name in the importing office. It is in force from `effective_on` to
    `ends_on`, or to `ended_on` if ended early; both days included. With `renews_for_months` it is
    renewed for that many months after each term, unless a side gives notice `notice_days` before.
    """

    __tablename__ = "convention"

    __table_args__ = (Index(None, "signed_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    kind: ConventionKind = Field(sa_type=String)
    signed_on: date
    effective_on: date
    ends_on: date | None = Field(default=None, index=True)
    ended_on: date | None = None
    renews_for_months: int | None = None
    notice_days: int = 0
    notice_given_on: date | None = None
    learnt_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    version: int = 1

    signatories: list[Signature] = Relationship(
        sa_relationship_kwargs={
            "lazy": "selectin",
            "order_by": "(Signature.accedes_on, Signature.organisation_id)",
        }
    )
    suspensions: list[Suspension] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "order_by": "Suspension.from_on"}
    )
    renewals: list[Renewal] = Relationship(
        sa_relationship_kwargs={"lazy": "selectin", "order_by": "Renewal.number"}
    )

    @property
    def last_day(self) -> date | None:
        """The last day in force, if known."""
        return self.ended_on or self.ends_on

    @property
    def departments(self) -> set[str]:
        return {signature.organisation.department for signature in self.signatories}

    @property
    def state(self) -> ConventionState:
        """The state today, by the programme's local date."""
        return self.state_on(today_in(HOME))

    def state_on(self, day: date) -> ConventionState:
        """Return the state on a date, by what is known now."""
        if self.last_day is not None and self.last_day < day:
            return ConventionState.ENDED
        if day < self.effective_on:
            return ConventionState.SIGNED
        if any(suspension.lasts(day) for suspension in self.suspensions):
            return ConventionState.SUSPENDED
        if any(renewal.previous_ends_on < day for renewal in self.renewals):
            return ConventionState.RENEWED
        return ConventionState.IN_FORCE
