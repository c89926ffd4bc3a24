"""The registry of a service's handlers: each takes a list of messages of one type."""

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Self, TypeAlias, TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import reason
from backbone.messaging import cloudevents
from backbone.messaging.cloudevents import Envelope, Record, Unreadable
from contracts import Card, Message

YIELD_EVERY = 50  # messages read without letting others go on

M = TypeVar("M", bound=Message)
Handler: TypeAlias = Callable[[AsyncSession, Sequence[M]], Awaitable[None]]
Derivation: TypeAlias = Callable[[AsyncSession, Sequence[M] | None], Awaitable[None]]
Key: TypeAlias = tuple[str, str]


class Received(NamedTuple):
    """A record, its envelope and, if it concerns us, its message; or why it cannot be read.

    `topic_key` are the topic and the key within which messages are counted: made once, for it is
    looked up several times.
    """

    record: Record
    envelope: Envelope | None
    message: Message | None = None
    error: str | None = None
    topic_key: Key | None = None

    @property
    def key(self) -> Key:
        assert self.topic_key  # asked only of what has an envelope
        return self.topic_key

    @property
    def sequence(self) -> int:
        assert self.envelope  # asked only of what has one
        return self.envelope.sequence


class Handlers:
    """The messages that a service listens to, each with the functions that take them in."""

    def __init__(self, *parts: Self) -> None:
        self._handlers: dict[str, tuple[type[Message], list[Handler[Any]]]] = {}
        self._derivations: list[tuple[tuple[type[Message], ...], Derivation[Any]]] = []
        for part in parts:
            self._derivations += part._derivations  # noqa: SLF001  (our own kind)
            for kind, (message, handlers) in part._handlers.items():  # noqa: SLF001  (our own kind)
                self._handlers.setdefault(kind, (message, []))[1].extend(handlers)

    @property
    def topics(self) -> list[str]:
        return sorted({message.topic for message, _ in self._handlers.values()})

    @property
    def messages(self) -> list[type[Message]]:
        """Return the types of messages that have a handler."""
        return [message for message, _ in self._handlers.values()]

    @property
    def compacted(self) -> set[str]:
        """Topics of cards, where a key's earlier messages may be gone for good."""
        return {m.topic for m, _ in self._handlers.values() if issubclass(m, Card)}

    def on(self, message: type[M]) -> Callable[[Handler[M]], Handler[M]]:
        """Hand every batch of these messages to the decorated function, oldest first."""

        def register(handler: Handler[M]) -> Handler[M]:
            self._handlers.setdefault(message.kind(), (message, []))[1].append(handler)
            return handler

        return register

    def derive(self, *messages: type[M]) -> Callable[[Derivation[M]], Derivation[M]]:
        """Hand a batch's messages of these types to the decorated function, once all are applied.

        It brings up to date what follows from the rows of other tables: after a batch once, and
        not after each group. Without messages (`None`), it does so for all rows.
        """

        def register(derivation: Derivation[M]) -> Derivation[M]:
            self._derivations.append((messages, derivation))
            return derivation

        return register

    def read(self, record: Record) -> Received:
        """Read a record that concerns us; pass over the content of one that does not."""
        envelope = key = message = None
        try:
            envelope = cloudevents.envelope(record)
            key = record.topic, envelope.key
            if listened := self._handlers.get(envelope.type):
                message = _message(listened[0], record, envelope)
            return Received(record, envelope, message, None, key)
        except Exception as error:  # noqa: BLE001  (whatever it makes us raise concerns it alone)
            return Received(record, envelope, None, reason(error), key)

    async def read_all(self, records: Sequence[Record]) -> list[Received]:
        """Read records, yielding to the event loop now and then."""
        received = list[Received]()
        for first in range(0, len(records), YIELD_EVERY):
            received += map(self.read, records[first : first + YIELD_EVERY])
            await asyncio.sleep(0)
        return received

    async def apply(self, session: AsyncSession, messages: Sequence[Message]) -> None:
        """Apply messages, and bring up to date what is derived from their rows."""
        await self.apply_alone(session, messages)
        for types, derive in self._derivations:
            if read := [message for message in messages if isinstance(message, types)]:
                await derive(session, read)

    async def apply_alone(self, session: AsyncSession, messages: Sequence[Message]) -> None:
        """Hand messages to their handlers in groups of one type that keep each key's order."""
        for group in groups(messages):
            for handle in self._handlers[group[0].kind()][1]:
                await handle(session, group)

    async def derive_all(self, session: AsyncSession) -> None:
        """Bring up to date all that is derived from rows that `apply_alone` has written."""
        for _, derive in self._derivations:
            await derive(session, None)


def _message(kind: type[Message], record: Record, envelope: Envelope) -> Message:
    if record.value is None:
        return _erasure(kind, envelope)
    if len(record.value) > cloudevents.MAX_MESSAGE_BYTES:
        raise Unreadable(
            f"The message has {len(record.value)} bytes, over {cloudevents.MAX_MESSAGE_BYTES}."
        )
    message: Message = kind.__pydantic_validator__.validate_json(record.value)
    if message.key != envelope.key:
        raise Unreadable(f"The message travels under another key than its {kind.keyed_by}.")
    return message


def _erasure(kind: type[Message], envelope: Envelope) -> Message:
    if not issubclass(kind, Card):
        raise Unreadable("The message has no value.")
    return kind.erasure(UUID(envelope.key))


def groups(messages: Sequence[Message]) -> list[Sequence[Message]]:
    """Part messages by type into few groups that, one after the other, keep each key's order.

    A message joins the first group of its type that no later one of its key's messages precedes.
    """
    if len(set(map(type, messages))) == 1:
        return [messages]
    parted: list[list[Message]] = []
    last: dict[Key, int] = {}
    of_kind: dict[str, list[int]] = {}
    for message in messages:
        key, kind = (message.topic, message.key), message.kind()
        places = of_kind.setdefault(kind, [])
        nth = bisect_left(places, last.get(key, 0))
        if nth == len(places):
            places.append(len(parted))
            parted.append([])
        parted[places[nth]].append(message)
        last[key] = places[nth]
    return list(parted)
