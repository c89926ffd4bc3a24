"""The producers' facts as they stand on their topics, from the first message on."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from aiokafka import AIOKafkaConsumer

from contracts import MESSAGES, Event

KINDS = {kind.kind(): kind for kind in MESSAGES if issubclass(kind, Event)}
TOPICS = sorted({kind.topic for kind in KINDS.values()})


class Record(Protocol):
    """What is read of a Kafka record."""

    @property
    def value(self) -> bytes: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


async def read(bootstrap_servers: str) -> list[Event]:
    """Return all facts of all topics, each key's in order; what was sent twice is there twice."""
    consumer = AIOKafkaConsumer(
        *TOPICS, bootstrap_servers=bootstrap_servers, group_id=None, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return [fact async for record in _records(consumer) for fact in _facts(record)]
    finally:
        await consumer.stop()


async def _records(consumer: AIOKafkaConsumer) -> AsyncIterator[Record]:
    """Yield what the topics hold now, all partitions of them."""
    ends = await consumer.end_offsets(consumer.assignment())
    left = {place for place, end in ends.items() if end > 0}
    while left:
        for place, records in (await consumer.getmany(timeout_ms=1_000)).items():
            for record in records:
                yield record
            if await consumer.position(place) >= ends[place]:
                left.discard(place)


def _facts(record: Record) -> list[Event]:
    """Return the record's fact, if it is of a kind that is published now."""
    kind = KINDS.get(dict(record.headers)["ce_type"].decode())
    return [kind.model_validate_json(record.value)] if kind else []
