"""Random lives through all four services, for a minute; `make model` runs them for longer."""

from collections.abc import Iterator

import pytest

from backbone.servers import Servers
from tests.model.defects import DEFECTS
from tests.model.runs import a_world, detect, run
from tests.model.world import World

SECONDS = 45
SOON_DETECTED = ("draft-signed-under-another-id", "a-place-is-not-given-back")


@pytest.fixture(scope="module")
def world(servers: Servers) -> Iterator[World]:
    with a_world(servers) as world:
        yield world


def test_in_random_lives_the_services_agree(world: World) -> None:
    """The same seeds come in the same order each time; a slow machine gets less far."""
    done = run(seconds=SECONDS)

    assert done.steps > 0


@pytest.mark.parametrize("name", SOON_DETECTED)
def test_a_seeded_defect_is_detected(world: World, name: str) -> None:
    found = detect(world, DEFECTS[name], seconds=120)

    assert found.said is not None
