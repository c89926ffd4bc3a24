"""The check of a certificate: additions and comparisons of whole numbers, and no solver."""

from collections.abc import Iterator

import numpy as np

from matching.solver.assignment.certificate import Certificate
from matching.solver.assignment.problem import Bools, Ints, Problem


def violations(problem: Problem, formed: Ints, proof: Certificate) -> Iterator[str]:
    """Yield a sentence for each fault; `formed` are the positions of the formed pairs."""
    yield from _assignment(problem, formed, proof)
    yield from _number(problem, proof)
    yield from _prices(problem, proof)


def _assignment(problem: Problem, formed: Ints, proof: Certificate) -> Iterator[str]:
    mentees = problem.mentee[formed]
    if len(np.unique(mentees)) < len(mentees):
        yield "A mentee has two mentors."
    taken = np.bincount(problem.mentor[formed], minlength=problem.mentors)
    if np.any(taken > problem.capacity):
        yield "A mentor has more mentees than places."
    if proof.matched != len(formed):
        yield f"{len(formed)} pairs are formed, not {proof.matched}."
    if proof.score != (score := int(problem.score[formed].sum())):
        yield f"The scores add up to {score}, not to {proof.score}."
    if proof.priority_matched != (first := int(problem.priority[mentees].sum())):
        yield f"{first} mentees with priority have a mentor, not {proof.priority_matched}."


def _number(problem: Problem, proof: Certificate) -> Iterator[str]:
    """Yield the faults of the covers: more pairs, or more with priority, might be possible."""
    if proof.min_priority != problem.min_priority:
        yield f"{problem.min_priority} with priority were asked for, not {proof.min_priority}."
    if _room(problem, proof.cover) != proof.matched:
        yield "The cover has not room for as many pairs as are formed."
    if np.any(_uncovered(problem, proof.cover)):
        yield "A pair is outside the cover."
    if proof.priority_matched >= proof.min_priority:
        return
    if proof.priority_cover is None:
        yield "It is not shown why there are fewer with priority than asked for."
        return
    if _room(problem, proof.priority_cover) != proof.priority_matched:
        yield "The cover of those with priority has not room for as many as have a mentor."
    if np.any(_uncovered(problem, proof.priority_cover) & problem.priority[problem.mentee]):
        yield "A pair with priority is outside its cover."


def _prices(problem: Problem, proof: Certificate) -> Iterator[str]:
    """Yield the faults of the prices: too low for a pair, or not the sum of the scores."""
    lowest = min(proof.of_mentees.min(initial=0), proof.of_mentors.min(initial=0))
    if min(lowest, proof.per_pair, proof.per_priority) < 0:
        yield "A price is below nothing."
    bound = int(proof.of_mentees.sum()) + int((proof.of_mentors * problem.capacity).sum())
    bound -= proof.per_pair * proof.matched + proof.per_priority * proof.requested
    if not bound == proof.upper_bound == proof.score:
        yield f"The prices add up to {bound}, not to {proof.score}."
    wanted = problem.score + proof.per_pair + proof.per_priority * problem.priority[problem.mentee]
    if np.any(proof.of_mentees[problem.mentee] + proof.of_mentors[problem.mentor] < wanted):
        yield "A pair is worth more than its prices."


def _room(problem: Problem, cover: tuple[Bools, Bools]) -> int:
    """Return how many pairs could have their mentee or their mentor in the cover."""
    return int(cover[0].sum()) + int(problem.capacity[cover[1]].sum())


def _uncovered(problem: Problem, cover: tuple[Bools, Bools]) -> Bools:
    missed: Bools = ~(cover[0][problem.mentee] | cover[1][problem.mentor])
    return missed
