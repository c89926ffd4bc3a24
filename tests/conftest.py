import asyncio
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from running import API, CRASHES, SERVICES, Journey, Running, around

from backbone.testing import Servers, fresh_database
from backbone.topics import create_topics, read_topics
from demo.client import Envol
from demo.story import Days
from demo.telling import Told, day_of_telling, tell

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
async def journey(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Journey]:
    """The whole story, told over HTTP while every process dies at every one of its crash points."""
    topics = read_topics(ROOT / "deploy" / "topics.yaml")
    created = await create_topics(topics, bootstrap_servers=servers.kafka_bootstrap_servers)
    if len(created) < len(topics):
        pytest.fail(
            "The journey needs a Kafka without Envol's topics: what is on them would count."
        )
    for service in SERVICES:
        await fresh_database(servers, f"journey_{service}")
    with around() as extra:
        running = Running(tmp_path_factory.mktemp("journey"), servers, extra)
        for service in SERVICES:
            running.workers[service].crash_points = deque(CRASHES[service])
        running.apis["partners"].crash_points = deque(API)
        running.migrate()
        running.start()
        try:
            running.await_apis()
            envol = Envol(running.urls, extra["OIDC_ISSUER"], patience=90)
            told = await asyncio.to_thread(the_whole, envol, running)
            yield Journey(running, envol, told, servers, Path(extra["SMTP_FOLDER"]))
            envol.http.close()
        finally:
            running.stop()


def the_whole(envol: Envol, running: Running) -> Told:
    """Tell the story to its end; matching's API dies where the first pair is about to begin."""
    begun_on, _ = day_of_telling(envol)
    told, matching = Told(Days(begun_on)), running.apis["matching"]
    for doing, told in tell(envol, Days(begun_on)):  # noqa: B007  (the last is the whole)
        if doing.endswith("begin") and not matching.crashed_at:
            matching.crash_points = deque(API)
            matching.kill()
    return told
