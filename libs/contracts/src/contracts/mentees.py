"""What matching tells of those who apply, beside whether the rule admits them."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import TurnDownReason


class ApplicationTurnedDown(Event):
    """A coordinator turned a graduate down for a reason that is not the rule's."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["application-turned-down.v1"] = "application-turned-down.v1"
    mentee_id: UUID
    department: str
    reason: TurnDownReason
    turned_down_on: date
