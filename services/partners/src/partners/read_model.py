"""The read model: mentors, mentees, pairings, contacts, outcomes and erasures, from matching.

Events come in any order: a pairing may be known before its mentor, its end before its start.
"""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from backbone.database.tables import NamedTable, read_model_registry


class ReadModelTable(NamedTable, registry=read_model_registry()):
    """A table filled by projections alone, which a rebuild replaces."""


class Mentor(ReadModelTable, table=True):
    __tablename__ = "mentor"

    mentor_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(index=True)
    enrolled_on: date


class Mentee(ReadModelTable, table=True):
    """A graduate who was admitted, and can register for events."""

    __tablename__ = "mentee"

    mentee_id: UUID = Field(primary_key=True)
    admitted_on: date


class Pairing(ReadModelTable, table=True):
    """A pairing of a mentor and a mentee, from `starts_on` to `ended_on`, both included."""

    __tablename__ = "pairing"

    pairing_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    mentee_id: UUID
    starts_on: date | None = None
    first_interview_on: date | None = None
    ended_on: date | None = None


class Contact(ReadModelTable, table=True):
    __tablename__ = "contact"

    contact_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    contact_on: date


class Outcome(ReadModelTable, table=True):
    """An outcome of a mentee; it counts for the mentor of the pairing that led to it, if any."""

    __tablename__ = "outcome"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID | None = Field(index=True)
    pairing_id: UUID | None = Field(index=True)
    fits_qualification: bool | None
    found_on: date


class YouthApplication(ReadModelTable, table=True):
    """An application of a referred youth, and the mentee that they became."""

    __tablename__ = "youth_application"

    youth_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    applied_on: date


class Merged(ReadModelTable, table=True):
    """A duplicate application and the one that remains after all merges."""

    __tablename__ = "merged"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID


class ErasedPerson(ReadModelTable, table=True):
    """A mentee, under each of their ids, or a mentor who was erased on request."""

    __tablename__ = "erased_person"

    person_id: UUID = Field(primary_key=True)
    erased_on: date


class Refusal(ReadModelTable, table=True):
    """An applicant who was not admitted."""

    __tablename__ = "refusal"

    mentee_id: UUID = Field(primary_key=True)
    refused_on: date


class Introduction(ReadModelTable, table=True):
    """An introduction by a mentor to their professional network."""

    __tablename__ = "introduction"

    introduction_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    introduced_on: date
