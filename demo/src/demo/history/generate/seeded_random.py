"""Random draws that are the same on every machine: integers from a seeded generator."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things with integer weights."""

    def __init__(self, weights: Mapping[T, int]) -> None:
        self.things = list(weights)
        self.heights = list(accumulate(weights.values()))


class Spread:
    """A distribution by percentiles: half of `Spread((0, 1), (50, 14), (100, 90))` is up to 14.

    Between two percentiles all numbers are equally likely.
    """

    def __init__(self, *percentiles: tuple[int, int]) -> None:
        self.by_thousandth = [
            low + (high - low) * step // (10 * (until - since))
            for (since, low), (until, high) in pairwise(percentiles)
            for step in range(10 * (until - since))
        ]


class Chance:
    """A random stream for each subject, so that a change in one leaves the others unchanged."""

    def __init__(self, subject: str) -> None:
        self._random = Random(f"Envol, {subject}")  # noqa: S311  (a history, not a secret)

    def below(self, end: int) -> int:
        return self._random.randrange(end)

    def between(self, first: int, last: int) -> int:
        """Return an integer from `first` to `last`, both included."""
        return self._random.randrange(first, last + 1)

    def happens(self, thousandths: int) -> bool:
        return self._random.randrange(1000) < thousandths

    def one_of(self, things: Sequence[T]) -> T:
        return things[self._random.randrange(len(things))]

    def of(self, weighted: Weighted[T]) -> T:
        drawn = self._random.randrange(weighted.heights[-1])
        return weighted.things[bisect_right(weighted.heights, drawn)]

    def along(self, spread: Spread) -> int:
        return self.one_of(spread.by_thousandth)

    def sample(self, things: Sequence[T], count: int) -> list[T]:
        """Return `count` things in order, one of each of `count` equal stretches; all if fewer.

        `Random.sample` may draw otherwise in another release of Python.
        """
        count = min(count, len(things))
        firsts = [len(things) * number // count for number in range(count)]
        ends = [*firsts[1:], len(things)]
        return [
            things[self._random.randrange(first, end)]
            for first, end in zip(firsts, ends, strict=count > 0)
        ]
