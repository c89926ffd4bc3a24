"""Leads and their moves between stages."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Identity, Index, String
from sqlmodel import Field

from contracts.enums import LeadStage, LossReason, OrganisationKind
from partners.domain.tables.base import Table


class Lead(Table, table=True):
    """A possible partner with its stage and next step.

    `reference` is its name in the importing office. `introduced_by` is the organisation that gave
    the lead, `organisation_id` the one that it became once signed.
    """

    __tablename__ = "lead"

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
    """A move of a lead to a stage; moves of one day are ordered by `position`."""

    __tablename__ = "lead_move"

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    lead_id: UUID = Field(foreign_key="lead.id", index=True)
    stage: LeadStage = Field(sa_type=String)
    moved_on: date
    moved_by: str
    note: str | None = None
