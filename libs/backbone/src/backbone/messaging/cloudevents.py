"""Messages as they travel: CloudEvents 1.0 in Kafka's binary mode.

The attributes are headers (`ce_id`, `ce_type`, …), the value is the JSON of the message, the key
is the aggregate's id. See the CloudEvents Kafka protocol binding, section 3.2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

Headers: TypeAlias = Sequence[tuple[str, bytes]]
MAX_MESSAGE_BYTES = 200 << 10  # bytes of a value; a batch of the relay holds one at least
MAX_SEQUENCE = (1 << 63) - 1
SPECIFICATION, CONTENT = ("ce_specversion", b"1.0"), ("content-type", b"application/json")
REQUIRED_HEADERS = ("ce_id", "ce_type", "ce_sequence")


class Unreadable(Exception):
    """A message that does not keep to the envelope or to its contract."""


class Record(Protocol):
    """The part of aiokafka's untyped `ConsumerRecord` that is used."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record that was kept: it reads like one that comes from the broker."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers = field(default_factory=tuple)


class Envelope(NamedTuple):
    """The attributes of a message that identify, order and route it."""

    id: str
    type: str
    key: str
    sequence: int
    traceparent: str | None


def headers(  # noqa: PLR0913  (one for each attribute)
    *,
    event_id: UUID,
    source: str,
    kind: str,
    subject: str,
    time: datetime,
    sequence: int,
    traceparent: str | None,
) -> list[tuple[str, bytes]]:
    """Return the attributes of a message as Kafka headers."""
    attributes = [
        SPECIFICATION,
        ("ce_id", str(event_id).encode()),
        _repeated("ce_source", source),
        _repeated("ce_type", kind),
        ("ce_subject", subject.encode()),
        ("ce_time", time.isoformat().encode()),
        ("ce_sequence", b"%d" % sequence),
        CONTENT,
    ]
    if traceparent:
        attributes.append(("traceparent", traceparent.encode()))
    return attributes


@lru_cache(maxsize=256)
def _repeated(name: str, value: str) -> tuple[str, bytes]:
    """Return a header that many messages have in common."""
    return name, value.encode()


def envelope(record: Record) -> Envelope:
    """Read the envelope of a record, or raise `Unreadable` with what is wrong with it."""
    if record.key is None:
        raise Unreadable("The message has no key.")
    found = dict(record.headers)
    try:
        traced = found.get("traceparent")
        return Envelope(
            _text(found["ce_id"]),
            _type(found["ce_type"]),
            _text(record.key),
            _sequence(found["ce_sequence"]),
            _text(traced) if traced else None,
        )
    except (KeyError, TypeError):
        raise Unreadable(f"The message has no header {_missing(found)}.") from None
    except ValueError as wrong:
        raise Unreadable(f"The key or a header of the message cannot be read: {wrong}") from wrong


def _missing(found: Mapping[str, bytes | None]) -> str:
    return next(name for name in REQUIRED_HEADERS if found.get(name) is None)


def _text(raw: bytes) -> str:
    if b"\0" in raw:
        raise ValueError("it holds a zero byte.")  # which no text of PostgreSQL can
    return raw.decode()


_type = lru_cache(maxsize=256)(_text)  # of which there are few


def _sequence(raw: bytes) -> int:
    sequence = int(raw)
    if not 1 <= sequence <= MAX_SEQUENCE:
        raise ValueError("ce_sequence counts from 1.")
    return sequence
