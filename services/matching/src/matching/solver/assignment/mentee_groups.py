"""Groups of mentees of a problem who are alike: each group is one node of the network."""

from functools import cached_property

import numpy as np

from matching.solver.assignment.problem import Bools, Ints, Problem
from matching.solver.assignment.solution import NOBODY, Solution

HASH_MULTIPLIERS = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0xBF58_476D_1CE4_E5B9)
"""Odd multipliers of the hash over mentors and scores."""


class MenteeGroups:
    """The mentees of a problem in groups with the same pairs, scores and priority.

    `first` is the first mentee of each one's group, `sizes` the size of the group of each first
    mentee, 0 for the others.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.counts = np.bincount(problem.mentee, minlength=problem.mentees)
        self.starts = np.cumsum(self.counts) - self.counts
        self.first = self._first()
        self.sizes = np.bincount(self.first, minlength=problem.mentees)

    @cached_property
    def twin(self) -> Ints:
        """The same pair of the first mentee, for each pair."""
        return self._twin(self.first)

    def of_first(self, at: Ints, gain: Ints) -> tuple[Ints, Ints]:
        """Return those of the pairs `at` that first mentees have; the others are their twins.

        `gain` has a number for each of them.
        """
        of_firsts = self.sizes[self.problem.mentee[at]] > 0
        return at[of_firsts], gain[of_firsts]

    def marks(self, at: Ints) -> Bools:
        """Mark the pairs `at` of first mentees, and the same ones of all in their groups."""
        marks = np.zeros(self.problem.pairs, bool)
        marks[at] = True
        return marks[self.twin]

    def _first(self) -> Ints:
        problem, everyone = self.problem, np.arange(self.problem.mentees)
        _, firsts, kinds = np.unique(self._digests(), return_index=True, return_inverse=True)
        first = firsts[kinds]
        alike = (self.counts == self.counts[first]) & (problem.priority == problem.priority[first])
        first = np.where(alike, first, everyone)
        twin = self._twin(first)
        differs = (problem.mentor != problem.mentor[twin]) | (problem.score != problem.score[twin])
        others = problem.mentee[differs]  # their hashes collide
        first[others] = others
        return first

    def _twin(self, first: Ints) -> Ints:
        moved: Ints = self.starts[first] - self.starts
        return np.arange(self.problem.pairs) + moved[self.problem.mentee]

    def _digests(self) -> Ints:
        """Return a hash for each mentee, the same for the same pairs, scores and priority."""
        one, other, last = map(np.uint64, HASH_MULTIPLIERS)
        mixed = self.problem.mentor.astype(np.uint64) * one
        mixed ^= self.problem.score.astype(np.uint64) * other
        mixed ^= mixed >> np.uint64(31)
        mixed *= last
        digests = (2 * self.counts + self.problem.priority).astype(np.uint64)
        some = np.flatnonzero(self.counts)
        if len(some):
            digests[some] += np.add.reduceat(mixed, self.starts[some])
        return digests.view(np.int64)

    def solution_of(self, pairs: Ints) -> Solution:
        """Return the solution that forms these pairs of first mentees, each for one of the group.

        A pair occurs as often as it is formed; they are sorted.
        """
        problem = self.problem
        groups, begins = problem.mentee[pairs], np.cumsum(self.sizes) - self.sizes
        _, at, taken = np.unique(groups, return_index=True, return_counts=True)
        nth = np.arange(len(pairs)) - np.repeat(at, taken)
        member = np.argsort(self.first, kind="stable")[begins[groups] + nth]
        mentor_of = np.full(problem.mentees, NOBODY, np.int64)
        mentor_of[member] = problem.mentor[pairs]
        formed = np.zeros(problem.pairs, bool)
        formed[pairs - self.starts[groups] + self.starts[member]] = True
        return Solution(mentor_of, formed)
