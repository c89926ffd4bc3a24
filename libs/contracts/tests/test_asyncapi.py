import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts import MESSAGES, Card, Message
from contracts.publishing.asyncapi import asyncapi
from contracts.publishing.schemas import schema_of, title_of

LIBRARY = Path(__file__).parents[1]
DOCUMENT = asyncapi()


def an_object(required: str, optional: str = "", **properties: Any) -> dict[str, Any]:
    """Return the schema of an object with just these fields; any may be named by `properties`."""
    known: dict[str, Any] = {name: {} for name in [*required.split(), *optional.split()]}
    return {
        "type": "object",
        "required": required.split(),
        "properties": known | properties,
        "additionalProperties": False,
    }


def a_map(each: dict[str, Any]) -> dict[str, Any]:
    names = {"pattern": r"^[A-Za-z0-9._-]+$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": each}


REFERENCE = an_object("$ref")
KAFKA_CHANNEL = an_object("topic topicConfiguration", bindingVersion={"const": "0.5.0"})
KAFKA_MESSAGE = an_object("key", bindingVersion={"const": "0.5.0"})
A_MESSAGE = an_object(
    "name payload",
    "title summary contentType",
    headers={"properties": {"type": {"const": "object"}}, "required": ["type"]},
    traits={"type": "array", "items": REFERENCE},
    bindings=an_object("kafka", kafka=KAFKA_MESSAGE),
)
ASYNCAPI_3 = an_object(
    "info",
    "defaultContentType",
    asyncapi={"const": "3.0.0"},
    info=an_object("title version", "description"),
    channels=a_map(
        an_object(
            "address",
            "description",
            messages=a_map(REFERENCE),
            bindings=an_object("kafka", kafka=KAFKA_CHANNEL),
        )
    ),
    operations=a_map(
        an_object(
            "channel",
            "title",
            action={"enum": ["send", "receive"]},
            channel=REFERENCE,
            messages={"type": "array", "items": REFERENCE},
        )
    ),
    components=an_object(
        "", messages=a_map(A_MESSAGE), messageTraits=a_map(an_object("", "headers"))
    ),
)
"""What AsyncAPI 3.0 says of the fields that the document uses; no library has the Kafka ones."""

each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references(one)]
    if not isinstance(part, dict):
        return []
    own = [part["$ref"]] if "$ref" in part else []
    return own + [found for one in part.values() for found in references(one)]


def resolved(reference: str) -> Any:
    file, _, path = reference.partition("#")
    found: Any = json.loads((LIBRARY / file).read_text(encoding="utf-8")) if file else DOCUMENT
    for name in path.split("/")[1:]:
        found = found[name]
    return found


@each_message
def test_every_schema_is_a_json_schema(message: type[Message]) -> None:
    Draft202012Validator.check_schema(schema_of(message))


def test_the_document_has_the_fields_of_asyncapi_3_and_no_others() -> None:
    errors = Draft202012Validator(ASYNCAPI_3).iter_errors(DOCUMENT)

    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_an_operation_sends_messages_of_its_channel_only() -> None:
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        sent = [one["$ref"].rpartition("/messages/") for one in operation["messages"]]

        assert {of for of, _, _ in sent} == {channel}
        assert {name for _, _, name in sent} == resolved(channel)["messages"].keys()


@pytest.mark.parametrize("reference", sorted(set(references(DOCUMENT))))
def test_every_reference_leads_somewhere(reference: str) -> None:
    assert resolved(reference)


@each_message
def test_every_message_is_sent_on_its_topic_by_the_service_that_owns_it(
    message: type[Message],
) -> None:
    operation = DOCUMENT["operations"][f"{message.topic}.send"]

    assert operation["action"] == "send"
    assert operation["title"].startswith(f"{message.topic.split('.')[0]} tells")
    assert resolved(operation["channel"]["$ref"])["address"] == message.topic
    sent = [resolved(resolved(one["$ref"])["$ref"])["title"] for one in operation["messages"]]
    assert title_of(message) in sent


@each_message
def test_cards_have_a_tombstone_and_facts_have_none(message: type[Message]) -> None:
    sent = DOCUMENT["channels"][message.topic]["messages"]

    assert (f"{message.kind()}.tombstone" in sent) == issubclass(message, Card)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("umbrella-joined.v1", {"type": "string", "format": "uuid"}),
        ("department-opened.v1", {"type": "string"}),
    ],
)
def test_a_key_is_an_identifier_or_a_code(kind: str, key: dict[str, str]) -> None:
    told = DOCUMENT["components"]["messages"][kind]["bindings"]["kafka"]["key"]

    assert told == key | {"description": told["description"]}


def test_a_tombstone_has_no_value() -> None:
    tombstone = DOCUMENT["components"]["messages"]["person-card.v1.tombstone"]

    assert tombstone["payload"] == {"type": "null"}
