from pathlib import Path
from typing import Any

import pytest
import yaml

import contracts
from contracts import MESSAGES, Card, Message

FILE = Path(__file__).parents[3] / "deploy" / "topics.yaml"
TOPICS: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["topics"]


def test_every_topic_of_a_message_is_created_and_no_other() -> None:
    assert {message.topic for message in MESSAGES} == TOPICS.keys()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())
def test_facts_are_kept_for_ever_and_cards_are_compacted(message: type[Message]) -> None:
    kept = "compacted" if issubclass(message, Card) else "forever"

    assert TOPICS[message.topic]["kept"] == kept


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())
def test_every_message_has_a_field_that_is_its_key(message: type[Message]) -> None:
    assert message.keyed_by in message.model_fields


def test_every_type_is_that_of_one_message() -> None:
    assert len({message.kind() for message in MESSAGES}) == len(MESSAGES)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.kind())
def test_a_message_is_in_the_module_that_has_the_name_of_its_topic(message: type[Message]) -> None:
    assert message.__module__ == f"contracts.{message.topic}"


def test_every_message_can_be_imported_by_its_name() -> None:
    named = {name for name, each in vars(contracts).items() if each in MESSAGES}

    assert named == {message.__name__ for message in MESSAGES}
