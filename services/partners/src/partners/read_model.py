"""What matching told us of the mentors that organisations lend to the programme.

Facts come in any order: a pairing may be known before its mentor, an end before its beginning.
"""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from backbone.db import NamedTable, read_model_tables


class View(NamedTable, registry=read_model_tables()):
    """Filled by projections alone; rebuilt at will by reading the topics again."""


class Mentor(View, table=True):
    __tablename__ = "mentor"

    mentor_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(index=True)
    enrolled_on: date


class Mentee(View, table=True):
    """A graduate who was admitted, and can come to events."""

    __tablename__ = "mentee"

    mentee_id: UUID = Field(primary_key=True)
    admitted_on: date


class Pairing(View, table=True):
    """A mentor and a mentee at work, from `starts_on` to `ended_on`, both included."""

    __tablename__ = "pairing"

    pairing_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    mentee_id: UUID
    starts_on: date | None = None
    first_interview_on: date | None = None
    ended_on: date | None = None


class Contact(View, table=True):
    __tablename__ = "contact"

    contact_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    contact_on: date


class Outcome(View, table=True):
    """What a mentee found; it counts for the mentor of the pairing that led to it, if one did."""

    __tablename__ = "outcome"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID | None = Field(index=True)
    pairing_id: UUID | None = Field(index=True)
    fits_qualification: bool | None
    found_on: date


class YouthApplication(View, table=True):
    """A youth whom an organisation referred applied, and is this mentee."""

    __tablename__ = "youth_application"

    youth_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    applied_on: date


class Merged(View, table=True):
    """A duplicate application and the one that stayed, after however many merges."""

    __tablename__ = "merged"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID


class ErasedPerson(View, table=True):
    """A mentee, under each id they ever had, or a mentor who asked to be forgotten."""

    __tablename__ = "erased_person"

    person_id: UUID = Field(primary_key=True)
    erased_on: date


class Refusal(View, table=True):
    """Who applied and was not admitted."""

    __tablename__ = "refusal"

    mentee_id: UUID = Field(primary_key=True)
    refused_on: date


class Introduction(View, table=True):
    """A mentor opened their network."""

    __tablename__ = "introduction"

    introduction_id: UUID = Field(primary_key=True)
    mentor_id: UUID = Field(index=True)
    introduced_on: date
