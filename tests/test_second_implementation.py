"""Every figure of reporting is computed twice: by its SQL, and in plain Python from the facts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from lives import Life
from running import envol_alone

from backbone.testing.fixtures import Servers
from contracts.local_time import today_in
from demo.client import EnvolClient
from reporting.figures import FIGURES
from reporting.figures.breakdowns import BREAKDOWNS
from reporting.figures.model import Share
from tests.figures import answers, topics
from tests.figures.comparison import Compared, compare, wait_until_settled
from tests.figures.definitions import COUNTS, SHARES
from tests.figures.facts import Published

DAYS_AGO = (-60, -15, 0, 1, 7, 12, 15, 20, 28, 42, 46, 60, 65, 75, 85, 100, 120, 400)
BROKEN_DOWN = (0,)


def test_every_figure_and_every_breakdown_has_a_second_implementation() -> None:
    shares = {name for name, figure in FIGURES.items() if isinstance(figure, Share)}

    assert COUNTS.keys() | SHARES.keys() == FIGURES.keys()
    assert SHARES.keys() == shares
    assert answers.BREAKDOWNS.keys() == BREAKDOWNS.keys()


@dataclass(frozen=True)
class Lived:
    """A life that was entered, and the instants before it was corrected, once and again."""

    envol: EnvolClient
    servers: Servers
    known_at: list[datetime | None]


@pytest.fixture(scope="module")
async def lived(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Lived]:
    folder = tmp_path_factory.mktemp("second")
    async with envol_alone(servers, folder, name="second") as stage:
        stage.running.start()
        await asyncio.to_thread(stage.running.await_apis)
        life, instants = Life(stage.envol), list[datetime | None]()
        for enter in (life.state, life.correct, life.correct_again):
            await asyncio.to_thread(enter)
            instants.append(datetime.now(UTC))
        yield Lived(stage.envol, servers, [*instants, None])


async def test_reporting_says_what_the_second_implementation_says_of_every_day_and_instant(
    lived: Lived,
) -> None:
    await asyncio.to_thread(wait_until_settled, lived.envol)
    published = Published(await topics.read(lived.servers.kafka_bootstrap_servers))

    compared = await asyncio.to_thread(compared_with, lived, published)

    assert "\n".join(map(str, compared.differences)) == ""
    assert compared.numbers > 1_000


def compared_with(lived: Lived, published: Published) -> Compared:
    today = today_in("93")
    return compare(
        lived.envol,
        published,
        days=[today - timedelta(days=days) for days in DAYS_AGO],
        broken_down=[today - timedelta(days=days) for days in BROKEN_DOWN],
        known_at=lived.known_at,
    )
