from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts import EVENTS, Card, Message

FILE = Path(__file__).parents[3] / "deploy" / "topics.yaml"
TOPICS: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["topics"]


def test_every_topic_told_on_is_created_and_no_other() -> None:
    assert {message.topic for message in EVENTS} == TOPICS.keys()


@pytest.mark.parametrize("message", EVENTS, ids=lambda message: message.kind())
def test_facts_are_kept_for_ever_and_cards_are_compacted(message: type[Message]) -> None:
    kept = "compacted" if issubclass(message, Card) else "forever"

    assert TOPICS[message.topic]["kept"] == kept


@pytest.mark.parametrize("message", EVENTS, ids=lambda message: message.kind())
def test_every_message_has_a_field_that_is_its_key(message: type[Message]) -> None:
    assert message.keyed_by in message.model_fields


def test_every_type_is_told_once() -> None:
    assert len({message.kind() for message in EVENTS}) == len(EVENTS)
