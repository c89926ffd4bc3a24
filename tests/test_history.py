"""A part of the history, loaded while workers are late, away, and killed at their crash points."""

import asyncio
import os
import subprocess
import time
from collections import deque
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from running import RELAY, Stage, envol_alone

from backbone.testing.fixtures import Servers
from demo.history.check import published_figures
from demo.history.check.expected_figures import BEFORE_CORRECTIONS, count, expected_figures, totals
from demo.history.check.expected_messages import expected_messages
from demo.history.check.published_figures import Reporting
from demo.history.commands import load_steps
from demo.history.csv_rows import History
from demo.history.days import PUBLISHED_ON
from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history
from demo.history.ledger import Ledger
from demo.history.load import corrections, late_outcome, loader
from demo.history.statements import uncorrected_history
from tests.figures import topics
from tests.figures.facts import Published
from tests.figures.samples import compare_sampled

SCALE = 0.02
IMPORT = ["import.before_commit", "import.after_commit"]


@dataclass(frozen=True)
class Loaded:
    """A history that was loaded, and where."""

    stage: Stage
    rows: History
    folder: Path
    differing_at_once: list[Any] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.rows)

    def load(self) -> None:
        """Load it while it is disturbed, break off once it is being corrected, and go on."""
        with closing(self.steps()) as steps_taken:
            for step in disturbed(self.stage, steps_taken):
                if "corrections" in step.rows:
                    break
        list(self.steps())

    def steps(self) -> Generator[loader.Progress]:
        return load_steps(self.stage.envol, self.folder, self.rows)


def disturbed(stage: Stage, taken: Iterator[loader.Progress]) -> Iterator[loader.Progress]:
    """Start the workers one after the other, partners' last; kill two of them on the way."""
    workers = stage.running.workers
    workers["matching"].crash_points = deque([*IMPORT, *RELAY])
    workers["reporting"].crash_points = deque(["consumer.before_commit", "consumer.after_offsets"])
    late_ones = deque(["reporting", "matching", "partners", "notifications"])
    for nth, step in enumerate(taken):
        yield step
        if late_ones and nth % 3 == 0:
            workers[late_ones.popleft()].start()
    for service in late_ones:
        workers[service].start()


@pytest.fixture(scope="module")
async def loaded(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Loaded]:
    folder = tmp_path_factory.mktemp("history")
    rows = generate_history(SCALE)
    csv_files.write_files(rows, folder / "files")
    async with envol_alone(servers, folder, name="history") as stage:
        stage.running.start_apis()
        stage.running.await_apis()
        made = Loaded(stage, rows, folder / "files")
        await asyncio.to_thread(made.load)
        differing = published_figures.differences(
            stage.envol, expected_figures(made.ledger), known_at=None
        )
        made.differing_at_once.extend(await asyncio.to_thread(list, differing))
        await asyncio.to_thread(published_figures.set_targets, stage.envol)
        yield made


async def test_what_is_loaded_is_reported_whatever_happened_meanwhile(loaded: Loaded) -> None:
    assert loaded.differing_at_once == []


async def test_each_message_was_taken_in_once_although_some_were_sent_again(loaded: Loaded) -> None:
    expected = expected_messages(loaded.rows)

    assert {
        service: loaded.stage.envol.health(service)["taken_in"] for service in expected
    } == expected


async def test_two_workers_were_killed_on_the_way(loaded: Loaded) -> None:
    workers = loaded.stage.running.workers

    assert workers["matching"].crashed_at == [*IMPORT, *RELAY]
    assert workers["reporting"].crashed_at


async def test_what_was_known_before_the_corrections_is_what_the_files_state(
    loaded: Loaded,
) -> None:
    envol, first = loaded.stage.envol, Ledger(uncorrected_history(loaded.rows))
    before = await asyncio.to_thread(corrections.first_applied_at, envol, loaded.rows)

    wanted = list(totals(first, BEFORE_CORRECTIONS))
    differing = published_figures.differences(envol, wanted, known_at=before)

    assert await asyncio.to_thread(list, differing) == []
    assert count(first, "contacts", PUBLISHED_ON) != count(loaded.ledger, "contacts", PUBLISHED_ON)


@pytest.mark.parametrize("service", ["matching", "partners", "notifications", "reporting"])
async def test_a_read_model_rebuilt_from_the_first_message_on_is_equal(
    loaded: Loaded, service: str
) -> None:
    worker = loaded.stage.running.workers[service]
    command = [*worker.command[:-1], "rebuild"]

    rebuilt = await asyncio.to_thread(
        lambda: subprocess.run(
            command,
            env=os.environ | worker.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
    )

    assert "as before" in rebuilt.stdout
    assert " was " not in rebuilt.stdout


async def test_each_published_figure_opens_to_what_the_rows_come_to(loaded: Loaded) -> None:
    compared = await asyncio.to_thread(
        lambda: list(published_figures.compare(loaded.stage.envol, loaded.ledger, known_at=None))
    )

    assert [(one.line.figure, one.reported.value) for one in compared] == [
        (one.line.figure, one.line.value) for one in compared
    ]


async def test_every_figure_is_what_the_second_implementation_says(
    loaded: Loaded, servers: Servers
) -> None:
    facts = Published(await topics.read(servers.kafka_bootstrap_servers))

    compared = await asyncio.to_thread(compare_sampled, loaded.stage.envol, facts)

    assert "\n".join(map(str, compared.differences)) == ""
    assert compared.numbers > 2_000


async def test_nobody_is_written_to_about_the_past(loaded: Loaded) -> None:
    assert list(loaded.stage.envol.pages("notifications", "/messages")) == []
    assert list(loaded.stage.mails.rglob("*.eml")) == []


async def test_loaded_again_it_changes_nothing(loaded: Loaded) -> None:
    began = time.monotonic()
    before = list(loaded.stage.envol.pages("matching", "/imports"))

    await asyncio.to_thread(list, loaded.steps())

    assert list(loaded.stage.envol.pages("matching", "/imports")) == before
    assert time.monotonic() - began < 30


async def test_what_is_told_late_changes_what_was_so_and_not_what_was_known(
    loaded: Loaded,
) -> None:
    envol = loaded.stage.envol
    first = Reporting(envol, known_at=None).figure("outcomes", PUBLISHED_ON)["value"]

    before = await asyncio.to_thread(late_outcome.record, envol, loaded.ledger)

    assert Reporting(envol, known_at=before).figure("outcomes", PUBLISHED_ON)["value"] == first
    assert Reporting(envol, known_at=None).figure("outcomes", PUBLISHED_ON)["value"] == first + 1
    assert await asyncio.to_thread(late_outcome.record, envol, loaded.ledger) == before
