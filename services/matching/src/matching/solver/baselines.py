"""Simpler methods for comparison: greedy by score, and first come, first served.

Their results are not proposed: a round reports how far they are below it.
"""

import heapq
from collections.abc import Iterator, Sequence

import numpy as np

from matching.solver.blocks import Blocks

Found = Sequence[tuple[int, int, int]]
"""Pairs by their positions in the inputs, with their scores."""


class Serving:
    """A pass over mentees, each with the best mentor who still has a place."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.left = blocks.encoded.places.copy()

    def best(self, mentee: int) -> tuple[int, int] | None:
        """Return the best mentor with a place left, of equals the first, and the score."""
        block = self.blocks.of(mentee)
        if block is None:
            return None
        scores = np.where(block.eligible[0] & (self.left[block.mentors] > 0), block.scores[0], -1)
        at = int(scores.argmax())
        return (int(block.mentors[at]), int(scores[at])) if scores[at] >= 0 else None


def first_come(blocks: Blocks) -> Found:
    """Return the pairs if mentees choose in the order of their waiting time, longest first."""
    blocks.fill_cache()
    serving, waited = Serving(blocks), blocks.encoded.days_waiting

    def served() -> Iterator[tuple[int, int, int]]:
        for mentee in np.argsort(-waited, kind="stable"):
            if best := serving.best(int(mentee)):
                serving.left[best[0]] -= 1
                yield int(mentee), *best

    return [*served()]


def greedy(blocks: Blocks) -> Found:
    """Return the pairs if always the possible pair with the highest score is taken next."""
    blocks.fill_cache()
    serving, found = Serving(blocks), list[tuple[int, int, int]]()
    waiting = list[tuple[int, int, int]]()

    def ask(mentee: int) -> None:
        if best := serving.best(mentee):
            heapq.heappush(waiting, (-best[1], mentee, best[0]))

    for mentee in range(len(blocks.encoded.inputs.mentees)):
        ask(mentee)
    while waiting:
        score, mentee, mentor = heapq.heappop(waiting)
        if serving.left[mentor] > 0:
            serving.left[mentor] -= 1
            found.append((mentee, mentor, -score))
        else:
            ask(mentee)
    return found
