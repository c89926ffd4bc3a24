"""The pairs of a round, block by block, so that the work grows with the pairs that may meet.

Two people in different regions meet only if both work remotely. So mentees are divided by region,
and each part is combined with the free mentors of its region and, for those who work remotely, with
the free remote mentors elsewhere.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.solver.encoding import Bools, EncodedInputs, Ints, Points
from matching.solver.rules import Rule, Rules
from matching.solver.scores import Scores

CELLS, CACHE = 1 << 20, 1 << 27
"""The maximum number of pairs in a block, and in all cached blocks: the bounds of the memory."""
NOT_ELIGIBLE = np.int16(-1)


@dataclass(frozen=True, slots=True)
class Block:
    """The scores of mentees by mentors, -1 for a pair that is not eligible."""

    mentees: Ints
    mentors: Ints
    scores: Points

    @property
    def eligible(self) -> Bools:
        eligible: Bools = self.scores != NOT_ELIGIBLE
        return eligible


class Blocks:
    """All eligible pairs of a round, as an iterable of blocks; up to `cache` pairs are cached."""

    def __init__(self, encoded: EncodedInputs, *, cache: int = CACHE) -> None:
        self.encoded, self.rules, self.scores = encoded, Rules(encoded), Scores(encoded)
        self._meet: dict[tuple[int, bool], Ints] = {}
        self._cached, self._room = list[Block](), cache
        self._row_of = dict[int, tuple[Block, int]]()

    def __iter__(self) -> Iterator[Block]:
        for number, (mentees, mentors) in enumerate(self._meeting()):
            if number < len(self._cached):
                yield self._cached[number]
                continue
            block = self._block(mentees, mentors)
            if number == len(self._cached) and block.scores.size <= self._room:
                self._room -= block.scores.size
                self._cached.append(block)
            yield block

    def fill_cache(self) -> None:
        """Compute the blocks that can be cached, so that each mentee's pairs are at hand."""
        for _ in self:
            pass
        for block in self._cached:
            self._row_of.update({int(at): (block, row) for row, at in enumerate(block.mentees)})

    def of(self, mentee: int) -> Block | None:
        """Return the pairs of one mentee; `None` if there is no free mentor whom they may meet."""
        if found := self._row_of.get(mentee):
            block, row = found
            return Block(block.mentees[row : row + 1], block.mentors, block.scores[row : row + 1])
        mentors = self._met(
            int(self.encoded.regions[0][mentee]), bool(self.encoded.remote[0][mentee])
        )
        return self._block(np.array([mentee]), mentors) if len(mentors) else None

    def _block(self, mentees: Ints, mentors: Ints) -> Block:
        scores = self.scores.of(mentees, mentors)
        scores[self.rules.forbidden(mentees, mentors)] = NOT_ELIGIBLE
        return Block(mentees, mentors, scores)

    def counts(self) -> dict[str, int]:
        """Return the number of pairs, of those each rule forbids first, and of eligible ones."""
        mentees, mentors = len(self.encoded.inputs.mentees), len(self.encoded.inputs.mentors)
        counted, left = Counter[str](), np.ones(mentors, bool)
        for rule, over in self.rules.of_mentors.items():
            counted[rule] = mentees * int((left & over).sum())
            left &= ~over
        meeting = 0
        for some, others in self._meeting():
            meeting += len(some) * len(others)
            counted.update(self._first_forbidding(some, others))
        counted[Rule.TOO_FAR] += mentees * int(left.sum()) - meeting
        every = {"pairs": mentees * mentors} | {rule.value: counted[rule] for rule in Rule}
        return every | {"eligible": mentees * mentors - sum(counted.values())}

    def _first_forbidding(self, mentees: Ints, mentors: Ints) -> dict[str, int]:
        left, counted = np.ones((len(mentees), len(mentors)), bool), dict[str, int]()
        for rule, forbidden in self.rules.forbidding(mentees, mentors).items():
            counted[rule] = int((left & forbidden).sum())
            left &= ~forbidden
        return counted

    def _meeting(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield mentees and free mentors who may meet, in bounded blocks, in a fixed order."""
        of, remote = self.encoded.regions[0], self.encoded.remote[0]
        for region in np.unique(of):
            for distant in (False, True):
                mentees = np.flatnonzero((of == region) & (remote == distant))
                mentors = self._met(int(region), distant)
                if len(mentors):
                    rows = max(1, CELLS // len(mentors))
                    for first in range(0, len(mentees), rows):
                        yield mentees[first : first + rows], mentors

    def _met(self, region: int, distant: bool) -> Ints:  # noqa: FBT001  (a kind of mentees)
        """Return the free mentors whom the mentees of a region may meet."""
        if (region, distant) not in self._meet:
            near, far = self.encoded.regions[1] == region, self.encoded.remote[1]
            within = near | far if distant else near
            self._meet[region, distant] = np.flatnonzero(within & self.rules.free)
        return self._meet[region, distant]
