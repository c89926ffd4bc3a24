"""Events leave with the transaction that decided them, or not at all.

`emit` notes a message in the session. When the session commits, all its messages are written in
one statement: it advances the sequence of each key (in key order, so that two transactions never
wait for each other) and stores each message with the next sequence of its key. A key's sequence
therefore has no gaps, whatever is rolled back, and ascends in the order of commits.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from opentelemetry import trace
from sqlalchemy import BigInteger, DateTime, Identity, LargeBinary, event, text
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.notify import NOTIFIER
from backbone.database.sessions import OutboxSession
from backbone.database.tables import BackboneTable
from backbone.messaging.cloudevents import MAX_MESSAGE_BYTES
from backbone.observability.telemetry import EMITTED
from contracts import Card, Event, Message

PENDING, WRITTEN = "pending", "written"


class KeySequence(BackboneTable, table=True):
    """How far each key has counted: the sequence of the last message decided for it."""

    __tablename__ = "stream"

    topic: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)


class Outbox(BackboneTable, table=True):
    """Messages decided and not yet acknowledged by Kafka, in the order they were decided."""

    __tablename__ = "outbox"

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    topic: str
    key: str
    sequence: int = Field(sa_type=BigInteger)
    event_id: UUID
    type: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    traceparent: str | None
    payload: bytes | None = Field(sa_type=LargeBinary)


WRITE = text("""
WITH pending AS (
    SELECT * FROM unnest(
        CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:ids AS uuid[]),
        CAST(:types AS text[]), CAST(:times AS timestamptz[]), CAST(:payloads AS bytea[])
    ) WITH ORDINALITY AS n(topic, key, event_id, type, occurred_at, payload, nth)
), counted AS (
    SELECT topic, key, count(*) AS messages FROM pending GROUP BY topic, key
), advanced AS (
    INSERT INTO stream (topic, key, sequence)
    SELECT topic, key, messages FROM counted ORDER BY topic, key
    ON CONFLICT (topic, key) DO UPDATE SET sequence = stream.sequence + excluded.sequence
    RETURNING topic, key, sequence
)
INSERT INTO outbox (topic, key, sequence, event_id, type, occurred_at, traceparent, payload)
SELECT pending.topic, pending.key,
       advanced.sequence - counted.messages
           + row_number() OVER (PARTITION BY pending.topic, pending.key ORDER BY nth),
       event_id, type, occurred_at, :traceparent, payload
FROM pending JOIN counted USING (topic, key) JOIN advanced USING (topic, key)
ORDER BY nth
""")


def emit(session: AsyncSession, *messages: Message) -> None:
    """Announce messages with the session's transaction, after all it writes, in this order.

    Raises `RuntimeError` inside a savepoint, for what a savepoint undoes could not be called back,
    and `ValueError` for a message that is larger than Kafka would take.
    """
    if session.sync_session.in_nested_transaction():
        raise RuntimeError("Emit once the savepoint has ended, not inside it.")
    pending = [(message, payload(message)) for message in messages]
    if not session.in_transaction():
        session.sync_session.begin()  # so that a rollback is one, and takes them back
    session.info.setdefault(PENDING, []).extend(pending)


def traceparent() -> str | None:
    """Return the current trace as a W3C `traceparent`, for the messages it emits."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    ids = trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)
    return f"00-{ids[0]}-{ids[1]}-{int(context.trace_flags):02x}"


def payload(message: Message) -> bytes | None:
    """Return the message's JSON, None for a tombstone; raise `ValueError` if it is too large."""
    if isinstance(message, Card) and message.erased:
        return None
    json = message.model_dump_json().encode()
    if len(json) > MAX_MESSAGE_BYTES:
        raise ValueError(f"A {message.kind()} of {len(json)} bytes is over {MAX_MESSAGE_BYTES}.")
    return json


def arrays(pending: list[tuple[Message, bytes | None]]) -> dict[str, Any]:
    now, messages = datetime.now(UTC), [message for message, _ in pending]
    return {
        "topics": [m.topic for m in messages],
        "keys": [m.key for m in messages],
        "ids": [m.id for m in messages if isinstance(m, Event | Card)],
        "types": [m.kind() for m in messages],
        "times": [m.occurred_at if isinstance(m, Event) else now for m in messages],
        "payloads": [json for _, json in pending],
        "traceparent": traceparent(),
    }


def discard_pending(session: AsyncSession) -> None:
    """Discard the messages that were emitted in this session so far."""
    session.info.pop(PENDING, None)


@event.listens_for(OutboxSession, "before_commit")
def write_pending(session: OutboxSession) -> None:
    """Write what was emitted, as the transaction's last statement."""
    if session.in_nested_transaction():
        return
    if pending := session.info.pop(PENDING, None):
        session.flush()
        session.connection().execute(WRITE, arrays(pending))
        session.info[WRITTEN] = len(pending)


@event.listens_for(OutboxSession, "after_commit")
def notify_relay(session: OutboxSession) -> None:
    """Notify the relay, after the transaction, that there are messages to send."""
    if written := session.info.pop(WRITTEN, 0):
        EMITTED.inc(written)
        if notifier := session.info.get(NOTIFIER):
            notifier.notify()


@event.listens_for(OutboxSession, "after_transaction_end")
def drop_rolled_back(session: OutboxSession, ended: SessionTransaction) -> None:
    """Drop the pending messages of a rolled-back transaction; of a savepoint, nothing."""
    if ended.parent is None:
        session.info.pop(PENDING, None)
        session.info.pop(WRITTEN, None)
