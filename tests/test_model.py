"""Random lives through all four services, for a minute; `make model` runs them for longer."""

from collections.abc import Iterator

import pytest

from backbone.testing.servers import Servers
from tests.model.defects import DEFECTS
from tests.model.runs import a_world, detect, run
from tests.model.world import World

SEEDS, LONGEST = 2, 30
"""No seed is begun after so many seconds: on a busy machine one is enough."""
SOON_DETECTED = "draft-signed-under-another-id"


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[World]:
    with a_world(servers) as world:
        yield world


def test_in_random_lives_the_services_agree(world: World) -> None:
    """The same seeds on each machine that has the time, so that it fails for all or for nobody."""
    done = run(seconds=LONGEST, most=SEEDS)

    assert done.steps > 0


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_can_be_seeded(world: World, name: str) -> None:
    """What it replaces has that name: `make model` would fail after a renaming, much later."""
    with DEFECTS[name].seed(world):
        pass


def test_a_seeded_defect_is_detected(world: World) -> None:
    found = detect(world, DEFECTS[SOON_DETECTED], seconds=LONGEST)

    assert found.said is not None
