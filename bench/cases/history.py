"""The programme's whole history, from an empty stack until all is reported; rebuilt, reconciled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backbone.testing.fixtures import Servers
from bench.fixtures.full_stack import loaded, rebuild, reconcile
from bench.harness.measure import Metric, Row, Sample, Turns

WHOLE, PART = 1.0, 0.02


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (each stack starts its own)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Start a fresh stack for each turn, with servers of its own."""

    async def candidate() -> Sample:
        async with loaded(PART if quick else WHOLE) as load:
            rebuilt = await rebuild(load.site, "reporting")
            compared, megabytes = await reconcile(load.site)
        also = load.also | {"rebuild_s": rebuilt.wall, "rebuild_cpu_s": rebuilt.cpu.total}
        also |= {"reconcile_s": compared.wall, "reconcile_peak_mb": megabytes}
        return Sample(load.watch.wall, load.watch.spent(1), also)

    yield Turns(candidate)


ROW = Row(
    name="history",
    what="the whole history (--quick: 2 %), from the first file sent to the last event reported, "
    "on a fresh stack of its own; then a rebuild of reporting's read model from it, and the "
    "comparison of all four databases",
    unit="s",
    aim=90,
    prepare=prepare,
    less_is_better=True,
    pairs=1,
    longest=1_200,
    metrics=[
        Metric(
            name="CPU",
            unit="s",
            figure=lambda taken: taken.spent.cpu.total,
            aim=140,
            is_servers_cpu=True,
        ),
        Metric(
            name="rebuild",
            unit="s",
            figure=lambda taken: taken.also["rebuild_s"],
            aim=8,
        ),
        Metric(
            name="reconcile",
            unit="s",
            figure=lambda taken: taken.also["reconcile_s"],
            aim=30,
        ),
        Metric(
            name="reconcile memory",
            unit="MB",
            figure=lambda taken: taken.also["reconcile_peak_mb"],
            aim=100,
        ),
    ],
)
