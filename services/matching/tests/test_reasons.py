"""What is explained of a round, against the rules and criteria worked out for all pairs at once."""

import sys
from collections import Counter
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from random_rounds import a_round

from matching.domain.rounds.blocks import Blocks
from matching.domain.rounds.deciding import decide
from matching.domain.rounds.draft import Certificate, Draft
from matching.domain.rounds.inputs import Inputs
from matching.domain.rounds.packed import packed, unpacked
from matching.domain.rounds.reasons import ROUNDS, Explained, Reasons, reasons_of
from matching.domain.rounds.rules import SAID
from matching.domain.rounds.sides import Sides
from matching.domain.rounds.worth import unlocked, worth_of

MENTEES, MENTORS, LOCKED = 24, 20, 5


def kept(inputs: Inputs, draft: Draft) -> tuple[bytes, bytes]:
    return packed(inputs), packed(draft.certificate)


class Whole:
    """The rules, scores and costs of all pairs of a round at once."""

    def __init__(self, inputs: Inputs, proof: Certificate) -> None:
        self.blocks, free = Blocks(Sides(inputs)), Blocks(Sides(unlocked(inputs)))
        self.free = free.sides
        everybody = self._everybody(self.blocks.sides)
        shape = len(everybody[0]), len(everybody[1])
        self.contributions = {
            name: np.broadcast_to(added, shape)
            for name, added in self.blocks.scores.contributions(*everybody).items()
        }
        self.forbidding = self.blocks.rules.forbidding(*everybody)
        rows, columns = self._everybody(free.sides)
        bonus = proof.per_pair + proof.per_priority * free.sides.priority
        worth = worth_of(free.scores.of(rows, columns), free.sides, rows) + bonus[:, None]
        prices = np.array(proof.of_mentees)[:, None] + np.array(proof.of_mentors)[None, :]
        in_cover = np.isin(rows, proof.cover_mentees)[:, None]
        self.fewer = in_cover & np.isin(columns, proof.cover_mentors)[None, :]
        over, asked = prices - worth, min(proof.min_priority, proof.priority_matched)
        self.fewer = self.fewer | (over > proof.worth + proof.per_priority * asked)
        self.costs = (over - self.fewer * proof.per_pair) / proof.unit

    @staticmethod
    def _everybody(sides: Sides) -> tuple[Any, Any]:
        return np.arange(len(sides.inputs.mentees)), np.arange(len(sides.inputs.mentors))

    def of_pair(self, i: int, j: int, *, proposed_to: UUID | None) -> dict[str, Any]:
        inputs = self.blocks.sides.inputs
        mentee, mentor = inputs.mentees[i], inputs.mentors[j]
        forbidden = [SAID[rule] for rule, over in self.forbidding.items() if over[i, j]]
        proposed = proposed_to == mentor.id
        row = self.free.mentee_at.get(mentee.id)
        full = not self.free.places[j]
        priced = row is not None and not (proposed or forbidden or full)
        contributions = {name: int(added[i, j]) for name, added in self.contributions.items()}
        return {
            "proposed": proposed,
            "forbidden_by": forbidden,
            "contributions": contributions,
            "score": sum(contributions.values()),
            "fewer": int(self.fewer[row, j]) if priced else 0,
            "costs": float(self.costs[row, j]) if priced else None,
            "instead": None if proposed else proposed_to,
        }


def without_sentence(explained: Explained) -> dict[str, Any]:
    names = ("proposed", "forbidden_by", "contributions", "score", "fewer", "costs", "instead")
    return {name: getattr(explained, name) for name in names}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_pair_is_explained_as_the_arrays_of_all_pairs_have_it(seed: int) -> None:
    inputs = a_round(seed)
    draft = decide(inputs)
    whole, reasons = Whole(inputs, draft.certificate), reasons_of(*kept(inputs, draft))
    mentor_of = {each.mentee_id: each.mentor_id for each in draft.proposed}

    for i, mentee in enumerate(inputs.mentees):
        for j, mentor in enumerate(inputs.mentors):
            proposed_to = mentor_of.get(mentee.id)
            explained = reasons.of_pair(mentee.id, mentor.id, proposed_to=proposed_to)
            assert without_sentence(explained) == whole.of_pair(i, j, proposed_to=proposed_to)

    assert len(inputs.locked) == LOCKED


def test_a_mentor_whose_places_are_locked_is_not_said_to_cost_points() -> None:
    inputs = a_round(1)
    draft = decide(inputs)
    reasons = Reasons(inputs, draft.certificate)
    locked = Counter(mentor for _, mentor in inputs.locked)
    full = [mentor.id for mentor in inputs.mentors if locked[mentor.id] == mentor.places]
    free = [mentee.id for mentee in inputs.mentees if mentee.id not in dict(inputs.locked)]

    explained = [reasons.of_pair(one, other, proposed_to=None) for one in free for other in full]

    assert {(each.costs, each.said) for each in explained if not each.forbidden_by} == {
        (None, "All places of the mentor are locked to other mentees.")
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_mentors_of_each_mentee_are_counted_as_the_arrays_of_all_pairs_have_it(
    seed: int,
) -> None:
    inputs = a_round(seed)
    draft = decide(inputs)
    whole, reasons = Whole(inputs, draft.certificate), reasons_of(*kept(inputs, draft))

    for i, mentee in enumerate(inputs.mentees):
        left = reasons.of_waiting(mentee.id)
        forbidden = {rule.value: int(over[i].sum()) for rule, over in whole.forbidding.items()}
        number = sum((over[i] for over in whole.forbidding.values()), np.zeros(MENTORS, int))
        assert left.eligible == int((number == 0).sum())
        assert left.forbidden == {rule: count for rule, count in forbidden.items() if count}


def test_a_round_that_is_worked_out_again_is_explained_by_its_new_proof() -> None:
    before, after = a_round(1, min_priority=0), a_round(1, min_priority=MENTEES)
    proofs = [reasons_of(*kept(inputs, decide(inputs))).certificate for inputs in (before, after)]

    assert proofs[0] != proofs[1]
    assert proofs[1].min_priority > 0
    assert reasons_of(*kept(before, decide(before))).certificate == proofs[0]


def test_a_few_rounds_stay_in_memory_and_each_is_read_once() -> None:
    rounds = [packed(a_round(seed)) for seed in range(ROUNDS + 1)]
    proof = packed(decide(a_round(0)).certificate)
    reasons_of.cache_clear()

    first = [reasons_of(inputs, proof) for inputs in rounds]
    again = [reasons_of(bytes(bytearray(inputs)), proof) for inputs in reversed(rounds)]

    assert [one is other for one, other in zip(reversed(first), again, strict=True)] == (
        [True] * ROUNDS + [False]
    )
    assert reasons_of.cache_info().currsize == ROUNDS


def test_reading_a_round_lets_other_threads_run_at_each_person() -> None:
    """Python code runs for each, which is where the interpreter switches threads."""
    kept_inputs, calls = packed(a_round(1)), 0

    def count(frame: Any, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.endswith("inputs.py")

    sys.setprofile(count)
    try:
        read = unpacked(Inputs, kept_inputs)
    finally:
        sys.setprofile(None)

    assert calls >= len(read.mentees) + len(read.mentors) == MENTEES + MENTORS


def test_reasons_cannot_be_changed() -> None:
    inputs = a_round(1)
    reasons = Reasons(inputs, decide(inputs).certificate)

    with pytest.raises(AttributeError):
        reasons.inputs = a_round(2)  # type: ignore[misc]
