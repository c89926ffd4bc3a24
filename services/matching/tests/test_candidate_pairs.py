"""A round's optimum, found among few of its pairs, against all that are eligible at once."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_rounds import a_round

from matching.solver.assignment import Problem, certify
from matching.solver.assignment import certificate as assignment_certificate
from matching.solver.assignment.min_cost_flow import solve_whole
from matching.solver.blocks import Blocks
from matching.solver.certificate_check import violations
from matching.solver.columns import violated_pairs
from matching.solver.encoding import EncodedInputs
from matching.solver.inputs import Inputs
from matching.solver.objective import score_unit, worth_of
from matching.solver.rules import Rules
from matching.solver.scores import Scores
from matching.solver.solve_round import optimum, solve_round


def every_eligible(inputs: Inputs) -> Problem:
    encoded = EncodedInputs(inputs)
    mentees, mentors = np.arange(len(inputs.mentees)), np.arange(len(inputs.mentors))
    rows, columns = np.nonzero(~Rules(encoded).forbidden(mentees, mentors))
    worth = worth_of(
        Scores(encoded).of(mentees, mentors), encoded, mentees, unit=score_unit(encoded)
    )
    return Problem(
        priority=encoded.priority,
        capacity=encoded.places,
        mentee=rows,
        mentor=columns,
        score=worth[rows, columns],
        min_priority=inputs.min_priority,
    )


@given(seed=st.integers(0, 2**32), min_priority=st.sampled_from([0, 20, 60]))
@settings(max_examples=25, deadline=None)
def test_an_optimum_of_few_pairs_is_one_of_all_that_are_eligible(
    seed: int, min_priority: int
) -> None:
    inputs = a_round(seed, mentees=140, mentors=60, locked=0, min_priority=min_priority)
    every = every_eligible(inputs)

    best = optimum(Blocks(EncodedInputs(inputs)))
    whole = certify(every, solve_whole(every))

    assert (best.proof.matched, best.proof.requested, best.proof.score) == (
        whole.matched,
        whole.requested,
        whole.score,
    )
    assert best.pairs < every.pairs / 2
    assert violations(inputs, solve_round(inputs)) == []


@given(seed=st.integers(0, 2**32), cache=st.sampled_from([0, 100, 200, 10_000]))
@settings(max_examples=20, deadline=None)
def test_pairs_are_the_same_when_too_many_are_there_to_keep(seed: int, cache: int) -> None:
    encoded = EncodedInputs(a_round(seed, mentees=30))
    every, some = Blocks(encoded), Blocks(encoded, cache=cache)

    for _ in range(2):
        for one, other in zip(every, some, strict=True):
            assert np.array_equal(one.mentees, other.mentees)
            assert np.array_equal(one.scores, other.scores)


@given(seed=st.integers(0, 2**32), cache=st.sampled_from([0, 100, 10_000]))
@settings(max_examples=20, deadline=None)
def test_the_pairs_of_a_mentee_are_the_same_kept_or_not(seed: int, cache: int) -> None:
    encoded = EncodedInputs(a_round(seed, mentees=30))
    fresh, blocks = Blocks(encoded, cache=0), Blocks(encoded, cache=cache)
    blocks.fill_cache()

    for mentee in range(30):
        expected, found = fresh.of(mentee), blocks.of(mentee)
        assert (expected is None) == (found is None)
        if expected and found:
            assert found.mentees.tolist() == [mentee]
            assert np.array_equal(found.mentors, expected.mentors)
            assert np.array_equal(found.scores, expected.scores)


NOBODY: Any = {"cover": (np.zeros(60, bool), np.zeros(30, bool))}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        NOBODY,
        {"priority_cover": NOBODY["cover"]},
        {"of_mentees": np.full(60, 1 << 58)},
        {"of_mentors": np.zeros(30, np.int64), "per_pair": 0},
    ],
)
def test_all_pairs_that_a_proof_misses_are_found(changes: dict[str, Any]) -> None:
    inputs = a_round(1, mentees=60, mentors=30, locked=0, min_priority=60)
    every = every_eligible(inputs)
    few = every.among(np.arange(every.pairs) % 5 == 0)
    proof = replace(certify(few, solve_whole(few)), **changes)

    pool = violated_pairs(Blocks(EncodedInputs(inputs)), proof, times=60)

    at, _ = assignment_certificate.violated_pairs(every, proof)
    found = sorted(zip(pool.mentees.tolist(), pool.mentors.tolist(), strict=True))
    expected = zip(every.mentee[at].tolist(), every.mentor[at].tolist(), strict=True)
    assert found == [*expected]
