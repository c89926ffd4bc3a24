"""Creates the topics that are listed, before anything uses them; leaves those that exist."""

from pathlib import Path
from typing import Literal

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError
from pydantic import BaseModel, Field

FOREVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
COMPACTED = {
    "cleanup.policy": "compact",
    "delete.retention.ms": str(30 * 24 * 3600 * 1000),
    "max.compaction.lag.ms": str(7 * 24 * 3600 * 1000),
}


class Topic(BaseModel):
    """A topic's number of partitions, and what Kafka keeps of it."""

    partitions: int = Field(ge=1, le=200)
    kept: Literal["forever", "compacted"]

    @property
    def configuration(self) -> dict[str, str]:
        return FOREVER if self.kept == "forever" else COMPACTED


class Topics(BaseModel):
    """The content of `topics.yaml`."""

    topics: dict[str, Topic]


def read_topics(path: Path) -> dict[str, Topic]:
    return Topics.model_validate(yaml.safe_load(path.read_text())).topics


async def create_topics(
    topics: dict[str, Topic], *, bootstrap_servers: str, replication_factor: int = 1
) -> list[str]:
    """Create what is missing; return the names of the topics that were created."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await client.start()
    try:
        missing = sorted(set(topics) - set(await client.list_topics()))
        for name in missing:
            topic = topics[name]
            new = NewTopic(
                name,
                topic.partitions,
                replication_factor,
                topic_configs=topic.configuration,
            )
            answer = await client.create_topics([new])
            for _, code, reason in answer.topic_errors:
                if code not in {0, TopicAlreadyExistsError.errno}:
                    raise RuntimeError(f"Topic {name} could not be created: {reason}")
        return missing
    finally:
        await client.close()
