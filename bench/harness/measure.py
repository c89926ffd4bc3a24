"""A row of the table, and how it is taken: candidate and baseline in turns."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from operator import attrgetter
from typing import Protocol, TypeAlias

from backbone.testing.fixtures import Servers
from bench.harness.cpu import NOTHING, Cpu, Meter

PAIRS = 5
LONGEST = 300.0  # seconds for a row; one that takes longer hangs


@dataclass(frozen=True)
class Spent:
    """The wall and CPU seconds of some work, and its units."""

    wall: float
    cpu: Cpu
    units: int

    @property
    def cpu_each(self) -> float:
        """CPU seconds of all processes for one unit."""
        return self.cpu.total / self.units

    @property
    def busy_cores(self) -> float:
        return self.cpu.total / self.wall


@dataclass(frozen=True)
class Sample:
    """The result of one turn: its figure, what it spent, and what else is recorded."""

    figure: float
    spent: Spent
    also: Mapping[str, float] = field(default_factory=dict)


Turn: TypeAlias = Callable[[], Awaitable[Sample]]


@dataclass(frozen=True)
class Turns:
    """The sides of a row, ready to be taken again and again from the same state."""

    candidate: Turn
    baseline: Turn | None = None


class Prepare(Protocol):
    """Sets a row up on these servers, and leaves nothing there."""

    def __call__(self, servers: Servers, *, quick: bool) -> AbstractAsyncContextManager[Turns]: ...


class Comparison(Enum):
    """How both sides' figures make the one that is held against an aim; NONE: the candidate's."""

    NONE = "none"
    RATIO = "ratio"
    DIFFERENCE = "difference"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure of a turn, how it is judged, and its aim; without an aim, it is only shown.

    `is_servers_cpu` says that it is CPU to which the servers add: it has no aim if they are unseen.
    """

    name: str
    unit: str
    figure: Callable[[Sample], float]
    comparison: Comparison = Comparison.NONE
    aim: float | None = None
    less_is_better: bool = True
    is_servers_cpu: bool = False


@dataclass(frozen=True)
class Row:
    """A comparison and its aim: a ratio, or a figure where there is no baseline.

    A row that is taken only once takes minutes: it is not warmed up, and only taken when named.
    `is_speed` says that the figure is the time or the rate of some work, which CPU may judge.
    `metrics` are further figures of the same turns.
    """

    name: str
    what: str
    unit: str
    aim: float
    prepare: Prepare
    baseline: str | None = None
    less_is_better: bool = False
    is_speed: bool = True
    is_servers_cpu: bool = False
    pairs: int = PAIRS
    longest: float = LONGEST
    metrics: Sequence[Metric] = ()

    @property
    def metric(self) -> Metric:
        """The row's own figure."""
        return Metric(
            name=self.name,
            unit=self.unit,
            figure=attrgetter("figure"),
            comparison=Comparison.RATIO if self.baseline else Comparison.NONE,
            aim=self.aim,
            less_is_better=self.less_is_better,
            is_servers_cpu=self.is_servers_cpu,
        )


Pair: TypeAlias = tuple[Sample, Sample | None]
"""A turn of the candidate and one of the baseline, if the row has one."""


async def measure(
    row: Row, servers: Servers, *, quick: bool, report: Callable[[str], None]
) -> Sequence[Pair]:
    """Return the pairs of the row in the order they were taken, without one to warm up."""
    report("setting up")
    async with asyncio.timeout(row.longest), row.prepare(servers, quick=quick) as turns:
        if row.pairs > 1:
            report("warming up")
            await _pair(turns, baseline_first=False)
        pairs = []
        for number in range(row.pairs):
            pairs.append(await _pair(turns, baseline_first=number % 2 == 1))
            report(f"{number + 1} of {row.pairs}: {_figures(pairs[-1])}")
    return pairs


def _figures(pair: Pair) -> str:
    candidate, baseline = pair
    if baseline is None:
        return f"{candidate.figure:,.1f}"
    ratio = candidate.figure / baseline.figure
    return f"{candidate.figure:,.1f} to {baseline.figure:,.1f} = {ratio:.2f}"


async def _pair(turns: Turns, *, baseline_first: bool) -> Pair:
    """Take both sides, each first as often as the other."""
    if turns.baseline is None:
        return await turns.candidate(), None
    if baseline_first:
        baseline = await turns.baseline()
        return await turns.candidate(), baseline
    return await turns.candidate(), await turns.baseline()


@dataclass
class Watch:
    """The wall and CPU seconds that a block took, known when it has ended."""

    wall: float = 0.0
    cpu: Cpu = NOTHING

    def spent(self, units: int) -> Spent:
        return Spent(self.wall, self.cpu, units)

    def rate(self, units: int) -> Sample:
        """Return the units a second."""
        return Sample(units / self.wall, self.spent(units))

    def time_each(self, units: int, *, per_second: float) -> Sample:
        """Return the wall time of one unit, in units of which `per_second` are a second."""
        return Sample(per_second * self.wall / units, self.spent(units))

    def cpu_each(self, units: int, *, per_second: float) -> Sample:
        """Return the CPU time of one unit, of all processes, as `time_each` does."""
        return Sample(per_second * self.cpu.total / units, self.spent(units))


@contextmanager
def timed() -> Iterator[Watch]:
    """Measure a block that begins with the garbage of what went before collected."""
    gc.collect()
    gc.collect()  # tuples of plain values leave the collector's sight at the second
    watch, meter, began = Watch(), Meter(), time.perf_counter()
    yield watch
    watch.wall = time.perf_counter() - began
    watch.cpu = meter.spent()


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that `percent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


async def run_concurrently(
    number: int, *, at_once: int, do: Callable[[int], Awaitable[None]]
) -> None:
    """Call `do` with 0, 1, … `number` - 1, `at_once` at a time."""
    numbers = iter(range(number))

    async def one_after_another() -> None:
        for nth in numbers:
            await do(nth)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another())
