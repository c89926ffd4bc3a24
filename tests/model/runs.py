"""Runs of the model: lives from one seed after the other, with what is right and what is not."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.database import ExampleDatabase, InMemoryExampleDatabase
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from backbone.testing.servers import Servers
from tests.model.defects import Defect
from tests.model.lives import Lives
from tests.model.machine import EVERYTHING, Foundation
from tests.model.rules.times import Times
from tests.model.world import World

LIVES_A_SEED = 8
STEPS = 40  # of a life: few before the end find little
FIRST_SEED = 15


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to: how many seeds and steps in how many seconds."""

    seeds: int
    steps: int
    seconds: float

    @property
    def steps_a_minute(self) -> float:
        return self.steps * 60 / self.seconds


@dataclass(frozen=True, slots=True)
class Detected:
    """What became of a defect: what the model says of it, if it was detected at all.

    `unseeded` is what is wrong in these lives without the defect: there is another one.
    """

    defect: Defect
    run: Run
    said: str | None
    unseeded: str | None = None


@contextmanager
def a_world(servers: Servers) -> Iterator[World]:
    """A world on its own event loop, which the machines use, for the length of a block."""
    with asyncio.Runner() as runner, TemporaryDirectory() as folder:
        world = World(servers, Path(folder))
        runner.run(world.__aenter__())
        Lives.world, Lives.runner = world, runner
        try:
            yield world
        finally:
            runner.run(world.__aexit__())


def run(
    *,
    seconds: float,
    first: int = FIRST_SEED,
    most: int | None = None,
    rules: Sequence[type] = EVERYTHING,
    shrink: bool = False,
) -> Run:
    """Run lives from the first seed on, each seed the next number, until the time is over.

    The same seed makes the same lives: run a seed alone to repeat what failed. A failure is raised
    as Hypothesis tells it, with the steps of the life; `shrink` makes them few, which takes long.
    """
    began, steps, number = time.perf_counter(), Lives.steps, first
    while time.perf_counter() - began < seconds and (most is None or number < first + most):
        try:
            live(number, rules, shrink=shrink)
        except Exception as failure:
            failure.add_note(f"Found from seed {number}.")
            raise
        number += 1
    return Run(number - first, Lives.steps - steps, time.perf_counter() - began)


def live(number: int, rules: Sequence[type], *, shrink: bool) -> None:
    """Run the lives of one seed, by some rules only."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    _live(rules, phases=phases, number=number)


def _live(
    rules: Sequence[type],
    *,
    phases: Sequence[Phase],
    number: int = 0,
    database: ExampleDatabase | None = None,
) -> None:
    machine = type("Life", (Foundation, *rules, RuleBasedStateMachine), {})
    chosen = settings(
        max_examples=LIVES_A_SEED,
        stateful_step_count=STEPS,
        deadline=None,
        database=database,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(machine), settings=chosen, _min_steps=STEPS)


def detect(world: World, defect: Defect, *, seconds: float, first: int = FIRST_SEED) -> Detected:
    """Seed a defect, and run the rules that come near it until an invariant breaks.

    It is detected by a life that goes well without it, so that nothing else is taken for it.
    """
    began, steps, number = time.perf_counter(), Lives.steps, first
    failed, said, unseeded = InMemoryExampleDatabase(), None, None
    while said is None and time.perf_counter() - began < seconds:
        with defect.seed(world):
            said = failure_of(defect, phases=[Phase.generate], number=number, database=failed)
        number += 1
    if said is not None:
        unseeded = failure_of(defect, phases=[Phase.reuse], database=failed)
    done = Run(number - first, Lives.steps - steps, time.perf_counter() - began)
    return Detected(defect, done, None if unseeded else said, unseeded)


def failure_of(defect: Defect, **how: Any) -> str | None:
    """Run lives by the rules near a defect; what breaks in them, if anything."""
    try:
        _live((*defect.rules, Times), **how)
    except Exception as broken:  # noqa: BLE001  (a naive implementation may fail at what is wrong)
        return f"{type(broken).__name__}: {broken}"
    return None
