"""The certificate that an assignment is optimal: dual prices, and a cover.

The prices are potentials of the flow's residual network, the cover is the minimum cut (Kőnig 1931).
Of an assignment that was found among some of the pairs, both are sought among these; they prove it
among all pairs if they miss none of the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matching.solver.assignment.dual import DualValues
from matching.solver.assignment.problem import AT_A_TIME, Bools, Ints, Problem
from matching.solver.assignment.solution import NOBODY, Solution


@dataclass(frozen=True)
class Certificate:
    """The numbers of an assignment, and the proof that there is no better one.

    For each pair, the prices of its mentee and of a place with its mentor are together at least its
    score plus `per_pair` and, for a mentee with priority, `per_priority`. All prices, times the
    places of mentors, less `per_pair` for each pair and `per_priority` for each requested one, are
    `upper_bound`: no assignment of as many can have a larger sum of scores.

    Each pair has its mentee or its mentor in `cover`, which has room for `matched` pairs, so that
    further ones are impossible. `priority_cover` proves the same of those with priority, if they
    are fewer than `min_priority`.
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
    def requested(self) -> int:
        """The number of requested mentees with priority that is possible."""
        return min(self.min_priority, self.priority_matched)

    @property
    def shortfall(self) -> int:
        """The number of mentees with priority that are missing to the requested number."""
        return self.min_priority - self.requested


def certify(problem: Problem, solution: Solution) -> Certificate:
    """Return the certificate of an assignment; raise `NotOptimal` if there is a better one."""
    if solution.among is not None:
        formed = solution.formed[solution.among]
        some = problem.among(solution.among)
        proof = _certificate(some, Solution(solution.mentor_of, formed))
        if not len(violated_pairs(problem, proof)[0]):
            return proof
    return _certificate(problem, solution)


def violated_pairs(problem: Problem, proof: Certificate) -> tuple[Ints, Ints]:
    """Return the positions of the pairs that violate a proof about other pairs, and by how much.

    Such a pair is worth more than its prices, or is outside a cover.
    """
    found = [*_violated_pairs(problem, proof)] or [(np.zeros(0, np.int64),) * 2]
    at, gain = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return at, gain


def _violated_pairs(problem: Problem, proof: Certificate) -> Iterator[tuple[Ints, Ints]]:
    floor = proof.of_mentees - proof.per_pair - proof.per_priority * problem.priority
    for first in range(0, problem.pairs, AT_A_TIME):
        some = slice(first, first + AT_A_TIME)
        mentee, mentor = problem.mentee[some], problem.mentor[some]
        gain = problem.score[some] - floor[mentee] - proof.of_mentors[mentor]
        wanted = (gain > 0) | ~(proof.cover[0][mentee] | proof.cover[1][mentor])
        if proof.priority_cover:
            covered = proof.priority_cover[0][mentee] | proof.priority_cover[1][mentor]
            wanted |= problem.priority[mentee] & ~covered
        at = np.flatnonzero(wanted)
        yield first + at, np.maximum(gain[at], 1)


def _certificate(problem: Problem, solution: Solution) -> Certificate:
    served = solution.mentor_of != NOBODY
    matched, first = int(served.sum()), int((served & problem.priority).sum())
    requested = min(problem.min_priority, first)
    worth = DualValues(problem, solution, spare=first > requested)
    worth.iterate_to_fixpoint()
    prices = worth.mentees - np.where(problem.priority, worth.priority, worth.non_priority)
    of_mentees, of_mentors = np.maximum(prices, 0), np.maximum(-worth.mentors, 0)
    per_pair, per_priority = -worth.source, worth.source - worth.priority
    bound = int(of_mentees.sum()) + int((of_mentors * problem.capacity).sum())
    return Certificate(
        matched=matched,
        score=int(problem.score[solution.formed].sum()),
        priority_matched=first,
        min_priority=problem.min_priority,
        upper_bound=bound - per_pair * matched - per_priority * requested,
        of_mentees=of_mentees,
        of_mentors=of_mentors,
        per_pair=per_pair,
        per_priority=per_priority,
        cover=_cover(problem, solution, np.ones(problem.mentees, bool)),
        priority_cover=_cover(problem, solution, problem.priority)
        if first < problem.min_priority
        else None,
    )


def _cover(problem: Problem, solution: Solution, among: Bools) -> tuple[Bools, Bools]:
    """Return the mentees who cannot be reached from an unserved one, and the mentors who can."""
    served, formed = solution.mentor_of != NOBODY, solution.formed
    among_these = among[problem.mentee]
    reached, full = among & ~served, np.zeros(problem.mentors, bool)
    for _ in _until_at_rest(reached, full):
        full[problem.mentor[among_these & ~formed & reached[problem.mentee]]] = True
        reached[problem.mentee[among_these & formed & full[problem.mentor]]] = True
    return among & ~reached, full


def _until_at_rest(*marks: Bools) -> Iterator[None]:
    """Yield for as long as marks are added."""
    before = -1
    while (now := sum(int(mark.sum()) for mark in marks)) != before:
        before = now
        yield
