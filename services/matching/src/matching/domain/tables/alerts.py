"""Alerts: stored so that none is raised twice, open until they are settled."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field

from backbone.alerts.tables import AlertFields
from matching.domain.tables.base import Table


class AlertRule(StrEnum):
    """The rule that raised an alert; the first two ask a pair and are no coordinator's work."""

    ANSWER_DUE = "answer_due"
    OUTCOME_ASKED = "outcome_asked"
    PAIRING_LATE = "pairing_late"
    FIRST_INTERVIEW_LATE = "first_interview_late"
    MENTEE_WAITING = "mentee_waiting"
    LOW_RATING = "low_rating"
    PLACE_FREED = "place_freed"
    COVERAGE_ENDED = "coverage_ended"


ALERTS = frozenset(AlertRule) - {AlertRule.ANSWER_DUE, AlertRule.OUTCOME_ASKED}
"""The rules whose alerts a coordinator handles; the others are questions to the pair."""


class Alert(AlertFields, Table, table=True):
    """An alert, or a question to a pair, raised once; `about_id` can be a check-in too."""

    __tablename__ = "due"

    __table_args__ = (UniqueConstraint("rule", "about_id", "due_on"),)

    rule: AlertRule = Field(sa_type=String)
    pairing_id: UUID | None = Field(default=None, foreign_key="pairing.id", index=True)
    mentee_id: UUID | None = Field(default=None, foreign_key="mentee.id", index=True)
    mentor_id: UUID | None = Field(default=None, foreign_key="mentor.id", index=True)
