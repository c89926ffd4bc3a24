"""The objective of a round: the worth of a pair is its score and, below a point, the days waited.

So the largest sum of worth is the largest sum of scores and, among equals, the longest waiting.
"""

from collections import Counter

import numpy as np

from matching.solver.encoding import EncodedInputs, Ints, Points
from matching.solver.inputs import Inputs


def score_unit(encoded: EncodedInputs) -> int:
    """Return the worth of a point of score: more than twice all days waited together.

    So a difference of two sums can be split into points, to which it is nearest, and days.
    """
    return 1 + 2 * int(encoded.days_waiting.sum())


def worth_of(scores: Points, encoded: EncodedInputs, mentees: Ints, *, unit: int) -> Ints:
    """Return the worth of pairs by their scores: a row a mentee."""
    worth: Ints = scores.astype(np.int64) * unit
    worth += encoded.days_waiting[mentees][:, None]
    return worth


def unlocked(inputs: Inputs) -> Inputs:
    """Return the inputs without the locked mentees, their places and their part of the quota."""
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
