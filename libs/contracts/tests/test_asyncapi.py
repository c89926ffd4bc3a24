import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts import EVENTS, Card, Message
from contracts.asyncapi import asyncapi
from contracts.schemas import schema_of, title_of

LIBRARY = Path(__file__).parents[1]
DOCUMENT = asyncapi()

each_message = pytest.mark.parametrize("message", EVENTS, ids=lambda message: message.kind())


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
