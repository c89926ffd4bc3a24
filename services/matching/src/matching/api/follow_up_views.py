"""Response bodies about the follow-up of a pair, and alerts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from backbone.web.schemas import View
from contracts.enums import IntroductionResult, Side
from matching.domain.tables import AlertRule, AppointmentState


class AppointmentView(View):
    id: UUID
    pairing_id: UUID
    planned_on: date
    state: AppointmentState
    missing: list[Side]


class PairPauseView(View):
    id: UUID
    pairing_id: UUID
    from_on: date
    until_on: date | None


class IntroductionView(View):
    id: UUID
    pairing_id: UUID
    introduced_on: date
    role: str
    organisation: str
    function: str | None
    sector: str | None
    agreed_on: date
    result: IntroductionResult | None
    answered_on: date | None


class CheckInView(View):
    id: UUID
    pairing_id: UUID
    by: Side
    held_on: date
    rating: int
    remark: str | None


class CorrectionMadeView(View):
    """Previous and new values; without `after` it was withdrawn."""

    id: UUID
    corrected_at: datetime
    corrected_by: str
    before: dict[str, Any]
    after: dict[str, Any] | None


class AlertView(View):
    """An alert for a coordinator; it is settled once its cause has ended."""

    id: UUID
    rule: AlertRule
    due_on: date
    pairing_id: UUID | None
    mentee_id: UUID | None
    mentor_id: UUID | None
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str | None


class StepView(View):
    """Something that happened on a day: what, to whom, and its details."""

    happened_on: date
    what: str
    id: UUID
    pairing_id: UUID | None
    mentee_id: UUID | None
    mentor_id: UUID | None
    details: dict[str, Any]


class CandidateView(View):
    """A waiting mentee for a mentor's free place; the contributions add up to the score."""

    mentee_id: UUID
    score: int
    contributions: dict[str, int]
