"""What partners told us: which organisations there are, who signed what, whom they refer."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field

from backbone.db import NamedTable, read_model_tables
from contracts.words import Language


class View(NamedTable, registry=read_model_tables()):
    """Rebuilt at will by reading the topics again."""


class Organisation(View, table=True):
    """An organisation by its register number, to which mentors are imported."""

    __tablename__ = "organisation"

    organisation_id: UUID = Field(primary_key=True)
    siren: str = Field(index=True)
    name: str


class OrganisationMerge(View, table=True):
    """A duplicate and the organisation that stayed, after however many merges."""

    __tablename__ = "organisation_merge"

    duplicate_id: UUID = Field(primary_key=True)
    organisation_id: UUID


class Membership(View, table=True):
    __tablename__ = "membership"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None


class Convention(View, table=True):
    """In force from `effective_on` to `ended_on`, if it was ended, else to `ends_on`."""

    __tablename__ = "convention"

    convention_id: UUID = Field(primary_key=True)
    effective_on: date
    ends_on: date | None
    ended_on: date | None = None


class Signatory(View, table=True):
    __tablename__ = "signatory"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    accedes_on: date


class SignatoryEnd(View, table=True):
    """The last day that binds a signatory, or the organisation into which it was merged."""

    __tablename__ = "signatory_end"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Suspension(View, table=True):
    """Days on which a convention covers nobody, both included; without a last, until resumed."""

    __tablename__ = "suspension"

    convention_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None


class ReferredYouth(View, table=True):
    """A youth whom an organisation referred, and how to reach them as long as they agree to it."""

    __tablename__ = "referred_youth"

    youth_id: UUID = Field(primary_key=True)
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language = Field(sa_type=String)
    department: str = Field(index=True)


class Referral(View, table=True):
    """An organisation refers a youth; `first`: nobody had before."""

    __tablename__ = "referral"

    referral_id: UUID = Field(primary_key=True)
    youth_id: UUID = Field(index=True)
    organisation_id: UUID
    first: bool
    referred_on: date
