"""Events about applications, besides the decision of the eligibility rule."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import PriorityNeighbourhood, TurnDownReason


class ApplicationTurnedDown(Event):
    """A coordinator rejected an application for a reason that is not the eligibility rule's."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["application-turned-down.v1"] = "application-turned-down.v1"
    mentee_id: UUID
    department: str
    reason: TurnDownReason
    turned_down_on: date


class PriorityNeighbourhoodCorrected(Event):
    """The value recorded at a mentee's admission was wrong: it is `after`, not `before`.

    `area_code` is the area's code in the State's list of the year `area_vintage`.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["priority-neighbourhood-corrected.v1"] = "priority-neighbourhood-corrected.v1"
    mentee_id: UUID
    before: PriorityNeighbourhood
    after: PriorityNeighbourhood
    area_code: str | None
    area_vintage: int | None
    corrected_on: date


class YouthApplied(Event):
    """A youth whom an organisation referred applied, or was found to have applied already."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["youth-applied.v1"] = "youth-applied.v1"
    mentee_id: UUID
    youth_id: UUID
    applied_on: date


class MenteesMerged(Event):
    """Several applications of one person were merged into `mentee_id`.

    `duplicates` are all other applications that this person ever had, so that the latest event is
    complete, in whatever order events arrive.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentees-merged.v1"] = "mentees-merged.v1"
    mentee_id: UUID
    duplicates: tuple[UUID, ...]
    merged_on: date


class MenteeErased(Event):
    """A mentee about whom facts were published asked for erasure: their activities stop.

    `duplicates` are all other applications that this person ever had: a service that stores data
    under one of these ids need not have received their merge. No figure changes.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentee-erased.v1"] = "mentee-erased.v1"
    mentee_id: UUID
    duplicates: tuple[UUID, ...]
    erased_on: date
