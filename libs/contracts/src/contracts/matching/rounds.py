"""Events about rounds."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event


class RoundPublished(Event):
    """A coordinator proposed the pairs of a round, each of which has an event of its own.

    `min_priority` is the required number of mentees from priority neighbourhoods; `optimal` says
    that the pairs were proved to be the best, and not changed by hand.
    """

    topic: ClassVar[str] = "matching.rounds"
    keyed_by: ClassVar[str] = "round_id"

    type: Literal["round-published.v1"] = "round-published.v1"
    round_id: UUID
    on: date
    criteria: str
    proposed: int
    unmatched: int
    min_priority: int
    optimal: bool
