"""Rows and turns of which every figure is known."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from backbone.testing.fixtures import Servers
from bench.harness.cpu import Cpu
from bench.harness.measure import Metric, Row, Sample, Spent, Turns


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Prepare nothing: these rows are never measured."""
    raise AssertionError("These rows are never measured.")
    yield


CPU = Metric(
    name="CPU",
    unit="ms",
    figure=lambda taken: 1e3 * taken.spent.cpu_each,
    aim=1.8,
    is_servers_cpu=True,
)
RATE = Row(
    name="command",
    what="command through the API",
    baseline="the same SQL",
    unit="requests/s",
    aim=0.3,
    prepare=prepare,
    metrics=[CPU],
)
TIME = replace(RATE, unit="ms", less_is_better=True)
ALONE = replace(TIME, baseline=None, aim=100)


def taken(figure: float, *, cpu: Cpu, wall: float = 1.0, units: int = 1_000) -> Sample:
    return Sample(figure, Spent(wall, cpu, units))


CANDIDATE = taken(520, cpu=Cpu(0.6, postgresql=0.3, kafka=0.02))
BASELINE = taken(2_600, cpu=Cpu(0.2, postgresql=0.15, kafka=0.0))
