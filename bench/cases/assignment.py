"""The best assignment of a hundred thousand mentees, and of a thousand, with as many pairs each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from backbone.testing.fixtures import Servers
from bench.harness.measure import Row, Sample, Turns, timed
from matching.solver.assignment import Problem, certify
from matching.solver.assignment.column_generation import solve

SMALL, LARGE = 1_000, 100_000
FEWER = 20
PAIRS_EACH = 50
KINDS = ((22, 100), (21, 60), (12, 50))
"""What two people may have in common: in how many kinds, and what it is worth."""


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (it needs none)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Make problems whose scores share factors, as those of people do."""
    large, small = random_problem(LARGE // FEWER if quick else LARGE), random_problem(SMALL)

    async def take(problem: Problem) -> Sample:
        with timed() as watch:
            assert certify(problem, solve(problem)).optimal
        return watch.cpu_each(problem.mentees, per_second=1e6)

    yield Turns(candidate=lambda: take(large), baseline=lambda: take(small))


def random_problem(mentees: int) -> Problem:
    """Return a problem with `PAIRS_EACH` pairs for each mentee; a third as many mentors."""
    chance, mentors = np.random.default_rng(mentees), mentees // 3
    mentee = np.repeat(np.arange(mentees), PAIRS_EACH)
    step = chance.integers(1, mentors // PAIRS_EACH, mentees * PAIRS_EACH)
    first = np.repeat(chance.integers(0, mentors, mentees), PAIRS_EACH)
    mentor = (first + np.cumsum(step.reshape(mentees, -1), axis=1).ravel()) % mentors
    score = chance.integers(0, 40, len(mentee))
    for kinds, worth in KINDS:
        one, other = chance.integers(0, kinds, mentees), chance.integers(0, kinds, mentors)
        score += worth * (one[mentee] == other[mentor])
    return Problem(
        priority=chance.random(mentees) < 0.35,
        capacity=chance.choice([1, 2, 3, 4, 5], mentors, p=[0.45, 0.3, 0.15, 0.06, 0.04]),
        mentee=mentee,
        mentor=mentor,
        score=score,
        min_priority=mentees // 5,
    )


ROW = Row(
    name="assignment",
    what="CPU time for each mentee of the best assignment of 100,000 (--quick: 5,000), proof "
    "included",
    baseline="for each of 1,000",
    unit="CPU µs each",
    aim=2.0,
    prepare=prepare,
    less_is_better=True,
)
