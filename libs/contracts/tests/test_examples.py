import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts import MESSAGES, Card, Event, Message
from contracts.publishing.asyncapi import asyncapi
from contracts.publishing.schemas import schema_of

FOLDER = Path(__file__).parents[1] / "examples"
FILES = sorted(FOLDER.glob("*.json"))
KINDS = {message.kind(): message for message in MESSAGES}

each_example = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
each_value = pytest.mark.parametrize(
    "file", [f for f in FILES if "tombstone" not in f.name], ids=lambda file: file.stem
)
each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())


def kind_in(file: Path) -> str:
    """A file is named after its type, and may say more: `person-card.v1.tombstone.json`."""
    return ".".join(file.name.split(".")[:2])


def content(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def read(message: type[Message], example: Any) -> Message:
    if example["value"] is None:
        assert issubclass(message, Card)
        return message.erasure(example["key"])
    return message.model_validate_json(json.dumps(example["value"]))


@each_message
def test_every_message_has_an_example(message: type[Message]) -> None:
    assert (FOLDER / f"{message.kind()}.json").is_file()


@each_message
def test_every_card_has_an_example_of_its_tombstone(message: type[Message]) -> None:
    tombstone = FOLDER / f"{message.kind()}.tombstone.json"

    assert tombstone.is_file() == issubclass(message, Card)


@each_example
def test_every_example_is_named_after_a_type_we_know(file: Path) -> None:
    assert kind_in(file) in KINDS


@each_example
def test_every_example_ever_published_is_still_read(file: Path) -> None:
    example = content(file)

    message = read(KINDS[kind_in(file)], example)

    assert message.key == example["key"]


@each_value
def test_what_is_read_is_written_again_as_it_was(file: Path) -> None:
    example = content(file)
    written = json.loads(read(KINDS[kind_in(file)], example).model_dump_json())

    assert {name: written[name] for name in example["value"]} == example["value"]


@each_value
def test_every_value_keeps_to_its_schema(file: Path) -> None:
    schema, value = schema_of(KINDS[kind_in(file)]), content(file)["value"]

    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(schema, format_checker=checker).validate(value)


@each_example
def test_the_headers_are_the_cloudevents_attributes_of_the_message(file: Path) -> None:
    example = content(file)
    message, headers = read(KINDS[kind_in(file)], example), example["headers"]

    rules = asyncapi()["components"]["messageTraits"]["cloudevent"]["headers"]
    Draft202012Validator(rules | {"additionalProperties": False}).validate(headers)
    assert headers["ce_type"] == message.kind()
    assert headers["ce_subject"] == message.key
    assert headers["ce_source"] == f"/envol/{message.topic.split('.')[0]}"
    if example["value"] is not None:
        assert headers["ce_id"] == example["value"]["id"]
    if isinstance(message, Event):
        assert headers["ce_time"] == message.occurred_at.isoformat()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("person-card.*.json")), ids=lambda f: f.stem)
def test_the_people_of_the_examples_are_invented(file: Path) -> None:
    card = content(file)["value"] or {}

    assert card.get("email", "@example.org").endswith("@example.org")
    assert re.fullmatch(r"\+3363998\d{4}", card.get("phone", "+33639980000"))


def test_readers_ignore_the_fields_they_do_not_know() -> None:
    example = content(FOLDER / "mentee-paired.v1.json")
    example["value"]["come_later"] = 1

    assert not hasattr(read(KINDS["mentee-paired.v1"], example), "come_later")
