"""Response bodies about applications, exclusions, pauses and rules."""

from datetime import date, datetime
from uuid import UUID

from backbone.web.schemas import View
from contracts.enums import PriorityNeighbourhood
from matching.api.views import MenteeView
from matching.domain.tables import AskedBy, LeapDayBirthday


class PauseView(View):
    id: UUID
    mentor_id: UUID
    from_on: date
    until_on: date | None


class ExclusionView(View):
    mentee_id: UUID
    mentor_id: UUID
    asked_by: AskedBy
    asked_on: date


class CorrectionView(View):
    id: UUID
    mentee_id: UUID
    before: PriorityNeighbourhood
    after: PriorityNeighbourhood
    area_code: str | None
    area_vintage: int | None
    corrected_on: date
    corrected_at: datetime
    corrected_by: str


class RuleView(View):
    version: str
    valid_from: date
    valid_to: date | None
    younger_than: int
    degree_level: int
    degree_level_by_region: dict[str, int]
    leap_day_birthday: LeapDayBirthday


class AlikeView(View):
    mentee_id: UUID
    reference: str
    same: str


class DuplicateView(View):
    """A mentee, and possible duplicates."""

    mentee: MenteeView
    alike: list[AlikeView]
