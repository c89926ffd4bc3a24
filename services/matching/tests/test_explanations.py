"""What is explained of a round, against the rules and criteria worked out for all pairs at once."""

import sys
from collections import Counter
from itertools import product
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_rounds import a_round

from matching.solver.blocks import Blocks
from matching.solver.compression import compress, decompress
from matching.solver.draft import Draft
from matching.solver.encoding import EncodedInputs
from matching.solver.explanations import ROUNDS, Explainer, PairExplanation, explainer_of
from matching.solver.inputs import Inputs
from matching.solver.rules import SENTENCES
from matching.solver.solve_round import solve_round

MENTEES, MENTORS, LOCKED = 24, 20, 5


def kept(inputs: Inputs, draft: Draft) -> tuple[bytes, bytes]:
    return compress(inputs), compress(draft.certificate)


class Whole:
    """The rules and scores of all pairs of a round at once."""

    def __init__(self, inputs: Inputs) -> None:
        self.blocks = Blocks(EncodedInputs(inputs))
        everybody = self._everybody(self.blocks.encoded)
        shape = len(everybody[0]), len(everybody[1])
        self.contributions = {
            name: np.broadcast_to(added, shape)
            for name, added in self.blocks.scores.contributions(*everybody).items()
        }
        self.forbidding = self.blocks.rules.forbidding(*everybody)

    @staticmethod
    def _everybody(encoded: EncodedInputs) -> tuple[Any, Any]:
        return np.arange(len(encoded.inputs.mentees)), np.arange(len(encoded.inputs.mentors))

    def of_pair(self, i: int, j: int, *, proposed_to: UUID | None) -> dict[str, Any]:
        inputs = self.blocks.encoded.inputs
        mentor = inputs.mentors[j]
        forbidden = [SENTENCES[rule] for rule, over in self.forbidding.items() if over[i, j]]
        proposed = proposed_to == mentor.id
        contributions = {name: int(added[i, j]) for name, added in self.contributions.items()}
        return {
            "proposed": proposed,
            "forbidden_by": forbidden,
            "contributions": contributions,
            "score": sum(contributions.values()),
            "instead": None if proposed else proposed_to,
        }


def without_costs(explained: PairExplanation) -> dict[str, Any]:
    names = ("proposed", "forbidden_by", "contributions", "score", "instead")
    return {name: getattr(explained, name) for name in names}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_pair_is_explained_as_the_arrays_of_all_pairs_have_it(seed: int) -> None:
    inputs = a_round(seed)
    draft = solve_round(inputs)
    whole, reasons = Whole(inputs), explainer_of(*kept(inputs, draft))
    mentor_of = {each.mentee_id: each.mentor_id for each in draft.proposed}

    for i, mentee in enumerate(inputs.mentees):
        for j, mentor in enumerate(inputs.mentors):
            proposed_to = mentor_of.get(mentee.id)
            explained = reasons.of_pair(mentee.id, mentor.id, proposed_to=proposed_to)
            assert without_costs(explained) == whole.of_pair(i, j, proposed_to=proposed_to)

    assert len(inputs.locked) == LOCKED


def test_a_mentor_whose_places_are_locked_is_not_said_to_cost_points() -> None:
    inputs = a_round(1)
    draft = solve_round(inputs)
    reasons = Explainer(inputs, draft.certificate)
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
    draft = solve_round(inputs)
    whole, reasons = Whole(inputs), explainer_of(*kept(inputs, draft))

    for i, mentee in enumerate(inputs.mentees):
        left = reasons.of_waiting(mentee.id, proposed_to=None)
        forbidden = {rule.value: int(over[i].sum()) for rule, over in whole.forbidding.items()}
        number = sum((over[i] for over in whole.forbidding.values()), np.zeros(MENTORS, int))
        assert left.eligible == int((number == 0).sum())
        assert left.forbidden == {rule: count for rule, count in forbidden.items() if count}


@given(seed=st.integers(0, 2**32), mentees=st.integers(4, 10), mentors=st.integers(2, 7),
       quota=st.integers(0, 5), longest=st.sampled_from([0, 90, 900]))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_pair_costs_what_the_round_loses_when_it_is_locked_and_worked_out_again(
    seed: int, mentees: int, mentors: int, quota: int, longest: int
) -> None:
    size = {"mentees": mentees, "mentors": mentors, "locked": seed % 3}
    inputs = a_round(seed, **size, min_priority=quota, longest=longest)
    draft = solve_round(inputs)
    reasons, before = Explainer(inputs, draft.certificate), aims(inputs, draft)

    for mentee, mentor in product(inputs.mentees, inputs.mentors):
        pair = mentee.id, mentor.id
        explained = reasons.of_pair(*pair, proposed_to=None)
        if explained.costs is None:
            continue
        again = inputs.model_copy(update={"locked": (*inputs.locked, pair)})
        after = aims(again, solve_round(again))
        lost = tuple(best - now for best, now in zip(before, after, strict=True))
        assert (explained.fewer, explained.fewer_with_priority, explained.costs) == lost
        assert explained.exact
        assert ("without a loss of score" in explained.said) <= (lost == (0, 0, 0))
        assert (f"loses exactly {lost[2]} point" in explained.said) == (lost[2] > 0)


def test_without_a_record_of_the_pairs_proved_a_cost_is_said_to_be_the_least() -> None:
    inputs = a_round(1)
    proof = solve_round(inputs).certificate
    exact, least = (
        Explainer(inputs, proof.model_copy(update={"mentor_of": mentor_of}))
        for mentor_of in (proof.mentor_of, None)
    )

    for mentee, mentor in product(inputs.mentees, inputs.mentors):
        one = exact.of_pair(mentee.id, mentor.id, proposed_to=None)
        other = least.of_pair(mentee.id, mentor.id, proposed_to=None)
        if one.costs is None or other.costs is None:
            assert one.costs == other.costs
            continue
        assert not other.exact
        assert other.fewer <= one.fewer
        assert (one.fewer, one.fewer_with_priority) != (0, 0) or other.costs <= one.costs
        assert ("at least" in other.said) == (other.costs > 0)
        assert "exactly" not in other.said
        assert "without a loss" not in other.said
    assert least.of_waiting(inputs.mentees[0].id, proposed_to=None).places_with == []


def test_who_is_proposed_is_told_to_whom_and_who_was_taken_out_by_hand_as_well() -> None:
    inputs = a_round(1)
    draft = solve_round(inputs)
    reasons, pair = Explainer(inputs, draft.certificate), draft.proposed[-1]

    proposed = reasons.of_waiting(pair.mentee_id, proposed_to=pair.mentor_id)
    taken_out = reasons.of_waiting(pair.mentee_id, proposed_to=None)

    assert proposed.proposed_to == pair.mentor_id
    assert proposed.said == f"They are proposed to mentor {pair.mentor_id}."
    assert taken_out.proposed_to is None
    assert taken_out.said == (
        f"The optimum proposes them to mentor {pair.mentor_id}; the draft was changed by hand."
    )


def test_a_pair_proposed_by_hand_is_not_said_to_be_the_best() -> None:
    inputs = a_round(1)
    draft = solve_round(inputs)
    reasons, pair = Explainer(inputs, draft.certificate), draft.proposed[-1]
    other = next(
        each
        for mentor in inputs.mentors
        if mentor.id != pair.mentor_id
        and (each := reasons.of_pair(pair.mentee_id, mentor.id, proposed_to=mentor.id)).costs
    )

    best = reasons.of_pair(pair.mentee_id, pair.mentor_id, proposed_to=pair.mentor_id)
    no_more = reasons.of_pair(pair.mentee_id, pair.mentor_id, proposed_to=None)

    assert (best.costs, "highest sum" in best.said) == (None, True)
    assert (other.proposed, "by hand" in other.said, "highest" in other.said) == (True, True, False)
    assert (no_more.costs, "changed by hand" in no_more.said) == (0, True)


def aims(inputs: Inputs, draft: Draft) -> tuple[int, int, int]:
    """Mentees, those with priority as far as asked for, and points of a draft."""
    priority = {mentee.id: mentee.has_priority for mentee in inputs.mentees}
    first = sum(priority[each.mentee_id] for each in draft.proposed)
    score = sum(each.score for each in draft.proposed)
    return len(draft.proposed), min(first, inputs.min_priority), score


def test_a_round_that_is_worked_out_again_is_explained_by_its_new_proof() -> None:
    before, after = a_round(1, min_priority=0), a_round(1, min_priority=MENTEES)
    proofs = [
        explainer_of(*kept(inputs, solve_round(inputs))).certificate for inputs in (before, after)
    ]

    assert proofs[0] != proofs[1]
    assert proofs[1].min_priority > 0
    assert explainer_of(*kept(before, solve_round(before))).certificate == proofs[0]


def test_a_few_rounds_stay_in_memory_and_each_is_read_once() -> None:
    rounds = [compress(a_round(seed)) for seed in range(ROUNDS + 1)]
    proof = compress(solve_round(a_round(0)).certificate)
    explainer_of.cache_clear()

    first = [explainer_of(inputs, proof) for inputs in rounds]
    again = [explainer_of(bytes(bytearray(inputs)), proof) for inputs in reversed(rounds)]

    assert [one is other for one, other in zip(reversed(first), again, strict=True)] == (
        [True] * ROUNDS + [False]
    )
    assert explainer_of.cache_info().currsize == ROUNDS


def test_reading_a_round_lets_other_threads_run_at_each_person() -> None:
    """Python code runs for each, which is where the interpreter switches threads."""
    kept_inputs, calls = compress(a_round(1)), 0

    def count(frame: Any, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code.co_filename.endswith("inputs.py")

    sys.setprofile(count)
    try:
        read = decompress(Inputs, kept_inputs)
    finally:
        sys.setprofile(None)

    assert calls >= len(read.mentees) + len(read.mentors) == MENTEES + MENTORS


def test_reasons_cannot_be_changed() -> None:
    inputs = a_round(1)
    reasons = Explainer(inputs, solve_round(inputs).certificate)

    with pytest.raises(AttributeError):
        reasons.inputs = a_round(2)  # type: ignore[misc]
