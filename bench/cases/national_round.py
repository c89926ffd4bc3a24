"""The best round of the whole country, and what scipy makes of the same scores."""

import asyncio
import json
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from backbone.testing.fixtures import Servers
from bench.harness.cpu import Cpu
from bench.harness.measure import Comparison, Metric, Row, Sample, Spent, Turns
from contracts.enums import PriorityNeighbourhood
from demo.history.csv_rows import Mentee, Mentor
from demo.history.days import PUBLISHED_ON
from demo.history.generate.generator import generate_history
from matching.solver.inputs import Inputs, Offering, Waiting

NAMES = UUID("6f1d2a52-5e9c-4f0b-8a53-2f6a1f7d9d10")
MENTEES, MENTORS = 18_640, 4_920
FEWER = 20
"""A part of all, so many times smaller."""


@asynccontextmanager
async def prepare(
    servers: Servers,  # noqa: ARG001  (a round needs none)
    *,
    quick: bool,
) -> AsyncIterator[Turns]:
    """Write the history's mentees and mentors of 2014, as if all of them waited and had room."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inputs.json"
        path.write_text(national(quick=quick).model_dump_json())
        yield equal_optima(path, candidate="ours", baseline="scipy")


def equal_optima(path: Path, *, candidate: str, baseline: str) -> Turns:
    """Return two ways to find a best assignment, which must be worth the same."""
    found = set[tuple[float, float]]()

    async def take(which: str) -> Sample:
        optimum = await _run(which, path)
        found.add((optimum.also["matched"], optimum.also["score"]))
        assert len(found) == 1, f"The optima differ: {found}"
        return optimum

    return Turns(candidate=lambda: take(candidate), baseline=lambda: take(baseline))


async def _run(which: str, path: Path) -> Sample:
    """Find a best assignment in a process of its own, which measures itself and needs no server."""
    command = (sys.executable, "-m", "bench.programs.assign", which, str(path))
    child = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    out, _ = await child.communicate()
    assert child.returncode == 0
    printed = dict(json.loads(out))
    cpu = Cpu(printed.pop("cpu"), postgresql=0.0, kafka=0.0)
    return Sample(cpu.total, Spent(printed.pop("wall"), cpu, units=1), printed)


def national(*, quick: bool) -> Inputs:
    """Return mentees and mentors of the history, the earliest first."""
    history = generate_history(1 / FEWER if quick else 1.0)
    parts = FEWER if quick else 1
    return round_inputs(
        history.mentees[: MENTEES // parts], history.mentors[: MENTORS // parts], on=PUBLISHED_ON
    )


def round_inputs(
    mentees: Iterable[Mentee], mentors: Iterable[Mentor], *, on: date, min_priority: int = 0
) -> Inputs:
    """Return the inputs of a round in which all of them wait and have room."""
    return Inputs(
        on=on,
        mentees=tuple(map(_waiting, mentees)),
        mentors=tuple(map(_offering, mentors)),
        min_priority=min_priority,
    )


def _waiting(row: Mentee) -> Waiting:
    return Waiting(
        id=uuid5(NAMES, row.reference),
        department=row.department,
        remote=row.remote,
        languages=row.languages,
        priority_neighbourhood=PriorityNeighbourhood(row.priority_neighbourhood),
        degree_field=row.degree_field,
        wished_functions=row.wished_functions,
        wished_sectors=row.wished_sectors,
    )


def _offering(row: Mentor) -> Offering:
    return Offering(
        id=uuid5(NAMES, row.reference),
        organisation_id=uuid5(NAMES, row.organisation_siren),
        department=row.department,
        remote=row.remote,
        languages=row.languages,
        places=row.capacity,
        covered=True,
        sector=row.sector,
        function=row.function,
        wished_fields=row.wished_fields,
    )


ROW = Row(
    name="round",
    what="CPU time of the best round of 18,640 mentees and 4,920 mentors of the history "
    "(--quick: a twentieth), with rules, scores and proof",
    baseline="scipy linear_sum_assignment of the same scores, a column for each place",
    unit="CPU s",
    aim=0.25,
    prepare=prepare,
    less_is_better=True,
    pairs=1,
    longest=900,
    metrics=[
        Metric(
            name="peak memory",
            unit="MB",
            figure=lambda taken: taken.also["peak_mb"],
            comparison=Comparison.RATIO,
        )
    ],
)
