"""The card of an event, or of a meeting of the board."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Card


class OccasionCard(Card):
    """The name and place of an event, or of a meeting of the board."""

    topic: ClassVar[str] = "partners.occasions"
    keyed_by: ClassVar[str] = "occasion_id"

    type: Literal["occasion-card.v1"] = "occasion-card.v1"
    occasion_id: UUID
    name: str | None
    place: str | None
    department: str
