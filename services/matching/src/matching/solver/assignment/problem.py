"""An assignment problem: eligible pairs of mentees and mentors, and their scores."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_A_TIME = 1 << 18
"""Pairs that are computed at once: what stays in a processor's cache."""
ROOM = 1 << 60
"""The bound of every sum of scores, so that all arithmetic stays within 64 bits."""


class InvalidProblem(ValueError):
    """The numbers are not a problem that can be solved."""


@dataclass(frozen=True)
class Problem:
    """Mentees and mentors by number, and the pairs that may be formed, once each.

    `priority` has a mark for each of n mentees, `capacity` the places of each of m mentors. The e
    pairs are three columns: `mentee` (0 to n-1), `mentor` (0 to m-1), `score`, a whole number of
    either sign, higher is better. `min_priority` is the requested number of mentees with priority.

    The order of the pairs does not matter: they are sorted by mentee, then by mentor. Raises
    `InvalidProblem` for numbers out of their range, a pair that occurs twice, and scores so large
    that their sums could not be computed exactly.
    """

    priority: Bools
    capacity: Ints
    mentee: Ints
    mentor: Ints
    score: Ints
    min_priority: int = 0

    def __post_init__(self) -> None:
        order = None if self._in_order() else np.lexsort((self.mentor, self.mentee))
        for name in ("mentee", "mentor", "score"):
            column = np.asarray(getattr(self, name), np.int64)
            object.__setattr__(self, name, column if order is None else column[order])
        self._require_fit()

    @property
    def mentees(self) -> int:
        return len(self.priority)

    @property
    def mentors(self) -> int:
        return len(self.capacity)

    @property
    def pairs(self) -> int:
        return len(self.score)

    @property
    def largest(self) -> int:
        """The largest score, whatever its sign."""
        return int(np.abs(self.score).max(initial=0))

    def among(self, pairs: Bools) -> "Problem":
        """Return the same problem with these of its pairs alone."""
        at = np.flatnonzero(pairs)
        columns = {name: getattr(self, name)[at] for name in ("mentee", "mentor", "score")}
        return replace(self, **columns)

    def _in_order(self) -> bool:
        by_mentee = np.diff(self.mentee)
        return bool(((by_mentee > 0) | ((by_mentee == 0) & (np.diff(self.mentor) > 0))).all())

    def _require_fit(self) -> None:
        for column, number in ((self.mentee, self.mentees), (self.mentor, self.mentors)):
            if self.pairs and not (column.min() >= 0 and column.max() < number):
                raise InvalidProblem("A pair names somebody who is not there.")
        if self.mentors and self.capacity.min() < 0:
            raise InvalidProblem("A mentor has less than no place.")
        same = (np.diff(self.mentee) == 0) & (np.diff(self.mentor) == 0)
        if same.any():
            raise InvalidProblem("A pair comes twice.")
        if self.largest * 4 * (self.mentees + self.mentors + 4) >= ROOM:
            raise InvalidProblem(f"A score of {self.largest} is too large for so many people.")
