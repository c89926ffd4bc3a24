"""Finds the best assignment: of few pairs at once, of many by way of few.

An optimum needs few pairs of each mentee and of each place. It is found among the best of both, and
priced; the pairs that its prices or its covers miss are added, and it is found again. When none is
missed, it is the optimum of all pairs (column generation, Dantzig and Wolfe 1960).
"""

from dataclasses import replace

import numpy as np

from matching.domain.assignment.candidates import best_of_both
from matching.domain.assignment.flows import solve_whole
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

    More than `few` pairs are narrowed to the best of both sides first.
    """
    if problem.pairs <= few:
        return solve_whole(problem)
    of_mentee, of_place = AT_FIRST
    pool = best_of_both(problem, problem.score, of_mentee=of_mentee, of_place=of_place)
    of_mentee, of_place = MORE
    quota = 0  # is asked for once it turns out that it is not reached without
    while True:
        part = replace(problem.among(pool), min_priority=quota)
        found = solve_whole(part)
        proof = certificate(part, found)
        at, gain = missed(problem, proof)
        short = proof.priority_matched < problem.min_priority and not quota
        if not (len(at) or short):
            formed = np.zeros(problem.pairs, bool)
            formed[np.flatnonzero(pool)[found.formed]] = True
            return Solution(found.mentor_of, formed, pool)
        best = best_of_both(problem, gain, of_mentee=of_mentee, of_place=of_place, among=at)
        pool[at[best]] = True
        of_mentee, of_place = GROWTH * of_mentee, GROWTH * of_place
        quota = problem.min_priority if short else quota
