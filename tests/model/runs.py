"""Runs of the model: lives from one seed after the other, with what is right and what is not."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from backbone.servers import Servers
from tests.model.defects import Defect
from tests.model.lives import Lives
from tests.model.machine import EVERYTHING, Foundation
from tests.model.rules.times import Times
from tests.model.world import World

LIVES_A_SEED = 8
LEAST_STEPS, MOST_STEPS = 15, 40  # of a life: few before the end find little
FIRST_SEED = 15
MOST_SEEDS = 25
"""So many seeds a defect may take to be detected: 200 lives."""


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
    """What became of a defect: what the model says of it, if it was detected at all."""

    defect: Defect
    run: Run
    said: str | None


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
    machine = type("Life", (Foundation, *rules, RuleBasedStateMachine), {})
    chosen = settings(
        max_examples=LIVES_A_SEED,
        stateful_step_count=MOST_STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(number)(machine), settings=chosen, _min_steps=LEAST_STEPS)


def detect(world: World, defect: Defect, *, seconds: float) -> Detected:
    """Seed a defect, and run the rules that come near it until an invariant breaks.

    It is detected by lives that go well without it, so that nothing else is taken for it.
    """
    began, steps, said = time.perf_counter(), Lives.steps, None
    for number in range(FIRST_SEED, FIRST_SEED + MOST_SEEDS):
        with defect.seed(world):
            said = failure_of(number, defect)
        if said is not None and failure_of(number, defect) is None:
            break
        said = None
        if time.perf_counter() - began > seconds:
            break
    return Detected(defect, Run(0, Lives.steps - steps, time.perf_counter() - began), said)


def failure_of(number: int, defect: Defect) -> str | None:
    """Run the lives of one seed by the rules near a defect; what breaks in them, if anything."""
    try:
        live(number, (*defect.rules, Times), shrink=False)
    except AssertionError as broken:
        return str(broken)
    return None
