"""Organisations, memberships in umbrellas, and departments where the programme is open."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, String
from sqlmodel import Field, Relationship

from contracts.enums import OrganisationKind
from partners.domain.tables.base import Table


class DepartmentOpening(Table, table=True):
    """The opening of the programme in a department, once, from `opened_on` on."""

    __tablename__ = "opening"

    __table_args__ = (Index(None, "opened_on", "department"),)

    department: str = Field(primary_key=True)
    opened_on: date


class Organisation(Table, table=True):
    """A company, landlord, federation, public body or association, identified by its SIREN.

    `folded_name` is the name without case and accents, for sorting and searching. A duplicate has
    `merged_into` set and retains only its name and numbers.
    """

    __tablename__ = "organisation"

    __table_args__ = (Index(None, "folded_name", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    folded_name: str
    kind: OrganisationKind = Field(sa_type=String)
    siren: str = Field(unique=True)
    siret: str | None = None
    department: str
    registered_on: date
    merged_into: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    version: int = 1


class Membership(Table, table=True):
    """A membership in an umbrella from `joined_on` to `left_on`, both included."""

    __tablename__ = "membership"

    __table_args__ = (CheckConstraint("organisation_id <> umbrella_id", name="not_itself"),)

    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id")
    umbrella_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)
    joined_on: date = Field(primary_key=True)
    left_on: date | None = None

    organisation: Organisation = Relationship(
        sa_relationship_kwargs={"lazy": "joined", "foreign_keys": "Membership.organisation_id"}
    )
    umbrella: Organisation = Relationship(
        sa_relationship_kwargs={"lazy": "joined", "foreign_keys": "Membership.umbrella_id"}
    )
