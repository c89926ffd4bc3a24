"""The pairs of a round, block by block: the work grows with those that may meet at all.

Two who live in different regions meet only if both work at a distance. So mentees are parted by
region, and each part is held against the free mentors of its region and, for those who work at a
distance, against the free mentors elsewhere who do.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.domain.rounds.rules import Rule, Rules
from matching.domain.rounds.scores import Scores
from matching.domain.rounds.sides import Bools, Ints, Points, Sides

CELLS, KEPT = 1 << 20, 1 << 27
"""Pairs of a block, and of all blocks that are kept, at most: what bounds the memory."""
NOT_ELIGIBLE = np.int16(-1)


@dataclass(frozen=True, slots=True)
class Block:
    """Mentees by mentors: the score of each pair, and -1 for one that is not eligible."""

    mentees: Ints
    mentors: Ints
    scores: Points

    @property
    def eligible(self) -> Bools:
        eligible: Bools = self.scores != NOT_ELIGIBLE
        return eligible


class Blocks:
    """All eligible pairs of a round, as often as one likes; as many as `kept` stay in memory."""

    def __init__(self, sides: Sides, *, kept: int = KEPT) -> None:
        self.sides, self.rules, self.scores = sides, Rules(sides), Scores(sides)
        self._meet: dict[tuple[int, bool], Ints] = {}
        self._kept, self._room = list[Block](), kept
        self._row_of = dict[int, tuple[Block, int]]()

    def __iter__(self) -> Iterator[Block]:
        for number, (mentees, mentors) in enumerate(self._meeting()):
            if number < len(self._kept):
                yield self._kept[number]
                continue
            block = self._block(mentees, mentors)
            if number == len(self._kept) and block.scores.size <= self._room:
                self._room -= block.scores.size
                self._kept.append(block)
            yield block

    def keep(self) -> None:
        """Compute the pairs that can be kept, so that each mentee's are at hand."""
        for _ in self:
            pass
        for block in self._kept:
            self._row_of.update({int(at): (block, row) for row, at in enumerate(block.mentees)})

    def of(self, mentee: int) -> Block | None:
        """The pairs of one mentee; none when nobody free may meet them."""
        if found := self._row_of.get(mentee):
            block, row = found
            return Block(block.mentees[row : row + 1], block.mentors, block.scores[row : row + 1])
        mentors = self._met(int(self.sides.regions[0][mentee]), bool(self.sides.remote[0][mentee]))
        return self._block(np.array([mentee]), mentors) if len(mentors) else None

    def _block(self, mentees: Ints, mentors: Ints) -> Block:
        scores = self.scores.of(mentees, mentors)
        scores[self.rules.forbidden(mentees, mentors)] = NOT_ELIGIBLE
        return Block(mentees, mentors, scores)

    def counts(self) -> dict[str, int]:
        """How many pairs there are, how many each rule forbids first, how many are eligible."""
        mentees, mentors = len(self.sides.inputs.mentees), len(self.sides.inputs.mentors)
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
        """Mentees and free mentors who may meet, in blocks of bounded size, in a fixed order."""
        of, remote = self.sides.regions[0], self.sides.remote[0]
        for region in np.unique(of):
            for distant in (False, True):
                mentees = np.flatnonzero((of == region) & (remote == distant))
                mentors = self._met(int(region), distant)
                if len(mentors):
                    rows = max(1, CELLS // len(mentors))
                    for first in range(0, len(mentees), rows):
                        yield mentees[first : first + rows], mentors

    def _met(self, region: int, distant: bool) -> Ints:  # noqa: FBT001  (a kind of mentees)
        """The free mentors whom those of a region may meet."""
        if (region, distant) not in self._meet:
            near, far = self.sides.regions[1] == region, self.sides.remote[1]
            within = near | far if distant else near
            self._meet[region, distant] = np.flatnonzero(within & self.rules.free)
        return self._meet[region, distant]
