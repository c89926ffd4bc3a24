"""The proof that an assignment is the best: prices, and a cover.

The prices are potentials of the flow's residual network: of each node, the most that one more unit
there would be worth. They are found by Bellman and Ford's iteration over all pairs at once, and
come to rest only if the assignment is optimal. The cover is the minimum cut (Kőnig 1931).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.domain.assignment.problem import Bools, Ints, Problem
from matching.domain.assignment.solution import NOBODY, Solution


@dataclass(frozen=True)
class Certificate:
    """What an assignment comes to, and why there is no better one.

    For each pair, the prices of its mentee and of a place with its mentor are together at least its
    score with `per_pair` and, for a mentee with priority, `per_priority`. All prices, places times
    theirs, less `per_pair` for each pair and `per_priority` for each that was asked for, are
    `upper_bound`: no assignment of as many can have a larger sum of scores.

    Each pair has its mentee or its mentor in `cover`, which has room for `matched` pairs: no more
    can be formed. `priority_cover` says the same of those with priority, if they are fewer than
    `min_priority`.
    """

    matched: int
    score: int
    priority_matched: int
    min_priority: int
    upper_bound: int
    of_mentees: Ints
    of_mentors: Ints
    per_pair: int
    per_priority: int
    cover: tuple[Bools, Bools]
    priority_cover: tuple[Bools, Bools] | None

    @property
    def optimal(self) -> bool:
        return self.score == self.upper_bound

    @property
    def asked(self) -> int:
        """How many with priority could be had of those that were asked for."""
        return min(self.min_priority, self.priority_matched)

    @property
    def shortfall(self) -> int:
        """How many with priority are missing to the number that was asked for."""
        return self.min_priority - self.asked


class NotOptimal(RuntimeError):  # noqa: N818  (a state, not a fault)
    """No prices prove the assignment."""


def certificate(problem: Problem, solution: Solution) -> Certificate:
    """Prove an assignment. Raises `NotOptimal` when there is a better one."""
    served = solution.mentor_of != NOBODY
    matched, first = int(served.sum()), int((served & problem.priority).sum())
    asked = min(problem.min_priority, first)
    worth = _Potentials(problem, solution, spare=first > asked)
    worth.settle()
    prices = worth.mentees - np.where(problem.priority, worth.first, worth.others)
    of_mentees, of_mentors = np.maximum(prices, 0), np.maximum(-worth.mentors, 0)
    per_pair, per_priority = -worth.source, worth.source - worth.first
    bound = int(of_mentees.sum()) + int((of_mentors * problem.capacity).sum())
    return Certificate(
        matched=matched,
        score=int(problem.score[solution.formed].sum()),
        priority_matched=first,
        min_priority=problem.min_priority,
        upper_bound=bound - per_pair * matched - per_priority * asked,
        of_mentees=of_mentees,
        of_mentors=of_mentors,
        per_pair=per_pair,
        per_priority=per_priority,
        cover=_cover(problem, solution, np.ones(problem.mentees, bool)),
        priority_cover=_cover(problem, solution, problem.priority)
        if first < problem.min_priority
        else None,
    )


class _Potentials:
    """What one more unit is worth at each node: at the sink nothing, and so on up the network.

    Nodes from which the sink cannot be reached, for the flow is the largest, stand far below all
    others, and right to one another.
    """

    def __init__(self, problem: Problem, solution: Solution, *, spare: bool) -> None:
        self.problem, self.formed, self.spare = problem, solution.formed, spare
        self.far = -(2 * problem.largest * (problem.mentees + problem.mentors + 2) + 1)
        taken = np.bincount(problem.mentor[self.formed], minlength=problem.mentors)
        self.open = taken < problem.capacity
        self.served = solution.mentor_of != NOBODY
        self.mentors = np.where(self.open, 0, self.far)
        self.mentees = np.full(problem.mentees, self.far)
        self.source = self.first = self.others = self.far
        self.rows, self.starts = np.unique(problem.mentee, return_index=True)
        self.pair = problem.mentee[self.formed], problem.mentor[self.formed]
        self.gain = problem.score[self.formed]

    def settle(self) -> None:
        """Iterate until nothing changes any more."""
        for _ in range(2 * (self.problem.mentees + self.problem.mentors) + 8):
            before = self.mentors.copy(), self.source, self.first, self.others
            self._raise_mentees()
            self._raise_groups()
            np.maximum.at(self.mentors, self.pair[1], self.mentees[self.pair[0]] - self.gain)
            after = self.source, self.first, self.others
            if after == before[1:] and np.array_equal(before[0], self.mentors):
                return
        raise NotOptimal("There is a better assignment: the prices come to no rest.")

    def _raise_mentees(self) -> None:
        problem = self.problem
        groups = np.where(problem.priority, self.first, self.others)
        np.maximum(self.mentees, groups, out=self.mentees, where=self.served)
        if problem.pairs:
            through = self.mentors[problem.mentor] + problem.score
            best = np.maximum.reduceat(through, self.starts)
            self.mentees[self.rows] = np.maximum(self.mentees[self.rows], best)

    def _raise_groups(self) -> None:
        first, left = self.problem.priority, ~self.served
        self.first = max(self.first, int(self.mentees[first & left].max(initial=self.far)))
        self.others = max(self.others, int(self.mentees[~first & left].max(initial=self.far)))
        self.source = max(self.source, self.first, self.others)
        if self.spare:
            self.first = max(self.first, self.source)
        if (~first & self.served).any():
            self.others = max(self.others, self.source)


def _cover(problem: Problem, solution: Solution, among: Bools) -> tuple[Bools, Bools]:
    """Of these mentees those who cannot be reached from one who is left; mentors who can."""
    served, formed = solution.mentor_of != NOBODY, solution.formed
    ours = among[problem.mentee]
    reached, full = among & ~served, np.zeros(problem.mentors, bool)
    for _ in _until_at_rest(reached, full):
        full[problem.mentor[ours & ~formed & reached[problem.mentee]]] = True
        reached[problem.mentee[ours & formed & full[problem.mentor]]] = True
    return among & ~reached, full


def _until_at_rest(*marks: Bools) -> Iterator[None]:
    """Again and again, as long as a mark is added."""
    before = -1
    while (now := sum(int(mark.sum()) for mark in marks)) != before:
        before = now
        yield
