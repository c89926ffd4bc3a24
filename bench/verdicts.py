"""What the pairs of a row amount to: a ratio, by wall or by CPU, held against the target.

Ratios are of wall time, unless both sides keep the cores busy. The wall time of such a side is the
CPU of all its processes divided by the cores, and whatever else the machine does; so the CPU for
the same work is compared instead. Where only one side keeps them busy, the other waits, for a disk
or for an answer, and its waiting is part of the comparison: the wall time counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.cpu import CORES, Cpu
from bench.measure import Pair, Row, Taken

BUSY = 0.9
"""The part of the cores' time from which a side counts as keeping them busy."""


@dataclass(frozen=True)
class Measured:
    """A row and its pairs, in the order they were taken."""

    row: Row
    pairs: Sequence[Pair]
    cores: int = CORES

    @property
    def shown(self) -> list[float]:
        """What is held against the target: the ratios, or the figures where there is none."""
        by_cpu = self.is_by_cpu
        return [judged(pair, self.row, by_cpu=by_cpu) for pair in self.pairs]

    @property
    def median(self) -> float:
        return median(self.shown)

    @property
    def is_by_cpu(self) -> bool:
        """Whether the ratio is one of CPU: both sides keep the cores busy, and it is all seen."""
        if not (self.row.is_speed and self.baselines and self.is_seen_whole):
            return False
        return all(self._is_busy(side) for side in (self.candidates, self.baselines))

    def _is_busy(self, side: Sequence[Taken]) -> bool:
        return median(each.spent.busy_cores for each in side) >= BUSY * self.cores

    @property
    def candidates(self) -> list[Taken]:
        return [candidate for candidate, _ in self.pairs]

    @property
    def baselines(self) -> list[Taken]:
        return [baseline for _, baseline in self.pairs if baseline]

    @property
    def candidate(self) -> float:
        return median(each.figure for each in self.candidates)

    @property
    def baseline(self) -> float | None:
        return median(each.figure for each in self.baselines) if self.baselines else None

    @property
    def is_seen_whole(self) -> bool:
        """Whether the CPU of both servers is visible."""
        return all(each.spent.cpu.is_complete for each in (*self.candidates, *self.baselines))


def judged(pair: Pair, row: Row, *, by_cpu: bool) -> float:
    """Return the pair's ratio, more than 1 where the candidate's figure is larger.

    By CPU, it is the ratio of CPU for a unit of work, turned round where more is better.
    """
    candidate, baseline = pair
    if baseline is None:
        return candidate.figure
    if not by_cpu:
        return candidate.figure / baseline.figure
    ratio = candidate.spent.cpu_each / baseline.spent.cpu_each
    return ratio if row.less_is_better else 1 / ratio


def median_cpu(side: Sequence[Taken]) -> Cpu:
    """Return the CPU seconds of a unit of work, each group's median."""
    each = [taken.spent.cpu.divided(taken.spent.units) for taken in side]
    postgresql = [cpu.postgresql for cpu in each if cpu.postgresql is not None]
    kafka = [cpu.kafka for cpu in each if cpu.kafka is not None]
    return Cpu(
        median(cpu.python for cpu in each),
        median(postgresql) if postgresql else None,
        median(kafka) if kafka else None,
    )
