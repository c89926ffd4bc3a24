"""What matching tells of those who apply, beside whether the rule admits them."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import PriorityNeighbourhood, TurnDownReason


class ApplicationTurnedDown(Event):
    """A coordinator turned a graduate down for a reason that is not the rule's."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["application-turned-down.v1"] = "application-turned-down.v1"
    mentee_id: UUID
    department: str
    reason: TurnDownReason
    turned_down_on: date


class PriorityNeighbourhoodCorrected(Event):
    """What was known at a mentee's admission was wrong: it was `after`, not `before`.

    `area_code` is the area's in the State's list of the year `area_vintage`.
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
    """Several applications were one person's, who is `mentee_id` from now on.

    `duplicates` are all the others there ever were of that person, so that the latest fact says it
    all, in whatever order facts arrive.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentees-merged.v1"] = "mentees-merged.v1"
    mentee_id: UUID
    duplicates: tuple[UUID, ...]
    merged_on: date


class MenteeErased(Event):
    """A mentee of whom facts were published asked to be forgotten: nothing of theirs goes on.

    `duplicates` are all other applications there ever were of that person, so that whoever stores
    something under one of these ids need not have heard of their merge. No figure changes.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentee-erased.v1"] = "mentee-erased.v1"
    mentee_id: UUID
    duplicates: tuple[UUID, ...]
    erased_on: date
