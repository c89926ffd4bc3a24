"""A row of the table, and how it is taken: candidate and baseline in turns."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol, TypeAlias

from backbone.testing import Servers

PAIRS = 5
LONGEST = 300.0  # seconds for a row; one that takes longer hangs


@dataclass(frozen=True)
class Taken:
    """What one turn showed: its figure, and what else is worth keeping."""

    figure: float
    also: Mapping[str, float] = field(default_factory=dict)


Turn: TypeAlias = Callable[[], Awaitable[Taken]]


@dataclass(frozen=True)
class Turns:
    """The two sides of a row, ready to be taken again and again from the same state."""

    candidate: Turn
    baseline: Turn


class Prepare(Protocol):
    """Sets a row up on these servers, and leaves nothing there."""

    def __call__(self, servers: Servers, *, quick: bool) -> AbstractAsyncContextManager[Turns]: ...


@dataclass(frozen=True)
class Row:
    """What is compared with what, and the ratio to reach."""

    name: str
    what: str
    baseline: str
    unit: str
    to_reach: float
    then: float
    prepare: Prepare
    less_is_better: bool = False

    def reaches(self, ratio: float, target: float) -> bool:
        return ratio <= target if self.less_is_better else ratio >= target


@dataclass(frozen=True)
class Measured:
    """The pairs of a row, in the order they were taken."""

    row: Row
    pairs: Sequence[tuple[Taken, Taken]]

    @property
    def ratios(self) -> list[float]:
        return [candidate.figure / baseline.figure for candidate, baseline in self.pairs]

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def candidate(self) -> float:
        return median(candidate.figure for candidate, _ in self.pairs)

    @property
    def baseline(self) -> float:
        return median(baseline.figure for _, baseline in self.pairs)


async def measure(
    row: Row, servers: Servers, *, quick: bool, tell: Callable[[str], None]
) -> Measured:
    """Take the row: one pair to warm up that does not count, then the pairs that do."""
    tell("setting up")
    async with asyncio.timeout(LONGEST), row.prepare(servers, quick=quick) as turns:
        tell("warming up")
        await _pair(turns, baseline_first=False)
        pairs = []
        for number in range(PAIRS):
            pairs.append(await _pair(turns, baseline_first=number % 2 == 1))
            candidate, baseline = (taken.figure for taken in pairs[-1])
            ratio = candidate / baseline
            tell(f"{number + 1} of {PAIRS}: {candidate:,.1f} to {baseline:,.1f} = {ratio:.2f}")
    return Measured(row, pairs)


async def _pair(turns: Turns, *, baseline_first: bool) -> tuple[Taken, Taken]:
    """Take both sides, each first as often as the other."""
    if baseline_first:
        baseline = await turns.baseline()
        return await turns.candidate(), baseline
    return await turns.candidate(), await turns.baseline()


@dataclass
class Watch:
    """What a block took: seconds on the wall, and of this process's processor time."""

    wall: float = 0.0
    processor: float = 0.0

    def taken(self, number: int) -> Taken:
        """So many a second; a busy neighbour does not change the processor time."""
        return Taken(number / self.wall, {"processor_us_each": 1e6 * self.processor / number})


@contextmanager
def timed() -> Iterator[Watch]:
    """Time a block that begins with the garbage of what went before swept away."""
    gc.collect()
    gc.collect()  # tuples of plain values leave the collector's sight at the second
    watch, wall, processor = Watch(), time.perf_counter(), time.process_time()
    yield watch
    watch.wall = time.perf_counter() - wall
    watch.processor = time.process_time() - processor


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


async def each(number: int, *, at_once: int, do: Callable[[int], Awaitable[None]]) -> None:
    """Do something for 0, 1, … `number` - 1, so many at once."""
    numbers = iter(range(number))

    async def one_after_another() -> None:
        for nth in numbers:
            await do(nth)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
