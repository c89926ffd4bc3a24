"""The best assignment: against all there are, against scipy, against a published optimum."""

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path
from subprocess import run
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.solver.assignment import Certificate, InvalidProblem, Problem, certify, violations
from matching.solver.assignment.candidates import best_of_both
from matching.solver.assignment.certificate import violated_pairs
from matching.solver.assignment.column_generation import solve
from matching.solver.assignment.dual import NotOptimal, parts_of
from matching.solver.assignment.mentee_groups import HASH_MULTIPLIERS, MenteeGroups
from matching.solver.assignment.min_cost_flow import solve_whole
from matching.solver.assignment.solution import Solution

HERE = Path(__file__).parent


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Few mentees, few mentors, any pairs between them, scores of either sign."""
    mentees, mentors = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    possible = list(product(range(mentees), range(mentors)))
    pairs = draw(st.lists(st.sampled_from(possible), unique=True)) if possible else []
    whole = st.integers(-6, 6)
    return Problem(
        priority=np.array(draw(st.lists(st.booleans(), min_size=mentees, max_size=mentees)), bool),
        capacity=np.array(
            draw(st.lists(st.integers(0, 2), min_size=mentors, max_size=mentors)), np.int64
        ),
        mentee=np.array([mentee for mentee, _ in pairs], np.int64),
        mentor=np.array([mentor for _, mentor in pairs], np.int64),
        score=np.array([draw(whole) for _ in pairs], np.int64),
        min_priority=draw(st.integers(0, mentees + 1)),
    )


def best_of_all(problem: Problem) -> tuple[int, int, int]:
    """What the best of all assignments comes to: mentees, those asked for with priority, score."""
    choices = [[(None, 0)] for _ in range(problem.mentees)]
    for mentee, mentor, score in zip(problem.mentee, problem.mentor, problem.score, strict=True):
        choices[mentee].append((mentor, score))
    found = []
    for chosen in product(*choices):
        taken = np.bincount([m for m, _ in chosen if m is not None], minlength=problem.mentors)
        if (taken <= problem.capacity).all():
            served = [m is not None for m, _ in chosen]
            first = int((np.array(served, bool) & problem.priority).sum())
            score = sum(int(s) for _, s in chosen)
            found.append((sum(served), min(first, problem.min_priority), score))
    return max(found)


def proved(problem: Problem) -> tuple[Solution, Certificate]:
    solution = solve(problem)
    return solution, certify(problem, solution)


@given(problem=problems())
def test_it_is_the_best_of_all_and_its_proof_holds(problem: Problem) -> None:
    solution, proof = proved(problem)

    asked = min(proof.priority_matched, problem.min_priority)
    assert (proof.matched, asked, proof.score) == best_of_all(problem)
    assert proof.optimal
    assert list(violations(problem, np.flatnonzero(solution.formed), proof)) == []


@given(problem=problems(), chance=st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_changes_nothing(problem: Problem, chance: Any) -> None:
    order = list(range(problem.pairs))
    chance.shuffle(order)
    shuffled = replace(
        problem,
        mentee=problem.mentee[order],
        mentor=problem.mentor[order],
        score=problem.score[order],
    )

    assert np.array_equal(solve(shuffled).mentor_of, solve(problem).mentor_of)


NUMBERS = ("matched", "score", "priority_matched", "min_priority", "upper_bound", "per_pair",
           "per_priority")  # fmt: skip


@given(problem=problems(), data=st.data())
def test_a_certificate_that_was_tampered_with_is_refused(problem: Problem, data: Any) -> None:
    solution, proof = proved(problem)
    formed = np.flatnonzero(solution.formed)
    places = [(name, at) for name in ("of_mentees", "of_mentors")
              for at in range(len(getattr(proof, name)))]  # fmt: skip
    name, at = data.draw(st.sampled_from([*((name, None) for name in NUMBERS), *places]))
    by = data.draw(st.integers(-9, 9).filter(bool))
    if at is None:
        changed = replace(proof, **{name: getattr(proof, name) + by})
    else:
        prices = getattr(proof, name).copy()
        prices[at] += by
        changed = replace(proof, **{name: prices})

    if proves_the_same(problem, proof, changed, name, at):
        return
    assert list(violations(problem, formed, changed)) != []


def proves_the_same(
    problem: Problem, proof: Certificate, changed: Certificate, name: str, at: int | None
) -> bool:
    """A price of what there is none of weighs nothing; whatever it is, it proves as much."""
    weightless = {
        "of_mentors": at is not None and name == "of_mentors" and problem.capacity[at] == 0,
        "per_pair": proof.matched == 0,
        "per_priority": proof.requested == 0,
    }
    return bool(weightless.get(name)) and changed.upper_bound == proof.upper_bound


@given(problem=problems(), data=st.data())
def test_an_assignment_that_is_not_the_best_has_no_proof(problem: Problem, data: Any) -> None:
    solution, proof = proved(problem)
    formed = np.flatnonzero(solution.formed)
    if not len(formed):
        return
    worse = np.delete(formed, data.draw(st.integers(0, len(formed) - 1)))

    assert list(violations(problem, worse, proof)) != []
    if proof.cover[0].all():
        return
    swapped = solution.formed.copy()
    swapped[:] = False
    swapped[worse] = True
    fewer = np.full(problem.mentees, -1, np.int64)
    fewer[problem.mentee[swapped]] = problem.mentor[swapped]
    try:
        claimed = certify(problem, Solution(fewer, swapped))
    except NotOptimal:
        return
    assert list(violations(problem, worse, claimed)) != []


def correlated(mentees: int, mentors: int, *, seed: int) -> np.ndarray:
    """Scores that share factors, as those of people do: function, sector, and what is left."""
    chance = np.random.default_rng(seed)
    score = chance.integers(0, 40, (mentees, mentors))
    for kinds, worth in ((14, 100), (21, 60), (5, 50)):
        one, other = chance.integers(0, kinds, mentees), chance.integers(0, kinds, mentors)
        score += worth * (one[:, None] == other[None, :])
    return score


@pytest.mark.parametrize(
    ("mentees", "mentors", "places"), [(300, 300, 1), (240, 120, 2), (600, 600, 1)]
)
def test_it_is_as_good_as_what_scipy_finds(mentees: int, mentors: int, places: int) -> None:
    scores = correlated(mentees, mentors, seed=mentees)
    rows, columns = np.nonzero(np.ones_like(scores, bool))
    problem = Problem(
        priority=np.zeros(mentees, bool),
        capacity=np.full(mentors, places),
        mentee=rows,
        mentor=columns,
        score=scores[rows, columns],
    )

    _, proof = proved(problem)

    dense = np.repeat(scores, places, axis=1)
    row, column = linear_sum_assignment(dense, maximize=True)
    assert (proof.matched, proof.score) == (mentees, int(dense[row, column].sum()))


def crowded(*, mentees: int, mentors: int, seed: int, asked: float) -> Problem:
    """All pairs of many mentees and few mentors; `asked` of them with priority, a part of all."""
    chance = np.random.default_rng(seed)
    scores = correlated(mentees, mentors, seed=seed)
    rows, columns = np.nonzero(chance.random(scores.shape) < 0.9)
    return Problem(
        priority=chance.random(mentees) < 0.4,
        capacity=chance.integers(0, 3, mentors),
        mentee=rows,
        mentor=columns,
        score=scores[rows, columns],
        min_priority=int(asked * mentees),
    )


@given(
    seed=st.integers(0, 2**32),
    mentees=st.integers(20, 60),
    mentors=st.integers(5, 40),
    asked=st.sampled_from([0.0, 0.1, 0.3, 1.0]),
)
@settings(deadline=None)
def test_what_is_found_among_few_pairs_is_as_good_as_what_is_found_among_all(
    seed: int, mentees: int, mentors: int, asked: float
) -> None:
    problem = crowded(mentees=mentees, mentors=mentors, seed=seed, asked=asked)

    narrowed = solve(problem, few=0)
    proof, whole = certify(problem, narrowed), certify(problem, solve_whole(problem))

    assert narrowed.among is not None
    assert list(violations(problem, np.flatnonzero(narrowed.formed), proof)) == []
    assert (proof.matched, proof.score, proof.requested, proof.shortfall) == (
        whole.matched,
        whole.score,
        whole.requested,
        whole.shortfall,
    )


@pytest.mark.parametrize("cover", ["cover", "priority_cover"])
def test_a_pair_outside_a_cover_is_missed(cover: str) -> None:
    problem = crowded(mentees=40, mentors=10, seed=1, asked=1.0)
    proof = certify(problem, solve_whole(problem))
    nobody = np.zeros(problem.mentees, bool), np.zeros(problem.mentors, bool)
    expected = problem.priority[problem.mentee] | (cover == "cover")

    assert not len(violated_pairs(problem, proof)[0])
    assert np.array_equal(
        violated_pairs(problem, replace(proof, **{cover: nobody}))[0], np.flatnonzero(expected)
    )


def test_few_of_many_pairs_are_tried() -> None:
    problem = crowded(mentees=400, mentors=200, seed=1, asked=0.0)

    tried = solve(problem, few=0).among

    assert tried is not None
    assert tried.sum() < problem.pairs / 5


@given(seed=st.integers(0, 2**32), of_mentee=st.integers(0, 5), of_place=st.integers(0, 5))
def test_the_best_pairs_of_each_mentee_and_of_each_place_are_candidates(
    seed: int, of_mentee: int, of_place: int
) -> None:
    problem = crowded(mentees=15, mentors=9, seed=seed, asked=0.0)
    worth = np.random.default_rng(seed).permutation(problem.pairs) - 40

    best = best_of_both(problem, worth, of_mentee=of_mentee, of_place=of_place)

    expected = {
        int(at)
        for side, most in (
            (problem.mentee, np.full(problem.mentees, of_mentee)),
            (problem.mentor, of_place * problem.capacity),
        )
        for person, number in enumerate(most)
        for at in sorted(np.flatnonzero(side == person), key=lambda at: -worth[at])[:number]
    }
    assert {*np.flatnonzero(best).tolist()} == expected


def test_equals_are_spread_over_the_mentors() -> None:
    everyone = np.indices((64, 32)).reshape(2, -1)
    equal = np.zeros(64 * 32, np.int64)
    problem = Problem(np.zeros(64, bool), np.zeros(32, np.int64), *everyone, equal)

    best = best_of_both(problem, equal, of_mentee=1, of_place=0)

    assert len(np.unique(problem.mentor[best])) > 16


@given(problem=problems())
def test_a_proof_does_not_rely_on_where_the_assignment_was_found(problem: Problem) -> None:
    solution = solve(problem)
    among = replace(solution, among=solution.formed)

    proof = certify(problem, among)

    assert list(violations(problem, np.flatnonzero(among.formed), proof)) == []


@given(problem=problems(), size=st.integers(1, 6))
def test_the_pairs_of_a_problem_are_parted_by_mentee(problem: Problem, size: int) -> None:
    parts = [*parts_of(problem, size=size)]

    rows = [*range(problem.pairs)]
    assert [row for _, pairs, _ in parts for row in rows[pairs]] == rows
    for mentees, pairs, begins in parts:
        assert problem.mentee[pairs][begins].tolist() == mentees.tolist()
        assert mentees.tolist() == np.unique(problem.mentee[pairs]).tolist()


@given(problem=problems(), data=st.data())
def test_mentees_whom_nothing_tells_apart_are_solved_as_one(problem: Problem, data: Any) -> None:
    """Each mentee comes once more, or twice; the best of all is found, and proved."""
    copies = data.draw(st.lists(st.integers(1, 2), min_size=problem.mentees,
                                max_size=problem.mentees))  # fmt: skip
    doubled = repeated(problem, copies)

    groups = MenteeGroups(doubled)

    assert groups.sizes.sum() == doubled.mentees
    assert groups_of(doubled, groups.first.tolist())
    solution, proof = proved(doubled)
    asked = min(proof.priority_matched, doubled.min_priority)
    assert (proof.matched, asked, proof.score) == best_of_all(doubled)
    assert list(violations(doubled, np.flatnonzero(solution.formed), proof)) == []
    narrowed = solve(doubled, few=0)
    assert certify(doubled, narrowed).score == proof.score


def repeated(problem: Problem, copies: list[int]) -> Problem:
    """The same problem, in which each mentee comes so often."""
    origin = np.repeat(np.arange(problem.mentees), copies)
    rows = [
        (new, at) for new, old in enumerate(origin) for at in np.flatnonzero(problem.mentee == old)
    ]
    at = np.array([at for _, at in rows], np.int64)
    return replace(
        problem,
        priority=problem.priority[origin],
        mentee=np.array([new for new, _ in rows], np.int64),
        mentor=problem.mentor[at],
        score=problem.score[at],
    )


def groups_of(problem: Problem, first: list[int]) -> bool:
    """Whether two mentees have the same first one exactly if they are alike."""
    pairs = zip(
        problem.mentee.tolist(), problem.mentor.tolist(), problem.score.tolist(), strict=True
    )
    rows = [[bool(each)] for each in problem.priority]
    for mentee, mentor, score in pairs:
        rows[mentee].append((mentor, score))
    return all(
        (rows[one] == rows[other]) == (first[one] == first[other])
        for one, other in product(range(problem.mentees), repeat=2)
    )


def test_mentees_whose_digests_agree_by_chance_are_told_apart() -> None:
    one, other, _ = HASH_MULTIPLIERS
    inverse = pow(other, -1, 1 << 64)
    scores = ((s, inverse * (one ^ s * other) % (1 << 64)) for s in range(1, 1 << 20))
    score, same = next((s, t) for s, t in scores if t < 1 << 54)
    problem = Problem(
        priority=np.zeros(2, bool),
        capacity=np.ones(2, np.int64),
        mentee=np.array([0, 1]),
        mentor=np.array([1, 0]),
        score=np.array([score, same]),
    )

    groups = MenteeGroups(problem)

    assert len({*groups._digests().tolist()}) == 1
    assert groups.first.tolist() == [0, 1]


def test_the_published_optimum_of_a_hundred_is_found() -> None:
    """OR-Library's assign100: the least sum of costs is 305 (Beasley 1990)."""
    costs = np.loadtxt(HERE / "data" / "or-library-assign100.csv", np.int64, delimiter=",")
    rows, columns = np.nonzero(np.ones_like(costs, bool))
    problem = Problem(
        priority=np.zeros(100, bool),
        capacity=np.ones(100, np.int64),
        mentee=rows,
        mentor=columns,
        score=-costs[rows, columns],
    )

    _, proof = proved(problem)

    assert (proof.matched, proof.score, proof.upper_bound) == (100, -305, -305)


def test_fewer_with_priority_than_asked_for_are_shown_to_be_the_most() -> None:
    """Three with priority share one mentor of two places; the third cannot be had."""
    problem = Problem(
        priority=np.array([True, True, True, False]),
        capacity=np.array([2, 1]),
        mentee=np.array([0, 1, 2, 3, 3]),
        mentor=np.array([0, 0, 0, 0, 1]),
        score=np.array([1, 1, 1, 90, 1]),
        min_priority=3,
    )

    _, proof = proved(problem)

    assert (proof.matched, proof.priority_matched, proof.shortfall) == (3, 2, 1)
    assert proof.priority_cover is not None
    assert proof.priority_cover[1].tolist() == [True, False]


def test_more_are_served_before_the_sum_counts() -> None:
    """The one best pair would leave the other mentee without anybody."""
    problem = Problem(
        priority=np.array([False, False]),
        capacity=np.array([1, 1]),
        mentee=np.array([0, 0, 1]),
        mentor=np.array([0, 1, 0]),
        score=np.array([1_000, -50, -50]),
    )

    solution, proof = proved(problem)

    assert solution.mentor_of.tolist() == [1, 0]
    assert (proof.matched, proof.score) == (2, -100)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mentee": [0, 0], "mentor": [0, 0], "score": [1, 2]}, "twice"),
        ({"mentee": [1], "mentor": [0], "score": [1]}, "not there"),
        ({"capacity": [-1]}, "less than no place"),
        ({"score": [2**58]}, "too large"),
    ],
)
def test_numbers_that_are_no_problem_are_refused(changes: dict[str, Any], says: str) -> None:
    fit: dict[str, Any] = {"priority": [True], "capacity": [1], "mentee": [0], "mentor": [0]}
    fit |= {"score": [5]} | changes

    with pytest.raises(InvalidProblem, match=says):
        Problem(**{name: np.array(column) for name, column in fit.items()})


def test_a_proof_is_checked_without_the_solver() -> None:
    asked = "import sys; import matching.solver.assignment; print('ortools' in sys.modules)"

    proof = run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert proof.stdout == "False\n"
