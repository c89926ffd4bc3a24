"""Alerts: stored so that none is raised twice, open until they are settled."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from partners.domain.tables.base import INSTANT, Table, now


class DueRule(StrEnum):
    """The rule that raised an alert."""

    CONVENTION_EXPIRING = "convention_expiring"
    COMMITMENT_OVERDUE = "commitment_overdue"
    LEAD_STEP_DUE = "lead_step_due"


class Alert(Table, table=True):
    """An alert about a convention, a commitment or a lead, due on `due_on`."""

    __tablename__ = "due"

    __table_args__ = (UniqueConstraint("rule", "about_id", "due_on"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    rule: DueRule = Field(sa_type=String)
    about_id: UUID
    due_on: date
    convention_id: UUID | None = Field(default=None, foreign_key="convention.id", index=True)
    commitment_id: UUID | None = Field(default=None, foreign_key="commitment.id", index=True)
    lead_id: UUID | None = Field(default=None, foreign_key="lead.id", index=True)
    raised_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    settled_at: datetime | None = Field(default=None, sa_type=INSTANT)
    settled_by: str | None = None
