"""A round of a few people, against all the choices there are."""

from collections.abc import Iterator
from datetime import date
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from random_rounds import a_round

from contracts.enums import PriorityNeighbourhood
from matching.solver.certificate_check import violations
from matching.solver.draft import Draft
from matching.solver.draft_review import DraftReview
from matching.solver.explanations import Explainer
from matching.solver.inputs import Inputs, Offering, Waiting
from matching.solver.residual import Residual
from matching.solver.solve_round import solve_round

Choice = tuple[int | None, ...]
Aims = tuple[int, int, int, int]

departments = st.sampled_from(["75", "93", "69"])
remote = st.booleans()
waiting = st.builds(
    Waiting,
    id=st.uuids(version=4),
    department=departments,
    remote=remote,
    languages=st.sampled_from([("fr",), ("fr", "en"), ("en",)]),
    priority_neighbourhood=st.sampled_from(PriorityNeighbourhood),
    wished_functions=st.sampled_from([(), ("M15",), ("H", "M15")]),
    wished_sectors=st.sampled_from([(), ("L",), ("J", "L")]),
    days_waiting=st.sampled_from([0, 3, 7, 31, 36]),
)
offering = st.builds(
    Offering,
    id=st.uuids(version=4),
    organisation_id=st.uuids(version=4),
    department=departments,
    remote=remote,
    languages=st.sampled_from([("fr",), ("fr", "en")]),
    places=st.integers(1, 2),
    covered=st.sampled_from([True, True, True, False]),
    sector=st.sampled_from([None, "L", "J"]),
    function=st.sampled_from([None, "M15", "H"]),
)
rounds = st.builds(
    Inputs,
    on=st.just(date(2015, 7, 23)),
    mentees=st.lists(waiting, min_size=1, max_size=5, unique_by=lambda each: each.id).map(tuple),
    mentors=st.lists(offering, min_size=1, max_size=3, unique_by=lambda each: each.id).map(tuple),
    min_priority=st.integers(0, 3),
)


def choices(inputs: Inputs, scores: dict[tuple[int, int], int]) -> Iterator[Choice]:
    """Every way to give eligible mentors to mentees within their places."""

    def further(chosen: Choice) -> Iterator[Choice]:
        if len(chosen) == len(inputs.mentees):
            yield chosen
            return
        yield from further((*chosen, None))
        for at, mentor in enumerate(inputs.mentors):
            if (len(chosen), at) in scores and chosen.count(at) < mentor.places:
                yield from further((*chosen, at))

    return further(())


def scores_of(inputs: Inputs) -> dict[tuple[int, int], int]:
    review = DraftReview(inputs)
    return {
        (i, j): review.scored(mentee.id, mentor.id)[0]
        for i, mentee in enumerate(inputs.mentees)
        for j, mentor in enumerate(inputs.mentors)
        if not review.forbidding(mentee.id, mentor.id)
    }


def aims(inputs: Inputs, choice: Choice, scores: dict[tuple[int, int], int]) -> Aims:
    """What a round aims at, in its order."""
    served = [(i, j) for i, j in enumerate(choice) if j is not None]
    mentees = [inputs.mentees[i] for i, _ in served]
    priority = sum(mentee.has_priority for mentee in mentees)
    return (
        len(served),
        min(priority, inputs.min_priority),
        sum(scores[pair] for pair in served),
        sum(mentee.days_waiting for mentee in mentees),
    )


def best_of(inputs: Inputs) -> Aims:
    scores = scores_of(inputs)
    return max(aims(inputs, choice, scores) for choice in choices(inputs, scores))


def reached(inputs: Inputs, draft: Draft) -> Aims:
    at = {mentor.id: j for j, mentor in enumerate(inputs.mentors)}
    mentor_of: dict[UUID, int] = {each.mentee_id: at[each.mentor_id] for each in draft.proposed}
    choice = tuple(mentor_of.get(mentee.id) for mentee in inputs.mentees)
    return aims(inputs, choice, scores_of(inputs))


@given(inputs=rounds)
@settings(max_examples=250, deadline=None)
def test_no_choice_of_all_is_better_than_the_rounds(inputs: Inputs) -> None:
    draft = solve_round(inputs)

    assert reached(inputs, draft) == best_of(inputs)
    assert violations(inputs, draft) == []


@given(inputs=rounds, nth=st.integers(0, 2))
@settings(max_examples=250, deadline=None)
def test_a_place_is_worth_what_another_one_there_would_bring(inputs: Inputs, nth: int) -> None:
    at = nth % len(inputs.mentors)
    price = Residual(inputs, solve_round(inputs).certificate).price(at)
    mentors = list(inputs.mentors)
    mentors[at] = mentors[at].model_copy(update={"places": mentors[at].places + 1})

    before, after = best_of(inputs), best_of(inputs.model_copy(update={"mentors": tuple(mentors)}))

    if mentors[at].covered:
        assert (after[0] - before[0], after[2] - before[2]) == price


@given(inputs=rounds)
@settings(max_examples=150, deadline=None)
def test_a_pair_that_is_not_proposed_costs_exactly_what_it_is_said_to(inputs: Inputs) -> None:
    draft = solve_round(inputs)
    mentor_of = {each.mentee_id: each.mentor_id for each in draft.proposed}
    reasons, scores = Explainer(inputs, draft.certificate), scores_of(inputs)
    best = best_of(inputs)

    for i, j in scores:
        mentee, mentor = inputs.mentees[i].id, inputs.mentors[j].id
        explained = reasons.of_pair(mentee, mentor, proposed_to=mentor_of.get(mentee))
        forced = max(aims(inputs, c, scores) for c in choices(inputs, scores) if c[i] == j)
        lost = (explained.fewer, explained.fewer_with_priority, explained.costs or 0)
        assert lost == tuple(one - other for one, other in zip(best[:3], forced[:3], strict=True))
        assert explained.exact
        assert (explained.costs is None) == explained.proposed


@given(seed=st.integers(0, 2**32), chance=st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_people_changes_nothing_of_a_round(seed: int, chance: Random) -> None:
    """Few wishes and few days of waiting: many choices are equal, and one is always taken."""
    inputs = a_round(seed, mentees=16, mentors=12, locked=3, longest=2)
    names = ("mentees", "mentors", "refused", "excluded", "locked")
    shuffled = {name: chance.sample(getattr(inputs, name), len(getattr(inputs, name)))
                for name in names}  # fmt: skip
    other = inputs.model_copy(update={name: tuple(some) for name, some in shuffled.items()})

    draft, again = solve_round(inputs), solve_round(other)

    assert in_order(draft) == in_order(again)
    assert draft.report == again.report
    assert violations(other, again) == []


def in_order(draft: Draft) -> list[tuple[UUID, UUID, bool]]:
    return sorted((each.mentee_id, each.mentor_id, each.locked) for each in draft.proposed)
