import asyncio
from collections import deque
from collections.abc import AsyncIterator

import pytest
from running import API, CRASHES, SERVICES, Journey, Running, envol_alone

from backbone.testing.fixtures import Servers
from demo.client import EnvolClient
from demo.scenario.steps import ScenarioLedger, run_story, story_start
from demo.scenario.story import StoryCalendar


@pytest.fixture(scope="module")
async def journey(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Journey]:
    """The whole story, run over HTTP while every process dies at every one of its crash points."""
    folder = tmp_path_factory.mktemp("journey")
    async with envol_alone(servers, folder, name="journey") as stage:
        running = stage.running
        for service in SERVICES:
            running.workers[service].crash_points = deque(CRASHES[service])
        running.apis["partners"].crash_points = deque(API)
        running.start()
        running.await_apis()
        ledger = await asyncio.to_thread(the_whole, stage.envol, running)
        yield Journey(running, stage.envol, ledger, servers, stage.mails)


def the_whole(envol: EnvolClient, running: Running) -> ScenarioLedger:
    """Run the story to its end; matching's API dies where the first pair is about to begin."""
    start, _ = story_start(envol)
    ledger, matching = ScenarioLedger(StoryCalendar(start)), running.apis["matching"]
    for step, ledger in run_story(envol, StoryCalendar(start)):  # noqa: B007  (the last is the whole)
        if step.endswith("begin") and not matching.crashed_at:
            matching.crash_points = deque(API)
            matching.kill()
    return ledger
