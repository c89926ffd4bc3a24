"""What a pair is worth to a round: its score, and below a point of it the days waited.

So the largest sum of worth is the largest sum of scores and, among equals, the longest waiting.
"""

from collections import Counter

import numpy as np

from matching.domain.rounds.inputs import Inputs
from matching.domain.rounds.sides import Ints, Points, Sides


def unit_of(sides: Sides) -> int:
    """Return what a point of score is worth: more than twice all days waited together.

    So a difference of two sums tells its points, to which it is nearest, from its days.
    """
    return 1 + 2 * int(sides.days_waiting.sum())


def worth_of(scores: Points, sides: Sides, mentees: Ints, *, unit: int) -> Ints:
    """The worth of pairs by their scores: a row a mentee."""
    worth: Ints = scores.astype(np.int64) * unit
    worth += sides.days_waiting[mentees][:, None]
    return worth


def unlocked(inputs: Inputs) -> Inputs:
    """The inputs without the locked mentees, and what these take of places and of the quota."""
    if not inputs.locked:
        return inputs
    locked = {mentee for mentee, _ in inputs.locked}
    taken = Counter(mentor for _, mentor in inputs.locked)
    mentors = (m.model_copy(update={"places": m.places - taken[m.id]}) for m in inputs.mentors)
    met = sum(mentee.has_priority for mentee in inputs.mentees if mentee.id in locked)
    return inputs.model_copy(
        update={
            "mentees": tuple(m for m in inputs.mentees if m.id not in locked),
            "mentors": tuple(mentors),
            "locked": (),
            "min_priority": max(0, inputs.min_priority - met),
        }
    )
