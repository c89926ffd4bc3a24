"""What we were told: how to reach people, which pairs stay in touch, what takes place where."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field

from backbone.db import NamedTable, read_model_tables
from contracts.words import Language, Side


class View(NamedTable, registry=read_model_tables()):
    """Rebuilt at will by reading the topics again."""


class Person(View, table=True):
    """The contact book: whoever was erased is not in it.

    A mentee or a mentor has a side; who speaks for a partner has its organisation.
    """

    __tablename__ = "person"

    person_id: UUID = Field(primary_key=True)
    side: Side | None = Field(default=None, sa_type=String)
    organisation_id: UUID | None = None
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language = Field(sa_type=String)
    department: str


class Merge(View, table=True):
    """Two applications were one person's."""

    __tablename__ = "merge"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(primary_key=True)


class Pair(View, table=True):
    """A pair and its last sign of life: its start, its first interview or a contact.

    One that never began has ended if it was declined or has expired. The mentee is the one who
    stayed, if they had applied twice.
    """

    __tablename__ = "pair"

    pairing_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(index=True)
    mentor_id: UUID
    proposed_on: date | None = None
    starts_on: date | None
    last_sign_on: date | None
    ended_on: date | None


class FittingOutcome(View, table=True):
    """Work that a mentee found and that fits the qualification."""

    __tablename__ = "fitting_outcome"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(index=True)


class Organisation(View, table=True):
    """How a partner is called."""

    __tablename__ = "organisation"

    organisation_id: UUID = Field(primary_key=True)
    name: str


class Occasion(View, table=True):
    """How an event or a meeting of the board is called, and where it takes place."""

    __tablename__ = "occasion"

    occasion_id: UUID = Field(primary_key=True)
    name: str | None
    place: str | None
    department: str
