"""Read model of partners' events: organisations, conventions, memberships and referrals."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field

from backbone.database.tables import NamedTable, read_model_registry
from contracts.enums import Language


class ReadModelTable(NamedTable, registry=read_model_registry()):
    """A table of the read model, which can be rebuilt from the topics."""


class Organisation(ReadModelTable, table=True):
    """An organisation; files of mentors name it by its register number (`siren`)."""

    __tablename__ = "organisation"

    organisation_id: UUID = Field(primary_key=True)
    siren: str = Field(index=True)
    name: str


class OrganisationMerge(ReadModelTable, table=True):
    """A duplicate and the organisation that survived, after any number of merges."""

    __tablename__ = "organisation_merge"

    duplicate_id: UUID = Field(primary_key=True)
    organisation_id: UUID


class Membership(ReadModelTable, table=True):
    __tablename__ = "membership"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None


class Convention(ReadModelTable, table=True):
    """A convention in force from `effective_on` to `ended_on` if it was ended, else `ends_on`."""

    __tablename__ = "convention"

    convention_id: UUID = Field(primary_key=True)
    effective_on: date
    ends_on: date | None
    ended_on: date | None = None


class Signatory(ReadModelTable, table=True):
    __tablename__ = "signatory"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    accedes_on: date


class SignatoryEnd(ReadModelTable, table=True):
    """The last day that binds a signatory, or the organisation into which it was merged."""

    __tablename__ = "signatory_end"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Suspension(ReadModelTable, table=True):
    """The days on which a convention covers nobody, both included; no `until_on`: until resumed."""

    __tablename__ = "suspension"

    convention_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None


class ReferredYouth(ReadModelTable, table=True):
    """A youth referred by an organisation, with the contact details for as long as they consent."""

    __tablename__ = "referred_youth"

    youth_id: UUID = Field(primary_key=True)
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language = Field(sa_type=String)
    department: str = Field(index=True)


class Referral(ReadModelTable, table=True):
    """A referral of a youth by an organisation; `first` marks the first of the youth."""

    __tablename__ = "referral"

    referral_id: UUID = Field(primary_key=True)
    youth_id: UUID = Field(index=True)
    organisation_id: UUID
    first: bool
    referred_on: date
