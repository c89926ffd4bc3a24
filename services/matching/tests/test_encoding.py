"""What two people of a round have in common, for many at once."""

from datetime import date
from uuid import uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contracts.enums import PriorityNeighbourhood
from matching.solver.encoding import EncodedInputs
from matching.solver.inputs import Inputs, Offering, Waiting
from matching.solver.rules import Rule, Rules
from matching.solver.scores import Scores

languages = st.lists(st.sampled_from([f"l{n}" for n in range(20)]), unique=True)


def mentee(spoken: list[str]) -> Waiting:
    return Waiting(
        id=uuid4(),
        department="75",
        remote=False,
        languages=tuple(spoken),
        priority_neighbourhood=PriorityNeighbourhood.OUT,
    )


def mentor(spoken: list[str]) -> Offering:
    return Offering(
        id=uuid4(),
        organisation_id=uuid4(),
        department="75",
        remote=False,
        languages=tuple(spoken),
        places=1,
        covered=True,
    )


@given(mentees=st.lists(languages, max_size=4), mentors=st.lists(languages, max_size=4))
def test_two_may_meet_and_score_by_the_languages_they_share(
    mentees: list[list[str]], mentors: list[list[str]]
) -> None:
    inputs = Inputs(
        on=date(2015, 7, 23),
        mentees=tuple(map(mentee, mentees)),
        mentors=tuple(map(mentor, mentors)),
    )
    encoded, everyone = EncodedInputs(inputs), (np.arange(len(mentees)), np.arange(len(mentors)))
    shared = [[len({*one} & {*other}) for other in mentors] for one in mentees]

    assert encoded.languages_shared(*everyone).tolist() == shared
    speechless = Rules(encoded).forbidding(*everyone).get(Rule.NO_COMMON_LANGUAGE)
    expected = [[number == 0 for number in row] for row in shared]
    assert (speechless.tolist() if speechless is not None else []) == (
        expected if any(map(any, expected)) else []
    )
    levels = dict(Scores(encoded)._levels(*everyone))["languages"]
    assert levels.tolist() == [[min(10, 5 * max(0, n - 1)) for n in row] for row in shared]
