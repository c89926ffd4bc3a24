"""Solving: few pairs at once, many by column generation.

An optimum needs few pairs of each mentee and of each place. It is sought among the best of both,
and priced; the pairs that violate its prices or its covers are added, and it is sought again. When
there are none, it is the optimum of all pairs (Dantzig and Wolfe 1960).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matching.solver.assignment.candidates import best_of_both
from matching.solver.assignment.certificate import certify, violated_pairs
from matching.solver.assignment.mentee_groups import MenteeGroups
from matching.solver.assignment.min_cost_flow import solve_whole
from matching.solver.assignment.problem import Problem
from matching.solver.assignment.solution import Solution

FEW = 200_000
"""The number of pairs up to which all are solved at once."""
INITIAL, MORE, GROWTH = (3, 14), (4, 16), 4
"""Pairs of a mentee and of a place at first, and in further passes; the growth per pass."""


def solve(problem: Problem, *, few: int = FEW) -> Solution:
    """Return the optimal assignment; it is deterministic.

    More than `few` pairs are narrowed to the best of both sides first, in the same way for alike
    mentees.
    """
    if problem.pairs <= few:
        return solve_whole(problem)
    groups, numbers, pool = MenteeGroups(problem), _numbers(), np.zeros(problem.pairs, bool)
    at, gain = groups.of_first(np.arange(problem.pairs), problem.score)
    quota = 0  # requested once the solution without it turns out to miss it
    while True:
        of_mentee, of_place = next(numbers)
        best = best_of_both(problem, gain, of_mentee=of_mentee, of_place=of_place, among=at)
        pool |= groups.marks(at[best])
        part = replace(problem.among(pool), min_priority=quota)
        found = solve_whole(part)
        proof = certify(part, found)
        at, gain = groups.of_first(*violated_pairs(problem, proof))
        short = proof.priority_matched < problem.min_priority and not quota
        if not (len(at) or short):
            formed = np.zeros(problem.pairs, bool)
            formed[np.flatnonzero(pool)[found.formed]] = True
            return Solution(found.mentor_of, formed, pool)
        quota = problem.min_priority if short else quota


def _numbers() -> Iterator[tuple[int, int]]:
    """Yield how many pairs of a mentee and of a place to add at each pass."""
    yield INITIAL
    of_mentee, of_place = MORE
    while True:
        yield of_mentee, of_place
        of_mentee, of_place = GROWTH * of_mentee, GROWTH * of_place
