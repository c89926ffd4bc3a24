"""A part of the history, loaded while workers are late, away, and killed at their crash points."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from running import RELAY, Stage, envol_alone, until

from backbone.testing import Servers
from demo import late, loading, published
from demo.historical import covered
from demo.history import files
from demo.history.days import TOLD_ON
from demo.history.ledger import Ledger
from demo.history.making import history
from demo.history.rows import History
from demo.published import Reporting

SCALE = 0.02
IMPORT = ["import.before_commit", "import.after_commit"]


@dataclass(frozen=True)
class Loaded:
    """A history that was loaded, and where."""

    stage: Stage
    rows: History
    folder: Path

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.rows)

    def load(self) -> list[loading.Progress]:
        steps = loading.load(self.stage.envol, self.folder, covered=covered(self.rows))
        return list(disturbed(self.stage, steps))


def disturbed(stage: Stage, steps: Iterator[loading.Progress]) -> Iterator[loading.Progress]:
    """Start the workers one after the other, partners' last; kill two of them on the way."""
    workers = stage.running.workers
    workers["matching"].crash_points = deque([*IMPORT, *RELAY])
    workers["reporting"].crash_points = deque(["consumer.before_commit", "consumer.after_offsets"])
    late_ones = deque(["reporting", "matching", "partners", "notifications"])
    for nth, step in enumerate(steps):
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
    rows = history(SCALE)
    files.write(rows, folder / "files")
    async with envol_alone(servers, folder, name="history") as stage:
        stage.running.start_apis()
        stage.running.await_apis()
        made = Loaded(stage, rows, folder / "files")
        await asyncio.to_thread(made.load)
        await asyncio.to_thread(published.set_targets, stage.envol)
        yield made


async def test_the_figures_are_what_the_rows_come_to_whatever_happened_meanwhile(
    loaded: Loaded,
) -> None:
    wanted = published.wanted(loaded.ledger)

    def agree() -> bool:
        return not list(published.differing(loaded.stage.envol, wanted, known_at=None))

    await asyncio.to_thread(until, agree, "The figures never became those of the rows", 60)


async def test_two_workers_were_killed_on_the_way(loaded: Loaded) -> None:
    workers = loaded.stage.running.workers

    assert workers["matching"].crashed_at == [*IMPORT, *RELAY]
    assert workers["reporting"].crashed_at


async def test_each_published_figure_opens_to_what_the_rows_come_to(loaded: Loaded) -> None:
    compared = await asyncio.to_thread(
        lambda: list(published.compare(loaded.stage.envol, loaded.ledger, known_at=None))
    )

    assert [(one.line.figure, one.told.value) for one in compared] == [
        (one.line.figure, one.line.value) for one in compared
    ]


async def test_nobody_is_written_to_about_the_past(loaded: Loaded) -> None:
    def caught_up() -> bool:
        said = loaded.stage.envol.health("notifications")
        return bool(said["lag"] == 0 and said["passed"])

    await asyncio.to_thread(until, caught_up, "Notifications never caught up", 60)

    assert list(loaded.stage.envol.pages("notifications", "/messages")) == []
    assert list(loaded.stage.mails.rglob("*.eml")) == []


async def test_loaded_again_it_changes_nothing(loaded: Loaded) -> None:
    began = time.monotonic()
    before = list(loaded.stage.envol.pages("matching", "/imports"))

    steps = loading.load(loaded.stage.envol, loaded.folder, covered=covered(loaded.rows))
    await asyncio.to_thread(list, steps)

    assert list(loaded.stage.envol.pages("matching", "/imports")) == before
    assert time.monotonic() - began < 30


async def test_what_is_told_late_changes_what_was_so_and_not_what_was_known(
    loaded: Loaded,
) -> None:
    envol = loaded.stage.envol
    first = Reporting(envol, known_at=None).figure("outcomes", TOLD_ON)["value"]

    before = await asyncio.to_thread(late.tell, envol, loaded.ledger)

    assert Reporting(envol, known_at=before).figure("outcomes", TOLD_ON)["value"] == first
    assert Reporting(envol, known_at=None).figure("outcomes", TOLD_ON)["value"] == first + 1
    assert await asyncio.to_thread(late.tell, envol, loaded.ledger) == before
