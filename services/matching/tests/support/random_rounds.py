"""Rounds of people who differ in all that counts."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from contracts.enums import PriorityNeighbourhood
from matching.domain.careers import FIELDS, FUNCTIONS, SECTORS
from matching.solver.draft_review import DraftReview
from matching.solver.inputs import Inputs, Offering, Pair, Waiting, Weights

CODES = [sorted(codes)[:4] for codes in (FUNCTIONS, SECTORS, FIELDS)]


def a_round(
    seed: int,
    *,
    mentees: int = 24,
    mentors: int = 20,
    locked: int = 5,
    min_priority: int = 9,
    longest: int = 90,
) -> Inputs:
    """A round with pairs refused, excluded and locked; `longest` is how long mentees may wait."""
    chance = random.Random(seed)  # noqa: S311  (no secret)
    functions, sectors, fields = CODES
    some = partial(chance.sample, k=2)
    identity = partial(UUID, version=4)
    employers = [identity(int=chance.getrandbits(128)) for _ in range(5)]

    def person() -> dict[str, Any]:
        return {
            "id": identity(int=chance.getrandbits(128)),
            "department": chance.choice(["75", "93", "69"]),
            "remote": chance.random() < 0.4,
            "languages": chance.choice([("fr",), ("fr", "en"), ("en",)]),
        }

    def mentee() -> Waiting:
        return Waiting(
            **person(),
            priority_neighbourhood=chance.choice([*PriorityNeighbourhood]),
            degree_field=chance.choice([*fields, None]),
            wished_functions=tuple(some(functions)),
            wished_sectors=tuple(some(sectors)),
            employer_id=chance.choice([*employers, None]),
            days_waiting=chance.randint(0, longest),
        )

    def mentor() -> Offering:
        return Offering(
            **person(),
            organisation_id=chance.choice(employers),
            places=chance.randint(1, 2),
            covered=chance.random() < 0.9,
            paused=chance.random() < 0.1,
            sector=chance.choice(sectors),
            function=chance.choice(functions),
            wished_fields=tuple(some(fields)),
            experience={chance.choice(fields): chance.randint(1, 6)},
        )

    waiting = tuple(mentee() for _ in range(mentees))
    offering = tuple(mentor() for _ in range(mentors))
    pairs = [(one.id, other.id) for one in waiting for other in offering]
    refused, excluded = (chance.sample(pairs, len(pairs) // 24) for _ in range(2))
    inputs = Inputs(
        on=date(2015, 7, 23),
        mentees=waiting,
        mentors=offering,
        refused=tuple(refused),
        excluded=tuple(excluded),
        weights=Weights(territory=chance.randint(0, 9)),
        min_priority=min_priority,
    )
    chosen = [*_lockable(inputs, pairs, chance)][:locked]
    return inputs.model_copy(update={"locked": tuple(chosen)})


def _lockable(inputs: Inputs, pairs: Sequence[Pair], chance: random.Random) -> Iterator[Pair]:
    """Eligible pairs of different mentees, within the places."""
    review, mentees, taken = DraftReview(inputs), set[UUID](), Counter[UUID]()
    for mentee, mentor in chance.sample(pairs, min(len(pairs), 100)):
        fits = review.allows(mentee, mentor, places=taken[mentor] + 1)
        if fits and mentee not in mentees:
            mentees.add(mentee)
            taken[mentor] += 1
            yield mentee, mentor
