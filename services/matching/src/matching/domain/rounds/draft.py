"""What a round comes to: proposals, the proof that they are the best, and how it was decided."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from matching.domain.rounds.scores import Criterion


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Proposed(Part):
    """A pair, and what each criterion adds to its score."""

    mentee_id: UUID
    mentor_id: UUID
    score: int
    contributions: dict[Criterion, int]
    locked: bool = False


class Certificate(Part):
    """Why no other choice is better: prices at which nobody would change.

    Everything is in units of `unit` to a point of score: what is below a point tells apart who
    waits longer. For each eligible pair, what its mentee and a place with its mentor are worth is
    at least what the pair is, with `per_pair`, the worth of one more pair, and for a mentee with
    priority `per_priority`, the price of the number that was asked for. The prices add up to the
    worth of the proposals exactly, so that nothing can be worth more (linear programming duality).

    `cover` proves that no more can be proposed: each eligible pair has its mentee or its mentor in
    it, and it has room for no more pairs than were found. `priority_cover` proves the same of those
    with priority, where fewer could be proposed than were asked for.

    `mentor_of` is the choice that is proved: the position of each mentee's mentor, -1 for nobody.
    Certificates made before it was recorded have none.
    """

    unit: int
    matched: int
    priority_matched: int
    min_priority: int
    worth: int
    of_mentees: list[int]
    of_mentors: list[int]
    per_pair: int
    per_priority: int
    cover_mentees: list[int]
    cover_mentors: list[int]
    priority_cover_mentees: list[int] | None = None
    priority_cover_mentors: list[int] | None = None
    mentor_of: list[int] | None = None

    @property
    def shortfall(self) -> int:
        """How many mentees with priority are missing to the number that was asked for."""
        return max(0, self.min_priority - self.priority_matched)


class Draft(Part):
    """What was found for the mentees of a round, and its report.

    The certificate is about those who are not locked, in the order of the inputs without them.
    """

    proposed: list[Proposed]
    unmatched: list[UUID] = []
    certificate: Certificate
    counts: dict[str, int] = {}
    report: dict[str, Any] = {}
