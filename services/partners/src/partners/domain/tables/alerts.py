"""Alerts: stored so that none is raised twice, open until they are settled."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from backbone.alerts.tables import AlertFields
from partners.domain.tables.base import Table


class AlertRule(StrEnum):
    """The rule that raised an alert."""

    CONVENTION_EXPIRING = "convention_expiring"
    COMMITMENT_OVERDUE = "commitment_overdue"
    LEAD_STEP_DUE = "lead_step_due"


class Alert(AlertFields, Table, table=True):
    """An alert about a convention, a commitment or a lead, due on `due_on`."""

    __tablename__ = "due"

    __table_args__ = (UniqueConstraint("rule", "about_id", "due_on"),)

    rule: AlertRule = Field(sa_type=String)
    convention_id: UUID | None = Field(default=None, foreign_key="convention.id", index=True)
    commitment_id: UUID | None = Field(default=None, foreign_key="commitment.id", index=True)
    lead_id: UUID | None = Field(default=None, foreign_key="lead.id", index=True)
