"""The AsyncAPI 3.0 document: which service tells what, on which topic, in which shape."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from contracts import EVENTS, Card, Message
from contracts.schemas import FOLDER, title_of

Part = dict[str, Any]

FILE: Final = "asyncapi.json"

ABOUT: Final = """\
What Envol's services tell one another through Kafka, as CloudEvents 1.0 in binary mode: the \
attributes are headers, the value is JSON, the key is the aggregate's id or code. Facts carry no \
personal data and are kept for ever; cards travel on compacted topics, where a tombstone erases \
one. Readers ignore the fields and the types they do not know, and take the messages of a key in \
the order of `ce_sequence`."""

TEXT: Final = {"type": "string"}
IDENTIFIER: Final = {"type": "string", "format": "uuid"}


def asyncapi() -> Part:
    """Describe every topic, its messages and the service that sends them."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Envol", "version": "1", "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, told) for topic, told in _topics()},
        "operations": {f"{topic}.send": _send(topic, told) for topic, told in _topics()},
        "components": {
            "messages": {
                name: part for message in EVENTS for name, part in _messages(message).items()
            },
            "messageTraits": {"cloudevent": {"headers": _headers()}},
        },
    }


def owner(topic: str) -> str:
    """Name the one service that writes to a topic."""
    return topic.partition(".")[0]


def _topics() -> Iterator[tuple[str, list[type[Message]]]]:
    by_topic = sorted(EVENTS, key=lambda message: (message.topic, message.kind()))
    for topic, told in groupby(by_topic, key=lambda message: message.topic):
        yield topic, list(told)


def _channel(topic: str, told: list[type[Message]]) -> Part:
    compacted = any(issubclass(message, Card) for message in told)
    kept = (
        "Compacted: the last card of each key stays. A message without a value is the tombstone "
        "of its key: whoever keeps a copy of that card deletes it."
        if compacted
        else "Facts, kept for ever."
    )
    configuration: Part = (
        {"cleanup.policy": ["compact"]}
        if compacted
        else {"cleanup.policy": ["delete"], "retention.ms": -1}
    )
    return {
        "address": topic,
        "description": f"Told by {owner(topic)}. {kept}",
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for message in told
            for name in _messages(message)
        },
        "bindings": {
            "kafka": {
                "topic": topic,
                "topicConfiguration": configuration,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _send(topic: str, told: list[type[Message]]) -> Part:
    return {
        "action": "send",
        "title": f"{owner(topic)} tells {topic.partition('.')[2]}",
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [
            {"$ref": f"#/channels/{topic}/messages/{name}"}
            for message in told
            for name in _messages(message)
        ],
    }


def _messages(message: type[Message]) -> dict[str, Part]:
    """Describe a message, and for a card its tombstone, which is the same without a value."""
    told = {message.kind(): _message(message)}
    if issubclass(message, Card):
        told[f"{message.kind()}.tombstone"] = _message(message) | {
            "title": f"{title_of(message)}: tombstone",
            "summary": "Erases the card of this key: whoever keeps a copy deletes it.",
            "payload": {"type": "null"},
        }
    return told


def _message(message: type[Message]) -> Part:
    return {
        "name": message.kind(),
        "title": title_of(message),
        "summary": " ".join((message.__doc__ or "").split()),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "headers": {"type": "object", "properties": {"ce_type": {"const": message.kind()}}},
        "payload": {"$ref": f"./{FOLDER}/{message.kind()}.json"},
        "bindings": {
            "kafka": {
                "key": _key(message) | {"description": f"`{message.keyed_by}`, as text in UTF-8."},
                "bindingVersion": "0.5.0",
            }
        },
    }


def _key(message: type[Message]) -> Part:
    """Most keys are identifiers; what has a code of its own, such as a department, has no other."""
    return IDENTIFIER if message.model_fields[message.keyed_by].annotation is UUID else TEXT


def _headers() -> Part:
    properties: dict[str, Part] = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": IDENTIFIER | {"description": "The same on every delivery of this message."},
        "ce_source": {
            "type": "string",
            "format": "uri-reference",
            "description": "The service that tells it, such as `/envol/matching`.",
        },
        "ce_type": TEXT | {"description": "Names the shape and the meaning of the value."},
        "ce_subject": TEXT | {"description": "What it is about: the same as the key."},
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "When it happened; of a card, when it was written.",
        },
        "ce_sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Its place among the messages of this topic and key: 1, 2, 3, no gaps.",
        },
        "content-type": {"type": "string", "const": "application/json"},
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "The W3C trace in which it was decided, if there was one.",
        },
    }
    return {
        "type": "object",
        "required": sorted(properties.keys() - {"traceparent"}),
        "properties": properties,
    }
