import asyncio
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from running import SERVICES, Journey, Running, around

from backbone.testing import Servers, fresh_database
from backbone.topics import create_topics, read_topics
from demo.client import Envol
from demo.story import Days
from demo.telling import Told, day_of_telling, tell

ROOT = Path(__file__).parents[1]
CRASHES = {
    "worker": [
        "relay.before_send",
        "consumer.before_apply",
        "relay.after_ack",
        "consumer.before_commit",
        "consumer.before_offsets",
        "relay.after_delete",
        "consumer.after_offsets",
    ],
    "api": ["api.before_commit", "api.after_commit"],
}
NOTIFIER = ["notifier.before_send", "notifier.after_send", "notifier.after_mark"]


@pytest.fixture(scope="session")
async def journey(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Journey]:
    """The whole story, told over HTTP while every process dies at every one of its crash points."""
    await create_topics(
        read_topics(ROOT / "deploy" / "topics.yaml"),
        bootstrap_servers=servers.kafka_bootstrap_servers,
    )
    for service in SERVICES:
        await fresh_database(servers, f"journey_{service}")
    with around() as extra:
        running = Running(tmp_path_factory.mktemp("journey"), servers, extra)
        for service in SERVICES:
            notifier = NOTIFIER if service == "notifications" else []
            running.workers[service].crash_points = deque(CRASHES["worker"] + notifier)
            running.apis[service].crash_points = deque(CRASHES["api"])
        running.migrate()
        running.start()
        try:
            running.await_apis()
            envol = Envol(running.urls, extra["OIDC_ISSUER"])
            told = await asyncio.to_thread(lambda: the_whole(envol))
            yield Journey(running, envol, told, servers, Path(extra["SMTP_FOLDER"]))
        finally:
            running.stop()


def the_whole(envol: Envol) -> Told:
    begun_on, _ = day_of_telling(envol)
    told = Told(Days(begun_on))
    for _, told in tell(envol, Days(begun_on)):  # noqa: B007  (the last is the whole)
        pass
    return told
