"""Dual prices of an assignment: potentials of the residual network of its flow.

Of each node, the most that one more unit there would be worth. They are found by Bellman and Ford's
iteration over all pairs at once, which converges only if the assignment is optimal.
"""

from collections.abc import Iterator

import numpy as np

from matching.solver.assignment.problem import AT_A_TIME, Ints, Problem
from matching.solver.assignment.solution import NOBODY, Solution


class NotOptimal(RuntimeError):
    """The assignment is not optimal: there are no prices that prove it."""


class DualValues:
    """The dual values of the nodes: what one more unit is worth there; 0 at the sink.

    Nodes from which the sink cannot be reached, as the flow is the largest, are far below all
    others, and correct relative to one another.
    """

    def __init__(self, problem: Problem, solution: Solution, *, spare: bool) -> None:
        self.problem, self.formed, self.spare = problem, solution.formed, spare
        self.far = -(2 * problem.largest * (problem.mentees + problem.mentors + 2) + 1)
        taken = np.bincount(problem.mentor[self.formed], minlength=problem.mentors)
        self.open = taken < problem.capacity
        self.served = solution.mentor_of != NOBODY
        self.mentors = np.where(self.open, 0, self.far)
        self.mentees = np.full(problem.mentees, self.far)
        self.source = self.priority = self.non_priority = self.far
        self.parts = [*parts_of(problem)]
        self.pair = problem.mentee[self.formed], problem.mentor[self.formed]
        self.gain = problem.score[self.formed]

    def iterate_to_fixpoint(self) -> None:
        """Iterate until nothing changes; raise `NotOptimal` if that does not happen."""
        for _ in range(2 * (self.problem.mentees + self.problem.mentors) + 8):
            before = self.mentors.copy(), self.source, self.priority, self.non_priority
            self._raise_mentees()
            self._raise_groups()
            np.maximum.at(self.mentors, self.pair[1], self.mentees[self.pair[0]] - self.gain)
            after = self.source, self.priority, self.non_priority
            if after == before[1:] and np.array_equal(before[0], self.mentors):
                return
        raise NotOptimal("The assignment is not optimal: the prices do not converge.")

    def _raise_mentees(self) -> None:
        problem = self.problem
        groups = np.where(problem.priority, self.priority, self.non_priority)
        np.maximum(self.mentees, groups, out=self.mentees, where=self.served)
        for mentees, pairs, begins in self.parts:
            through = self.mentors[problem.mentor[pairs]] + problem.score[pairs]
            best = np.maximum.reduceat(through, begins)
            self.mentees[mentees] = np.maximum(self.mentees[mentees], best)

    def _raise_groups(self) -> None:
        is_priority, left = self.problem.priority, ~self.served
        best = int(self.mentees[is_priority & left].max(initial=self.far))
        self.priority = max(self.priority, best)
        best = int(self.mentees[~is_priority & left].max(initial=self.far))
        self.non_priority = max(self.non_priority, best)
        self.source = max(self.source, self.priority, self.non_priority)
        if self.spare:
            self.priority = max(self.priority, self.source)
        if (~is_priority & self.served).any():
            self.non_priority = max(self.non_priority, self.source)


def parts_of(problem: Problem, *, size: int = AT_A_TIME) -> Iterator[tuple[Ints, slice, Ints]]:
    """Yield some mentees, the slice of their pairs, and where those of each begin in it.

    About `size` pairs each time, of whole mentees: what is computed of them stays in the
    processor's cache.
    """
    begins = np.flatnonzero(np.diff(problem.mentee, prepend=-1))
    cuts = np.searchsorted(begins, np.arange(size, problem.pairs, size))
    parts = np.split(begins, np.unique(cuts[cuts < len(begins)]))
    ends = [*(int(part[0]) for part in parts[1:]), problem.pairs]
    for part, end in zip(parts, ends, strict=True):
        if len(part):
            yield problem.mentee[part], slice(int(part[0]), end), part - part[0]
