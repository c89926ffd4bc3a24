"""Attempts, introductions and pauses of pairs, and changes of mentors' capacity.

They are in no file, and are recorded through the API.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from demo.history.corrections import Attempt, CapacityChange, Correction, Introduction, Pause
from demo.history.csv_rows import Mentor, Pairing
from demo.history.days import ENDS_ON, after
from demo.history.generate.mistakes import span
from demo.history.generate.plan import scaled
from demo.history.generate.seeded_random import Chance, Weighted

ATTEMPTS, INTRODUCTIONS, PAUSES, CAPACITIES = 40, 24, 16, 15
CORRECTED, WITHDRAWN = 4, 6
"""Of the attempts every fourth is corrected; of the others every sixth is withdrawn."""
MEDIA = Weighted({"phone": 60, "email": 25, "sms": 15})
ANSWERS = (
    (),
    ("advice",),
    ("no_answer", "interview"),
    ("interview",),
    ("interview", "hired"),
    ("interview", "no_answer"),
)
"""Results of introductions, in the order of their records."""
MOST = 5
"""Mentees that a mentor may offer to accompany at a time."""


def attempts(pairs: Mapping[str, Pairing], scale: float) -> Iterator[Correction[Attempt]]:
    """Yield attempts to reach the other; some are corrected, some withdrawn."""
    chance = Chance("attempts")
    chosen = chance.sample([*pairs.values()], max(2 * WITHDRAWN, scaled(ATTEMPTS, scale)))
    for number, pairing in enumerate(chosen, 1):
        first, last = span(pairing)
        day = after(first, chance.below((last - first).days + 1))
        attempt = Attempt(pairing.reference, day, chance.of(MEDIA))
        if number % CORRECTED == 0:
            yield Correction(attempt, replace(attempt, attempted_on=first, medium="phone"))
        else:
            yield Correction(attempt, None if number % WITHDRAWN == 0 else attempt)


def introductions(
    pairs: Mapping[str, Pairing], mentors: Mapping[str, Mentor], scale: float
) -> Iterator[Introduction]:
    """Yield introductions by mentors, in their own function and sector."""
    chance = Chance("introductions")
    chosen = chance.sample([*pairs.values()], max(len(ANSWERS), scaled(INTRODUCTIONS, scale)))
    for number, pairing in enumerate(chosen):
        first, last = span(pairing)
        on, mentor = after(first, chance.below((last - first).days + 1)), mentors[pairing.mentor]
        results = ANSWERS[number % len(ANSWERS)]
        answers = tuple((result, after(on, 9 * nth)) for nth, result in enumerate(results, 1))
        yield Introduction(
            pairing.reference, on, mentor.function or "M15", mentor.sector or "M", answers
        )


def pauses(pairs: Mapping[str, Pairing], scale: float) -> Iterator[Pause]:
    """Yield pauses of pairs that are active at the end; every second one has ended."""
    chance = Chance("pauses")
    running = [row for row in pairs.values() if row.ended_on is None]
    for number, row in enumerate(chance.sample(running, max(2, scaled(PAUSES, scale)))):
        begun_on, _ = span(row)
        from_on = max(begun_on, after(ENDS_ON, -chance.between(25, 60)))
        resumed_on = after(from_on, chance.between(7, 20))
        has_resumed = number % 2 == 0 and resumed_on <= ENDS_ON
        yield Pause(row.reference, from_on, resumed_on if has_resumed else None)


def capacities(
    pairs: Mapping[str, Pairing], mentors: Mapping[str, Mentor], scale: float
) -> Iterator[CapacityChange]:
    """Yield mentors who offer to accompany one mentee more."""
    active_mentors = {pairing.mentor for pairing in pairs.values()}
    some = [m for m in mentors.values() if m.reference in active_mentors and m.capacity < MOST]
    chosen = Chance("capacities").sample(some, max(1, scaled(CAPACITIES, scale)))
    return (CapacityChange(mentor.reference, mentor.capacity + 1) for mentor in chosen)
