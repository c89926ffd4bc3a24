"""A rebuild of any service's read model gives what the live one has, in whatever order it reads."""

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from importlib import import_module
from random import Random
from typing import Any

import pytest
from random_messages import RandomMessages
from running import SERVICES
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import migrate
from backbone.database.sessions import create_engine, create_sessions
from backbone.messaging.cloudevents import Record
from backbone.messaging.kafka import TopicPartition
from backbone.messaging.rebuild import Rebuild
from backbone.service import Service
from backbone.settings import Settings
from backbone.testing.fixtures import Servers, Topics, temporary_database

MESSAGES, BATCH, SEEDS = 600, 40, range(4)


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> Service[Any]:
    found: Service[Any] = import_module(f"{request.param}.__main__").SERVICE
    return found


@pytest.fixture
async def engine(servers: Servers, service: Service[Any]) -> AsyncIterator[AsyncEngine]:
    """The service's database, made by its own migrations."""
    async with temporary_database(servers, f"rebuild_{service.name}") as url:
        settings = Settings(
            database_url=url,
            kafka_bootstrap_servers=servers.kafka_bootstrap_servers,
            oidc_issuer="https://identity.example.org",
            oidc_audience="envol",
        )
        made = create_engine(settings)
        await migrate(made, migrations=service.migrations)
        yield made
        await made.dispose()


class Shuffled:
    """A consumer of recorded topics that keeps the order of each key, and no other."""

    def __init__(self, records: Sequence[Record], random: Random) -> None:
        self.random = random
        self.topics: dict[str, list[Record]] = defaultdict(list)
        self.positions: dict[str, int] = defaultdict(int)
        keys: dict[tuple[str, bytes | None], list[Record]] = defaultdict(list)
        for record in records:
            keys[record.topic, record.key].append(record)
        while keys:
            key = random.choice(list(keys))
            self.topics[key[0]].append(keys[key].pop(0))
            if not keys[key]:
                del keys[key]

    def subscribe(self, *, topics: Sequence[str]) -> None:
        self.places = {TopicPartition(topic, 0) for topic in topics}

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assignment(self) -> set[TopicPartition]:
        return self.places

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: len(self.topics[place.topic]) for place in places}

    async def position(self, place: TopicPartition) -> int:
        return self.positions[place.topic]

    async def getmany(
        self,
        *,
        timeout_ms: int,  # noqa: ARG002  (there is nothing to wait for)
        max_records: int,
    ) -> dict[TopicPartition, list[Record]]:
        behind = [t for t, records in self.topics.items() if self.positions[t] < len(records)]
        if not behind:
            return {}
        topic, first = (chosen := self.random.choice(behind)), self.positions[chosen]
        records = self.topics[topic][first : first + self.random.randint(1, max_records)]
        self.positions[topic] += len(records)
        return {TopicPartition(topic, 0): records}


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_was_corrected_withdrawn_merged_and_superseded_is_rebuilt_as_it_was(
    engine: AsyncEngine, service: Service[Any], seed: int
) -> None:
    random = Random(seed)  # noqa: S311  (a test's)
    topics = Topics(create_sessions(engine), service.projections)
    messages = RandomMessages(service.projections.messages, seed).some(MESSAGES)
    records = [topics.record(message) for message in messages]
    for first in range(0, MESSAGES, BATCH):
        await topics.deliver(*records[first : first + BATCH])

    rebuilt = await Rebuild(
        engine,
        service.projections,
        service.read_model,
        create_consumer=lambda: Shuffled(records, random),  # type: ignore[arg-type,return-value]
        batch_size=BATCH,
    ).run()

    assert "\n".join(map(str, rebuilt.comparison.differences)) == ""
    assert rebuilt.swapped
    assert len(await aside(engine)) == 0
    assert rebuilt.messages == MESSAGES


async def aside(engine: AsyncEngine) -> Sequence[Any]:
    """Return the causes of dead letters: a message that no projection can apply tests nothing."""
    async with engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT type, cause FROM set_aside")
        return found.all()
