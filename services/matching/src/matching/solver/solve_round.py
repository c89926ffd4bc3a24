"""Solving a round: the optimal draft of all eligible pairs, its certificate and its report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np

from matching.solver import baselines
from matching.solver.assignment import Certificate as Proof
from matching.solver.assignment import InvalidProblem, Problem, certify
from matching.solver.assignment.candidates import best_of_both
from matching.solver.assignment.min_cost_flow import solve_whole
from matching.solver.assignment.solution import NOBODY
from matching.solver.blocks import Blocks
from matching.solver.certificate import Certificate
from matching.solver.certificate_check import violations
from matching.solver.columns import CandidatePairs, initial_pairs, violated_pairs
from matching.solver.draft import Draft, Proposed
from matching.solver.draft_review import DraftReview, PairNotEligible
from matching.solver.encoding import EncodedInputs, Ints
from matching.solver.fairness import served
from matching.solver.inputs import Inputs, Offering, Pair
from matching.solver.mentor_groups import MentorGroups
from matching.solver.objective import score_unit, unlocked
from matching.solver.report import report_of
from matching.solver.residual import NOTHING, Residual

Progress: TypeAlias = Callable[[str, int, int], None]
STEPS = ("eligible pairs", "optimum", "proof", "simpler ways", "report")
DEAREST = 10
OF_A_MENTEE, OF_A_PLACE = 4, 30
"""Pairs of each mentee and of each place that are solved first."""


class CertificateInvalid(RuntimeError):
    """The certificate of the draft does not hold: the draft is not published."""


def solve_round(inputs: Inputs, progress: Progress = lambda *_: None) -> Draft:
    """Return the optimal draft for these inputs, which does not depend on their order.

    Lexicographic: as many mentees as possible; of these at least `min_priority` with priority, as
    far as possible; then the largest sum of scores; then the longest waiting; then the ids. Calls
    `progress` after each step. Raise `PairNotEligible` for a locked pair that is no longer
    possible.
    """
    ordered, review = inputs.by_id(), DraftReview(inputs)
    locked = [_locked(review, pair) for pair in ordered.locked]
    blocks = Blocks(EncodedInputs(unlocked(ordered)))
    _require_places(blocks)
    progress(STEPS[0], 0, len(STEPS))
    progress(STEPS[1], 1, len(STEPS))
    best = optimum(blocks)
    found = [(int(i), int(j)) for i, j in enumerate(best.mentor_of) if j >= 0]
    proposed = [_proposed(blocks, *pair) for pair in found]
    everyone = zip(blocks.encoded.inputs.mentees, best.mentor_of, strict=True)
    draft = Draft(
        proposed=locked + proposed,
        unmatched=[mentee.id for mentee, mentor in everyone if mentor < 0],
        certificate=_certificate(blocks, best, unlocked(inputs)),
        counts=blocks.counts(),
        report={},
    )
    progress(STEPS[2], 2, len(STEPS))
    if wrong := violations(inputs, draft):
        raise CertificateInvalid(" ".join(wrong))
    progress(STEPS[3], 3, len(STEPS))
    simpler = {"greedy": baselines.greedy(blocks), "first_come": baselines.first_come(blocks)}
    progress(STEPS[4], 4, len(STEPS))
    solved = [(i, j, each.score) for (i, j), each in zip(found, proposed, strict=True)]
    report = report_of(blocks.encoded.inputs, draft.certificate, solved, locked=len(locked))
    report["fairness"] |= {
        way: served(blocks.encoded.inputs, pairs) for way, pairs in simpler.items()
    }
    report |= _prices(unlocked(inputs), draft.certificate)
    report |= {"pairs_solved": best.pairs, "passes": best.passes}
    return draft.model_copy(update={"report": report})


def _locked(review: DraftReview, pair: Pair) -> Proposed:
    score, contributions = review.scored(*pair)
    mentee, mentor = pair
    return Proposed(
        mentee_id=mentee,
        mentor_id=mentor,
        score=score,
        contributions=contributions,
        locked=True,
    )


def _require_places(blocks: Blocks) -> None:
    if (blocks.encoded.places < 0).any():
        raise PairNotEligible("More pairs are locked with a mentor than there are places now.")


@dataclass(frozen=True, slots=True)
class Optimum:
    """The optimum of all eligible pairs: the mentor of each mentee, -1 for none, and the proof.

    `pairs` were solved for it, in `passes` iterations.
    """

    mentor_of: Ints
    proof: Proof
    pairs: int
    passes: int


def optimum(blocks: Blocks) -> Optimum:
    """Return the optimum of all eligible pairs; mentors who are alike are grouped first."""
    groups = MentorGroups(blocks.encoded.inputs)
    if len(groups.members) == len(blocks.encoded.inputs.mentors):
        return _optimum(blocks)
    best = _optimum(Blocks(EncodedInputs(groups.as_one)))
    mentor_of, proof = groups.mentors_of(best.mentor_of), groups.proof_of(best.proof)
    return replace(best, mentor_of=mentor_of, proof=proof)


def _optimum(blocks: Blocks) -> Optimum:
    """Return the optimum by column generation: pairs are added until none is missed."""
    problem, passes = _problem(blocks, initial_pairs(blocks)), 0
    best = best_of_both(problem, problem.score, of_mentee=OF_A_MENTEE, of_place=OF_A_PLACE)
    problem = problem.among(best)
    while True:
        passes += 1
        solution = solve_whole(problem)
        proof = certify(problem, solution)
        more = violated_pairs(blocks, proof, times=2 ** (passes - 1))
        if not len(more):
            return Optimum(solution.mentor_of, proof, problem.pairs, passes)
        problem = _problem(
            blocks, CandidatePairs(problem.mentee, problem.mentor, problem.score) | more
        )


def _problem(blocks: Blocks, pool: CandidatePairs) -> Problem:
    return Problem(
        priority=blocks.encoded.priority,
        capacity=blocks.encoded.places,
        mentee=pool.mentees,
        mentor=pool.mentors,
        score=pool.worth,
        min_priority=blocks.encoded.inputs.min_priority,
    )


def _proposed(blocks: Blocks, mentee: int, mentor: int) -> Proposed:
    here = np.array([mentee], np.int64), np.array([mentor], np.int64)
    levels = blocks.scores.contributions(*here)
    contributions = {criterion: int(added[0, 0]) for criterion, added in levels.items()}
    return Proposed(
        mentee_id=blocks.encoded.inputs.mentees[mentee].id,
        mentor_id=blocks.encoded.inputs.mentors[mentor].id,
        score=sum(contributions.values()),
        contributions=contributions,
    )


def _certificate(blocks: Blocks, best: Optimum, free: Inputs) -> Certificate:
    """Return the proof with people in the order of `free`, which may differ from the blocks'."""
    mentees = [blocks.encoded.mentee_at[mentee.id] for mentee in free.mentees]
    mentors = [blocks.encoded.mentor_at[mentor.id] for mentor in free.mentors]
    proof, places = best.proof, np.argsort(np.array(mentors, np.int64))
    mentor_of = best.mentor_of[mentees]
    mentor_of[mentor_of != NOBODY] = places[mentor_of[mentor_of != NOBODY]]
    cover, first = proof.cover, proof.priority_cover
    return Certificate(
        unit=score_unit(blocks.encoded),
        matched=proof.matched,
        priority_matched=proof.priority_matched,
        min_priority=proof.min_priority,
        worth=proof.score,
        of_mentees=proof.of_mentees[mentees].tolist(),
        of_mentors=proof.of_mentors[mentors].tolist(),
        per_pair=proof.per_pair,
        per_priority=proof.per_priority,
        cover_mentees=np.flatnonzero(cover[0][mentees]).tolist(),
        cover_mentors=np.flatnonzero(cover[1][mentors]).tolist(),
        priority_cover_mentees=np.flatnonzero(first[0][mentees]).tolist() if first else None,
        priority_cover_mentors=np.flatnonzero(first[1][mentors]).tolist() if first else None,
        mentor_of=mentor_of.tolist(),
    )


def _prices(free: Inputs, proof: Certificate) -> dict[str, Any]:
    """Return the value of one more place, and the cost of the last mentee of the quota."""
    try:
        residual = Residual(free, proof)
    except InvalidProblem:
        return {"price_of_priority": None, "prices_of_places": []}
    return {
        "price_of_priority": residual.price_of_priority(),
        "prices_of_places": [*_dearest(residual, free.mentors)],
    }


def _dearest(residual: Residual, mentors: Sequence[Offering]) -> Iterator[dict[str, Any]]:
    """Yield the mentors with whom one more place would be worth most, and its value."""
    prices = {at: residual.price(at) for at, mentor in enumerate(mentors) if mentor.places}
    worth = [at for at, price in prices.items() if price > NOTHING]
    by_price = sorted(worth, key=lambda at: (*(-more for more in prices[at]), mentors[at].id))
    for at in by_price[:DEAREST]:
        yield {"mentor_id": str(mentors[at].id)} | prices[at]._asdict()
