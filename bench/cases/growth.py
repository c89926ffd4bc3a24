"""A row of the history's time among ten times as many rows, and among a tenth of them.

Waits of a fixed length weigh on the tenth, so that a ratio under 1 says only that nothing grows.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backbone.testing.fixtures import Servers
from bench.fixtures.full_stack import loaded
from bench.harness.measure import Comparison, Metric, Row, Sample, Turns

LARGE, SMALL = 1.0, 0.1
LARGER, SMALLER = 0.1, 0.01


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (each stack starts its own)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Start a fresh stack for each turn, with servers of its own."""

    async def take(scale: float) -> Sample:
        async with loaded(scale) as load:
            spent = load.watch.spent(load.rows)
        return Sample(1e6 * spent.wall / spent.units, spent, load.also)

    large, small = (LARGER, SMALLER) if quick else (LARGE, SMALL)
    yield Turns(candidate=lambda: take(large), baseline=lambda: take(small))


ROW = Row(
    name="growth",
    what="time for each row of the whole history (--quick: of a tenth) on a fresh stack of its own",
    baseline="for each row of a tenth of that",
    unit="µs a row",
    aim=1.2,
    prepare=prepare,
    less_is_better=True,
    pairs=1,
    longest=1_200,
    metrics=[
        Metric(
            name="worker's peak",
            unit="MB",
            figure=lambda taken: taken.also["worker_peak_mb"],
            comparison=Comparison.RATIO,
        )
    ],
)
