"""The AsyncAPI 3.0 document: topics, their messages, and the service that publishes them."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from contracts import MESSAGES, Card, Message
from contracts.publishing.schemas import FOLDER, title_of

Part = dict[str, Any]

FILE: Final = "asyncapi.json"

ABOUT: Final = """\
What Envol's services publish through Kafka, as CloudEvents 1.0 in binary mode: the attributes \
are headers, the value is JSON, the key is the aggregate's id or code. Facts carry no personal \
data and are retained for ever; cards are published on compacted topics, where a tombstone erases \
one. Consumers ignore unknown fields and types, and process the messages of a key in the order of \
`ce_sequence`."""

TEXT: Final = {"type": "string"}
IDENTIFIER: Final = {"type": "string", "format": "uuid"}


def asyncapi() -> Part:
    """Describe every topic, its messages and the service that publishes them."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Envol", "version": "1", "description": ABOUT},
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic, messages) for topic, messages in _topics()},
        "operations": {f"{topic}.send": _send(topic, messages) for topic, messages in _topics()},
        "components": {
            "messages": {
                name: part for message in MESSAGES for name, part in _messages(message).items()
            },
            "messageTraits": {"cloudevent": {"headers": _headers()}},
        },
    }


def owner(topic: str) -> str:
    """Return the name of the only service that publishes on `topic`."""
    return topic.partition(".")[0]


def _topics() -> Iterator[tuple[str, list[type[Message]]]]:
    by_topic = sorted(MESSAGES, key=lambda message: (message.topic, message.kind()))
    for topic, messages in groupby(by_topic, key=lambda message: message.topic):
        yield topic, list(messages)


def _channel(topic: str, messages: list[type[Message]]) -> Part:
    compacted = any(issubclass(message, Card) for message in messages)
    retention = (
        "Compacted: the last card of each key stays. A message without a value is the tombstone "
        "of its key: every consumer deletes its copy of that card."
        if compacted
        else "Facts, retained for ever."
    )
    configuration: Part = (
        {"cleanup.policy": ["compact"]}
        if compacted
        else {"cleanup.policy": ["delete"], "retention.ms": -1}
    )
    return {
        "address": topic,
        "description": f"Published by {owner(topic)}. {retention}",
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"}
            for message in messages
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


def _send(topic: str, messages: list[type[Message]]) -> Part:
    return {
        "action": "send",
        "title": f"{owner(topic)} tells {topic.partition('.')[2]}",
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [
            {"$ref": f"#/channels/{topic}/messages/{name}"}
            for message in messages
            for name in _messages(message)
        ],
    }


def _messages(message: type[Message]) -> dict[str, Part]:
    """Describe a message, and for a card also its tombstone, which has no value."""
    parts = {message.kind(): _message(message)}
    if issubclass(message, Card):
        parts[f"{message.kind()}.tombstone"] = _message(message) | {
            "title": f"{title_of(message)}: tombstone",
            "summary": "Erases the card of this key: every consumer deletes its copy.",
            "payload": {"type": "null"},
        }
    return parts


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
    """Return the schema of the key: a UUID, or text if it is a code, such as a department's."""
    return IDENTIFIER if message.model_fields[message.keyed_by].annotation is UUID else TEXT


def _headers() -> Part:
    properties: dict[str, Part] = {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": IDENTIFIER | {"description": "The same on every delivery of this message."},
        "ce_source": {
            "type": "string",
            "format": "uri-reference",
            "description": "The service that publishes it, such as `/envol/matching`.",
        },
        "ce_type": TEXT | {"description": "The message's name and version."},
        "ce_subject": TEXT | {"description": "The aggregate: the same as the key."},
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "The instant at which it happened; of a card, at which it was written.",
        },
        "ce_sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Its number among the messages of this topic and key: 1, 2, 3, no gaps.",
        },
        "content-type": {"type": "string", "const": "application/json"},
        "traceparent": {
            "type": "string",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
            "description": "W3C trace context of the command that caused it, if there was one.",
        },
    }
    return {
        "type": "object",
        "required": sorted(properties.keys() - {"traceparent"}),
        "properties": properties,
    }
