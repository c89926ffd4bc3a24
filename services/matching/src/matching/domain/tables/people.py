"""Tables of mentees, mentors, exclusions and the eligibility rule."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from contracts.enums import (
    Established,
    Language,
    PriorityNeighbourhood,
    RefusalReason,
    TurnDownReason,
)
from matching.domain.tables.base import Table


class Gender(StrEnum):
    """The gender as the person states it, if they do."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class LeapDayBirthday(StrEnum):
    """The birthday of those born on 29 February, in years without one."""

    FEBRUARY_28 = "february_28"
    MARCH_1 = "march_1"


class AskedBy(StrEnum):
    """The side, or coordinator, that asked for an exclusion."""

    MENTEE = "mentee"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"


class Person(SQLModel):
    """The common columns of mentees and mentors; `reference` identifies a person at their office.

    `language` is the one of messages to them, `languages` those they speak (ISO 639-1). An erased
    person keeps their id and department, so that no figure changes.
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
    languages: list[str] = Field(default_factory=lambda: ["fr"], sa_type=JSONB)
    erased: bool = False
    version: int = 1


class Mentee(Table, Person, table=True):
    """A graduate who applied. The decision is stored with the rule's version and its inputs.

    Before the decision, inputs of the rule may be unknown. Codes are those of `careers`. Wishes are
    ranked, the dearest first. `employer_id` is the organisation where the graduate works at
    present, whose mentors are not proposed. A duplicate application is `merged_into` another one,
    and keeps only its reference. `given_key`, `name_key` and `name_parts` are the normalised name
    (`domain.names`).
    """

    __tablename__ = "mentee"

    __table_args__ = (Index("ix_mentee_email_lower", text("lower(email)")),)

    phone: str | None = Field(default=None, index=True)
    given_key: str | None = None
    name_key: str | None = None
    name_parts: list[str] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    birth_date: date | None = Field(index=True)
    gender: Gender | None = Field(default=None, sa_type=String)
    degree_level: int | None = None
    degree_field: str | None = None
    wished_functions: list[str] = Field(default_factory=list, sa_type=JSONB)
    wished_sectors: list[str] = Field(default_factory=list, sa_type=JSONB)
    employer_id: UUID | None = None
    priority_neighbourhood: PriorityNeighbourhood = Field(sa_type=String)
    area_code: str | None = None
    area_vintage: int | None = None
    established: Established | None = Field(default=None, sa_type=String)
    merged_into: UUID | None = Field(default=None, foreign_key="mentee.id", index=True)
    applied_on: date
    decided_on: date | None = None
    refusal: RefusalReason | TurnDownReason | None = Field(default=None, sa_type=String)
    rule_version: str | None = None
    decision_inputs: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    learnt_at: datetime = Field(
        default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True)
    )

    @property
    def is_decided(self) -> bool:
        return self.decided_on is not None

    @property
    def is_admitted(self) -> bool:
        return self.is_decided and self.refusal is None and self.merged_into is None


class ReferralLink(Table, table=True):
    """A referred youth who is this mentee."""

    __tablename__ = "youth_taken"

    youth_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)


class Mentor(Table, Person, table=True):
    """An executive who accompanies up to `capacity` mentees; `mentees` is their current number.

    Codes are those of `careers`. `wished_fields` are the degree fields of preferred mentees, the
    dearest first.
    """

    __tablename__ = "mentor"

    __table_args__ = (CheckConstraint("mentees BETWEEN 0 AND capacity", name="room"),)

    organisation_id: UUID = Field(index=True)
    capacity: int
    mentees: int = 0
    enrolled_on: date
    sector: str | None = None
    function: str | None = None
    wished_fields: list[str] = Field(default_factory=list, sa_type=JSONB)
    charter_accepted_on: date | None = None
    training_done_on: date | None = None


class MentorPause(Table, table=True):
    """The days, both included, on which a mentor gets no new mentee; without an end it lasts."""

    __tablename__ = "mentor_pause"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentor.id", index=True)
    from_on: date
    until_on: date | None = None


class Exclusion(Table, table=True):
    """A mentee and a mentor who must not be proposed to each other, and who asked for it."""

    __tablename__ = "exclusion"

    mentee_id: UUID = Field(foreign_key="mentee.id", primary_key=True)
    mentor_id: UUID = Field(foreign_key="mentor.id", primary_key=True)
    asked_by: AskedBy = Field(sa_type=String)
    asked_on: date


class PriorityArea(Table, table=True):
    """A priority neighbourhood of a State list, its outline as WKB in degrees."""

    __tablename__ = "priority_area"

    vintage: int = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    outline: bytes = Field(sa_type=LargeBinary)
    loaded_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": func.now()},
    )


class NeighbourhoodCorrection(Table, table=True):
    """A correction of what was known at an admission: author, time, before and after."""

    __tablename__ = "neighbourhood_correction"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    mentee_id: UUID = Field(foreign_key="mentee.id", index=True)
    before: PriorityNeighbourhood = Field(sa_type=String)
    after: PriorityNeighbourhood = Field(sa_type=String)
    area_code: str | None = None
    area_vintage: int | None = None
    corrected_on: date
    corrected_at: datetime = Field(
        default_factory=lambda: datetime.now(UTC), sa_type=DateTime(timezone=True)
    )
    corrected_by: str


class EligibilityRule(Table, table=True):
    """A version of the rule of who may be admitted from a date on, seeded by a migration."""

    __tablename__ = "reference_eligibility_rule"

    version: str = Field(primary_key=True)
    valid_from: date
    valid_to: date | None = None
    younger_than: int
    degree_level: int
    degree_level_by_region: dict[str, int] = Field(sa_type=JSONB)
    leap_day_birthday: LeapDayBirthday = Field(
        default=LeapDayBirthday.FEBRUARY_28,
        sa_type=String,
        sa_column_kwargs={"server_default": LeapDayBirthday.FEBRUARY_28.value},
    )
