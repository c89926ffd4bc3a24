"""The read model: names and addresses, pairs, and what takes place where."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field

from backbone.database.tables import NamedTable, read_model_registry
from contracts.enums import Language, Side


class ReadModelTable(NamedTable, registry=read_model_registry()):
    """A table of the read model, which a rebuild fills again from the topics."""


class Person(ReadModelTable, table=True):
    """The contact book, without erased persons.

    A mentee or a mentor has a side; a contact person of a partner has its organisation.
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


class Merge(ReadModelTable, table=True):
    """Two applications of one person."""

    __tablename__ = "merge"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(primary_key=True)


class Pair(ReadModelTable, table=True):
    """A pair and its last sign of life: its start, its first interview or a contact.

    A pair that never began has ended if it was declined or has expired. `mentee_id` is the
    surviving application, if the mentee had applied twice.
    """

    __tablename__ = "pair"

    pairing_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(index=True)
    mentor_id: UUID
    proposed_on: date | None = None
    starts_on: date | None
    last_sign_on: date | None
    ended_on: date | None


class FittingOutcome(ReadModelTable, table=True):
    """Work that a mentee found and that fits the qualification."""

    __tablename__ = "fitting_outcome"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(index=True)


class Organisation(ReadModelTable, table=True):
    """The name of a partner."""

    __tablename__ = "organisation"

    organisation_id: UUID = Field(primary_key=True)
    name: str


class Occasion(ReadModelTable, table=True):
    """The name and place of an event, or of a meeting of the board."""

    __tablename__ = "occasion"

    occasion_id: UUID = Field(primary_key=True)
    name: str | None
    place: str | None
    department: str
