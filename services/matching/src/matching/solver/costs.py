"""The cost of a pair for a round, against its optimum: exact, or a lower bound."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from matching.solver.assignment import InvalidProblem
from matching.solver.certificate import Certificate
from matching.solver.encoding import EncodedInputs, Ints
from matching.solver.residual import Price, Residual


@dataclass(frozen=True, slots=True)
class Cost:
    """The loss of the whole round with a pair: mentees, requested ones with priority, points.

    If `exact`, it is the difference to the optimum with this pair locked. Else at least this many
    mentees are lost, and the points unless more mentees are.
    """

    fewer: int
    fewer_with_priority: int
    points: float
    exact: bool

    def __str__(self) -> str:
        """Return a sentence that claims only what is known."""
        if parts := [*self._mentees(), *self._points()]:
            return f"With this pair the whole round {' and '.join(parts)}."
        if self.exact:
            return "They could be proposed without a loss of score; another choice was taken."
        return "It is not known what the whole round would lose with this pair."

    def _mentees(self) -> Sequence[str]:
        parts = ["proposes one mentee fewer"] * self.fewer
        return parts + ["misses one more of those asked for with priority"] * (
            self.fewer_with_priority
        )

    def _points(self) -> Sequence[str]:
        points = f"{abs(self.points):.0f} point{'s' * (abs(self.points) != 1)} of score"
        if self.exact and self.points:
            return [f"{'loses' if self.points > 0 else 'gains'} exactly {points}"]
        if self.points > 0 and not self.exact:
            return [f"loses at least {points}, unless it proposes fewer mentees"]
        return []


NOTHING_LOST = Cost(0, 0, 0.0, exact=True)


@dataclass(frozen=True)
class Costs:
    """The costs of a round's pairs; `free` are the mentees who are not locked, and the places."""

    free: EncodedInputs
    proof: Certificate

    @cached_property
    def residual(self) -> Residual | None:
        """The residual network of the optimum; `None` if it is not recorded or too large."""
        if self.proof.mentor_of is None:
            return None
        with suppress(InvalidProblem):
            return Residual(self.free.inputs, self.proof)
        return None

    def of(self, mentee: int, mentor: int, *, score: int) -> Cost:
        """Return the cost of an eligible pair: exact if the residual network is known."""
        if self.residual is None:
            return self._least(mentee, mentor, score=score)
        fewer, fewer_with_priority, points = self.residual.loss(mentee, mentor)
        return Cost(fewer, fewer_with_priority, float(points), exact=True)

    def _least(self, mentee: int, mentor: int, *, score: int) -> Cost:
        """Return the lower bound that the dual prices give.

        A pair whose mentee and mentor are both in the cover takes the room of two pairs.
        """
        proof, waiting = self.proof, self.free.inputs.mentees[mentee]
        if mentee in proof.cover_mentees and mentor in proof.cover_mentors:
            return Cost(1, 0, 0.0, exact=False)
        worth = score * proof.unit + waiting.days_waiting
        worth += proof.per_pair + proof.per_priority * waiting.has_priority
        over = proof.of_mentees[mentee] + proof.of_mentors[mentor] - worth
        return Cost(0, 0, float(over // proof.unit), exact=False)

    def dearest(self, mentors: Ints, *, number: int) -> Sequence[tuple[int, Price]]:
        """Return the mentors with whom one more place would be worth most, if that is known."""
        if self.residual is None:
            return []
        prices = {int(at): self.residual.price(int(at)) for at in mentors if self.free.places[at]}
        by_price = sorted(prices, key=lambda at: (*(-worth for worth in prices[at]), at))
        return [(at, prices[at]) for at in by_price[:number]]
