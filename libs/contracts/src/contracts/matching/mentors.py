"""Events about mentors."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event


class MentorFact(Event):
    """A fact about a mentor."""

    topic: ClassVar[str] = "matching.mentors"
    keyed_by: ClassVar[str] = "mentor_id"

    mentor_id: UUID


class MentorEnrolled(MentorFact):
    """An executive of an organisation offers to accompany `capacity` mentees at a time."""

    type: Literal["mentor-enrolled.v1"] = "mentor-enrolled.v1"
    organisation_id: UUID
    department: str
    capacity: int
    enrolled_on: date


class MentorCapacityChanged(MentorFact):
    """A mentor offers to accompany more mentees than before, or fewer."""

    type: Literal["mentor-capacity-changed.v1"] = "mentor-capacity-changed.v1"
    capacity: int


class MentorErased(MentorFact):
    """A mentor asked for erasure: their activities stop. No figure changes."""

    type: Literal["mentor-erased.v1"] = "mentor-erased.v1"
    erased_on: date
