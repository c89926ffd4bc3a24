"""What partners told us: which organisations there are, and who signed what."""

from datetime import date
from uuid import UUID

from sqlmodel import Field, SQLModel

from backbone.db import read_model_tables


class View(SQLModel, registry=read_model_tables()):
    """Rebuilt at will by reading the topics again."""


class Organisation(View, table=True):
    """An organisation by its register number, to which mentors are imported."""

    organisation_id: UUID = Field(primary_key=True)
    siren: str = Field(index=True)
    name: str


class Membership(View, table=True):
    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None


class Convention(View, table=True):
    """In force from `effective_on` to `ended_on`, if it was ended, else to `ends_on`."""

    convention_id: UUID = Field(primary_key=True)
    effective_on: date
    ends_on: date | None
    ended_on: date | None = None


class Signatory(View, table=True):
    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    accedes_on: date
    withdrawn_on: date | None = None


class Suspension(View, table=True):
    """Days on which a convention covers nobody, both included; without a last, until resumed."""

    convention_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None
