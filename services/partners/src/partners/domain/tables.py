"""What partners owns. The row is the entity."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, String
from sqlmodel import Field, Relationship

from backbone.db import own_tables
from backbone.entities import Entity
from contracts.words import ConventionKind, LeadStage, LossReason, OrganisationKind


class Table(Entity, registry=own_tables()):
    """The tables that partners owns; nobody else reads or writes them."""


class Opening(Table, table=True):
    """The programme is open in a department, once and from that day on."""

    __table_args__ = (Index(None, "opened_on", "department"),)

    department: str = Field(primary_key=True)
    opened_on: date


class Organisation(Table, table=True):
    """A company, landlord, federation, public body or association, known by its SIREN.

    `folded_name` is the name without case and accents, to sort and to search by.
    """

    __table_args__ = (Index(None, "folded_name", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str
    folded_name: str
    kind: OrganisationKind = Field(sa_type=String)
    siren: str = Field(unique=True)
    siret: str | None = None
    department: str
    registered_on: date
    version: int = 1


class Membership(Table, table=True):
    """An organisation belongs to an umbrella from a day on, until `left_on`, both included."""

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


class Signature(Table, table=True):
    """An organisation's signature under a convention, which binds it from `accedes_on` on."""

    convention_id: UUID = Field(primary_key=True, foreign_key="convention.id")
    organisation_id: UUID = Field(primary_key=True, foreign_key="organisation.id", index=True)
    accedes_on: date

    organisation: Organisation = Relationship(sa_relationship_kwargs={"lazy": "joined"})


class Convention(Table, table=True):
    """What one organisation, or several, signed with the programme.

    `reference` is how the importing office calls it. It is in force from `effective_on` to
    `ends_on`, as agreed, or to `ended_on`, when it was ended before; both days included.
    """

    __table_args__ = (Index(None, "signed_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    kind: ConventionKind = Field(sa_type=String)
    signed_on: date
    effective_on: date
    ends_on: date | None = None
    ended_on: date | None = None
    version: int = 1

    signatories: list[Signature] = Relationship(
        sa_relationship_kwargs={
            "lazy": "selectin",
            "order_by": "(Signature.accedes_on, Signature.organisation_id)",
        }
    )

    @property
    def last_day(self) -> date | None:
        """The last day in force, as far as it is known."""
        return self.ended_on or self.ends_on

    @property
    def departments(self) -> set[str]:
        return {signature.organisation.department for signature in self.signatories}


class Lead(Table, table=True):
    """A possible partner: what is known of it, how far it has come, and what is to be done next.

    `reference` is how the importing office calls it. `introduced_by` is the organisation that gave
    the lead. Once signed, it is an organisation.
    """

    __table_args__ = (Index(None, "heard_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    name: str
    kind: OrganisationKind = Field(sa_type=String)
    siren: str | None = None
    department: str
    stage: LeadStage = Field(default=LeadStage.HEARD_OF, sa_type=String, index=True)
    heard_on: date
    introduced_by: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    next_step: str | None = None
    next_on: date | None = Field(default=None, index=True)
    lost_for: LossReason | None = Field(default=None, sa_type=String)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", unique=True)
    version: int = 1


class LeadMove(Table, table=True):
    """A lead came to a stage on a day; of one day, the later has the higher position."""

    __tablename__ = "lead_move"

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    lead_id: UUID = Field(foreign_key="lead.id", index=True)
    stage: LeadStage = Field(sa_type=String)
    moved_on: date
    moved_by: str
    note: str | None = None
