"""Finds the best assignment: of few pairs at once, of many by way of few.

An optimum needs few pairs of each mentee and of each place. It is found among the best of both, and
priced; the pairs that its prices or its covers miss are added, and it is found again. When none is
missed, it is the optimum of all pairs (column generation, Dantzig and Wolfe 1960).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matching.domain.assignment.candidates import best_of_both
from matching.domain.assignment.flows import solve_whole
from matching.domain.assignment.mentee_groups import MenteeGroups
from matching.domain.assignment.problem import Problem
from matching.domain.assignment.proof import certificate, missed
from matching.domain.assignment.solution import Solution

FEW = 200_000
"""Pairs that are solved as they are."""
AT_FIRST, MORE, GROWTH = (3, 14), (4, 16), 4
"""Pairs of a mentee and of a place that are tried first; that are added of those that are missed;
and how many times as many at each further pass, which miss few."""


def solve(problem: Problem, *, few: int = FEW) -> Solution:
    """Return the best assignment; the same problem gives the same one.

    More than `few` pairs are narrowed to the best of both sides first, in the same way for mentees
    whom nothing tells apart.
    """
    if problem.pairs <= few:
        return solve_whole(problem)
    groups, numbers, pool = MenteeGroups(problem), _numbers(), np.zeros(problem.pairs, bool)
    at, gain = groups.of_first(np.arange(problem.pairs), problem.score)
    quota = 0  # is asked for once it turns out that it is not reached without
    while True:
        of_mentee, of_place = next(numbers)
        best = best_of_both(problem, gain, of_mentee=of_mentee, of_place=of_place, among=at)
        pool |= groups.marks(at[best])
        part = replace(problem.among(pool), min_priority=quota)
        found = solve_whole(part)
        proof = certificate(part, found)
        at, gain = groups.of_first(*missed(problem, proof))
        short = proof.priority_matched < problem.min_priority and not quota
        if not (len(at) or short):
            formed = np.zeros(problem.pairs, bool)
            formed[np.flatnonzero(pool)[found.formed]] = True
            return Solution(found.mentor_of, formed, pool)
        quota = problem.min_priority if short else quota


def _numbers() -> Iterator[tuple[int, int]]:
    """Yield how many pairs of a mentee and of a place to add at each pass."""
    yield AT_FIRST
    of_mentee, of_place = MORE
    while True:
        yield of_mentee, of_place
        of_mentee, of_place = GROWTH * of_mentee, GROWTH * of_place
