"""The figures that the pairs of a row amount to, compared by wall or by CPU, and held against aims.

Ratios are of wall time, unless both sides keep the cores busy. The wall time of such a side is the
CPU of all its processes divided by the cores, and whatever else the machine does; so the CPU for
the same work is compared instead. Where only one side keeps them busy, the other waits, for a disk
or for an answer, and its waiting is part of the comparison: the wall time counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from bench.harness.cpu import CORES, Cpu
from bench.harness.measure import Comparison, Metric, Pair, Row, Sample

BUSY = 0.9
"""The part of the cores' time from which a side counts as keeping them busy."""


@dataclass(frozen=True)
class Verdict:
    """The medians of both sides' figures, and what each pair has to be held against the aim."""

    metric: Metric
    candidate: float
    baseline: float | None
    judged: Sequence[float]
    is_by_cpu: bool

    @property
    def median(self) -> float:
        return median(self.judged)

    @property
    def is_reached(self) -> bool | None:
        """Return whether the median reaches the aim, if there is one."""
        aim = self.metric.aim
        if aim is None:
            return None
        return self.median <= aim if self.metric.less_is_better else self.median >= aim


@dataclass(frozen=True)
class Measured:
    """A row and its pairs, in the order they were taken."""

    row: Row
    pairs: Sequence[Pair]
    cores: int = CORES

    @property
    def verdicts(self) -> list[Verdict]:
        """The verdict of the row's own figure, then those of its metrics."""
        own = self.verdict(self.row.metric, by_cpu=self.is_by_cpu)
        return [own, *(self.verdict(metric) for metric in self.row.metrics)]

    def verdict(self, metric: Metric, *, by_cpu: bool = False) -> Verdict:
        if metric.is_servers_cpu and not self.is_seen_whole:
            metric = replace(metric, aim=None)
        has_baseline = metric.comparison is not Comparison.NONE
        return Verdict(
            metric=metric,
            candidate=median(map(metric.figure, self.candidates)),
            baseline=median(map(metric.figure, self.baselines)) if has_baseline else None,
            judged=[_judged(pair, metric, by_cpu=by_cpu) for pair in self.pairs],
            is_by_cpu=by_cpu,
        )

    @property
    def is_by_cpu(self) -> bool:
        """Return whether CPU decides: both sides keep the cores busy, and all of it is seen."""
        if not (self.row.is_speed and self.baselines and self.is_seen_whole):
            return False
        return all(self._is_busy(side) for side in (self.candidates, self.baselines))

    def _is_busy(self, side: Sequence[Sample]) -> bool:
        return median(each.spent.busy_cores for each in side) >= BUSY * self.cores

    @property
    def candidates(self) -> list[Sample]:
        return [candidate for candidate, _ in self.pairs]

    @property
    def baselines(self) -> list[Sample]:
        return [baseline for _, baseline in self.pairs if baseline]

    @property
    def is_seen_whole(self) -> bool:
        """Return whether the CPU of both servers is visible."""
        return all(each.spent.cpu.is_complete for each in (*self.candidates, *self.baselines))


def _judged(pair: Pair, metric: Metric, *, by_cpu: bool) -> float:
    """Return what the pair is worth by the metric.

    By CPU, it is the ratio of CPU for a unit of work, inverted where more is better.
    """
    candidate, baseline = pair
    if baseline is None or metric.comparison is Comparison.NONE:
        return metric.figure(candidate)
    if metric.comparison is Comparison.DIFFERENCE:
        return metric.figure(candidate) - metric.figure(baseline)
    if not by_cpu:
        return metric.figure(candidate) / metric.figure(baseline)
    ratio = candidate.spent.cpu_each / baseline.spent.cpu_each
    return ratio if metric.less_is_better else 1 / ratio


def median_cpu(side: Sequence[Sample]) -> Cpu:
    """Return the CPU seconds of a unit of work, each group's median."""
    each = [taken.spent.cpu.divided(taken.spent.units) for taken in side]
    postgresql = [cpu.postgresql for cpu in each if cpu.postgresql is not None]
    kafka = [cpu.kafka for cpu in each if cpu.kafka is not None]
    return Cpu(
        median(cpu.python for cpu in each),
        median(postgresql) if postgresql else None,
        median(kafka) if kafka else None,
    )
