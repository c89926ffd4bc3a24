"""Verifies a certificate: additions and comparisons of whole numbers, and no solver."""

from collections.abc import Iterator

import numpy as np

from matching.domain.assignment.problem import Bools, Ints, Problem
from matching.domain.assignment.proof import Certificate


def faults(problem: Problem, formed: Ints, told: Certificate) -> Iterator[str]:
    """What does not hold, a sentence each. `formed` are the pairs formed, by their place."""
    yield from _assignment(problem, formed, told)
    yield from _number(problem, told)
    yield from _prices(problem, told)


def _assignment(problem: Problem, formed: Ints, told: Certificate) -> Iterator[str]:
    mentees = problem.mentee[formed]
    if len(np.unique(mentees)) < len(mentees):
        yield "A mentee has two mentors."
    taken = np.bincount(problem.mentor[formed], minlength=problem.mentors)
    if np.any(taken > problem.capacity):
        yield "A mentor has more mentees than places."
    if told.matched != len(formed):
        yield f"{len(formed)} pairs are formed, not {told.matched}."
    if told.score != (score := int(problem.score[formed].sum())):
        yield f"The scores add up to {score}, not to {told.score}."
    if told.priority_matched != (first := int(problem.priority[mentees].sum())):
        yield f"{first} mentees with priority have a mentor, not {told.priority_matched}."


def _number(problem: Problem, told: Certificate) -> Iterator[str]:
    """No more pairs can be formed; nor with priority, if they are fewer than asked for."""
    if told.min_priority != problem.min_priority:
        yield f"{problem.min_priority} with priority were asked for, not {told.min_priority}."
    if _room(problem, told.cover) != told.matched:
        yield "The cover has not room for as many pairs as are formed."
    if np.any(_uncovered(problem, told.cover)):
        yield "A pair is outside the cover."
    if told.priority_matched >= told.min_priority:
        return
    if told.priority_cover is None:
        yield "It is not shown why there are fewer with priority than asked for."
        return
    if _room(problem, told.priority_cover) != told.priority_matched:
        yield "The cover of those with priority has not room for as many as have a mentor."
    if np.any(_uncovered(problem, told.priority_cover) & problem.priority[problem.mentee]):
        yield "A pair with priority is outside its cover."


def _prices(problem: Problem, told: Certificate) -> Iterator[str]:
    """The prices are high enough for every pair, and add up to the sum of the scores."""
    lowest = min(told.of_mentees.min(initial=0), told.of_mentors.min(initial=0))
    if min(lowest, told.per_pair, told.per_priority) < 0:
        yield "A price is below nothing."
    bound = int(told.of_mentees.sum()) + int((told.of_mentors * problem.capacity).sum())
    bound -= told.per_pair * told.matched + told.per_priority * told.asked
    if not bound == told.upper_bound == told.score:
        yield f"The prices add up to {bound}, not to {told.score}."
    wanted = problem.score + told.per_pair + told.per_priority * problem.priority[problem.mentee]
    if np.any(told.of_mentees[problem.mentee] + told.of_mentors[problem.mentor] < wanted):
        yield "A pair is worth more than its prices."


def _room(problem: Problem, cover: tuple[Bools, Bools]) -> int:
    """How many pairs could have their mentee or their mentor in it."""
    return int(cover[0].sum()) + int(problem.capacity[cover[1]].sum())


def _uncovered(problem: Problem, cover: tuple[Bools, Bools]) -> Bools:
    missed: Bools = ~(cover[0][problem.mentee] | cover[1][problem.mentor])
    return missed
