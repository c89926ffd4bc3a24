"""Mentors of a round who are the same for all its mentees."""

from itertools import pairwise
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_rounds import a_round

from matching.solver.blocks import Blocks
from matching.solver.certificate_check import violations
from matching.solver.encoding import EncodedInputs
from matching.solver.inputs import Inputs, Offering
from matching.solver.mentor_groups import MentorGroups
from matching.solver.rules import Rules
from matching.solver.scores import Scores
from matching.solver.solve_round import optimum, solve_round

MENTORS = 8


def twins(seed: int, *, number: int = 3, min_priority: int = 0) -> Inputs:
    """A round where each mentor has others who offer the same, with as many places or one more."""
    inputs = a_round(seed, mentees=60, mentors=MENTORS, locked=0, min_priority=min_priority)
    mentors = [twin(mentor, nth) for mentor in inputs.mentors for nth in range(number)]
    return inputs.model_copy(update={"mentors": tuple(mentors)})


def twin(mentor: Offering, nth: int) -> Offering:
    return mentor.model_copy(
        update={"id": UUID(int=mentor.id.int + nth), "places": mentor.places + nth % 2}
    )


@given(seed=st.integers(0, 2**32), min_priority=st.sampled_from([0, 10, 40]))
@settings(max_examples=25, deadline=None)
def test_mentors_of_a_group_have_the_same_pairs_and_scores(seed: int, min_priority: int) -> None:
    inputs = twins(seed, min_priority=min_priority)
    everyone = np.arange(len(inputs.mentees)), np.arange(len(inputs.mentors))
    encoded, groups = EncodedInputs(inputs), MentorGroups(inputs)
    scores = Scores(encoded).of(*everyone)
    scores[Rules(encoded).forbidden(*everyone)] = -1

    assert sorted(at for members in groups.members for at in members) == everyone[1].tolist()
    assert len(groups.members) < len(inputs.mentors)
    for members in groups.members:
        assert all(np.array_equal(scores[:, a], scores[:, b]) for a, b in pairwise(members))
    assert violations(inputs, solve_round(inputs)) == []


def test_a_round_is_as_good_as_if_no_mentors_were_grouped() -> None:
    """A pair refused with somebody who is not in the round parts nobody; one in it, a mentor."""
    inputs = twins(1)
    apart = tuple((inputs.mentees[-1].id, mentor.id) for mentor in inputs.mentors)
    forbidden = inputs.model_copy(update={"refused": apart, "mentees": inputs.mentees[:-1]})
    alone = forbidden.model_copy(update={"mentees": inputs.mentees})

    assert len(MentorGroups(forbidden).members) < len(MentorGroups(alone).members)
    assert len(MentorGroups(alone).members) == len(inputs.mentors)
    grouped, single = (optimum(Blocks(EncodedInputs(each))).proof for each in (forbidden, alone))
    assert (grouped.matched, grouped.score) == (single.matched, single.score)


@pytest.mark.parametrize(
    "changes",
    [{"places": 0}, {"covered": False}, {"remote": None}, {"experience": {"01": 3}}],
)
def test_mentors_who_differ_in_one_thing_are_not_grouped(changes: dict[str, object]) -> None:
    inputs = twins(1).model_copy(update={"refused": (), "excluded": ()})
    mentor = inputs.mentors[0].model_copy(update={"experience": {"02": 1}})

    def groups(**changes: object) -> list[list[int]]:
        other = mentor.model_copy(update={"id": uuid4(), **changes})
        return MentorGroups(inputs.model_copy(update={"mentors": (mentor, other)})).members

    assert groups() == [[0, 1]]
    assert groups(**changes) == [[0], [1]]


def test_mentors_of_an_employer_are_not_grouped_with_others() -> None:
    inputs = twins(1)
    [mentor, *_], [mentee, *_] = inputs.mentors, inputs.mentees
    other = mentor.model_copy(update={"id": uuid4(), "organisation_id": uuid4()})

    def groups(employer: UUID | None) -> list[list[int]]:
        mentees = (mentee.model_copy(update={"employer_id": employer}),)
        two = {"mentees": mentees, "mentors": (mentor, other), "refused": (), "excluded": ()}
        return MentorGroups(inputs.model_copy(update=two)).members

    assert groups(None) == groups(uuid4()) == [[0, 1]]
    assert groups(other.organisation_id) == [[0], [1]]


def test_mentees_are_spread_over_the_mentors_of_a_group() -> None:
    inputs = twins(1, number=3).model_copy(update={"refused": (), "excluded": ()})
    places = (1, 3, 2)
    [mentor, *_] = inputs.mentors
    mentors = [mentor.model_copy(update={"id": uuid4(), "places": room}) for room in places]
    groups = MentorGroups(inputs.model_copy(update={"mentors": tuple(mentors)}))

    assert groups.as_one.mentors[0].places == 6
    assert groups.mentors_of(np.array([0, 0, -1, 0, 0, 0, 0])).tolist() == [0, 1, -1, 2, 1, 2, 1]
