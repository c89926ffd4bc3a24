"""Kafka's clients as we use them. aiokafka ships no types: these Protocols say what we rely on."""

from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from backbone.messaging.cloudevents import Headers, Record
from backbone.settings import Settings

__all__ = ["Batch", "Consumer", "Producer", "TopicPartition", "create_consumer", "create_producer"]


class Batch(Protocol):
    """Records for one partition, sent together."""

    def append(
        self, *, key: bytes, value: bytes | None, timestamp: int, headers: Headers
    ) -> object | None: ...


class Producer(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def partitions_for(self, topic: str) -> set[int]: ...
    def create_batch(self) -> Batch: ...
    async def send_batch(
        self, batch: Batch, topic: str, *, partition: int
    ) -> Awaitable[object]: ...


class Consumer(Protocol):
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def subscribe(self, *, topics: Sequence[str]) -> None: ...
    def assign(self, partitions: Sequence[TopicPartition]) -> None: ...
    def assignment(self) -> set[TopicPartition]: ...
    async def getmany(
        self, *, timeout_ms: int, max_records: int
    ) -> dict[TopicPartition, list[Record]]: ...
    async def commit(self, offsets: Mapping[TopicPartition, int]) -> None: ...
    async def position(self, partition: TopicPartition) -> int: ...
    def seek(self, partition: TopicPartition, offset: int) -> None: ...
    async def end_offsets(
        self, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int]: ...


def create_producer(settings: Settings, *, patience_ms: int = 20_000) -> Producer:
    """Create a producer that neither loses nor repeats what it sends while it lives.

    A request, or the search for a topic, fails after `patience_ms`.
    """
    producer: Producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        max_batch_size=256 << 10,
        linger_ms=0,
        request_timeout_ms=patience_ms,
    )
    return producer


def create_consumer(settings: Settings, *, group: str | None, **options: object) -> Consumer:
    """Return a consumer that begins at the first message and commits only explicitly."""
    consumer: Consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=10_000,
        heartbeat_interval_ms=2_000,
        fetch_max_wait_ms=100,
        max_partition_fetch_bytes=8 << 20,
        **options,
    )
    return consumer
