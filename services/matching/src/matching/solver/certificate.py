"""The certificate of a round: the proof that its draft is optimal."""

from pydantic import BaseModel, ConfigDict


class Certificate(BaseModel):
    """The proof that no other choice is better: dual prices and covers.

    All values are in `unit` to a point of score: fractions of a point put longer waiting first. For
    each eligible pair, the prices of its mentee and of a place with its mentor add up to at least
    the worth of the pair plus `per_pair`, the value of one more pair, and for a mentee with
    priority `per_priority`, the price of the requested number. The prices add up to the worth of
    the proposals exactly, so that nothing can be worth more (linear programming duality).

    `cover` proves that further pairs are impossible: each eligible pair has its mentee or its
    mentor in it, and it has room for as many pairs as were found. `priority_cover` proves the same
    of mentees with priority, where fewer could be proposed than were requested.

    `mentor_of` is the proved choice: the position of each mentee's mentor, -1 for none. It is null
    in certificates made before it was recorded.
    """

    model_config = ConfigDict(frozen=True)

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
        """The number of mentees with priority that are missing to the requested number."""
        return max(0, self.min_priority - self.priority_matched)
