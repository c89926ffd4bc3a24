from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, create_model

from contracts import MESSAGES, Event, Message, PersonCard, Signatory

CODES = {"area_code", "department", "rule_version", "criteria", "function", "sector"}
"""The fields of facts that may be text: codes of a known list, about nobody in particular."""

HARMLESS = (UUID, date, datetime, AwareDatetime, int, bool, type(None))

FACTS = [message for message in MESSAGES if issubclass(message, Event)]


def telling_fields(message: type[BaseModel], at: str = "") -> list[str]:
    """The fields of a message that could tell who someone is."""
    return [
        field
        for name, info in message.model_fields.items()
        for field in telling(info.annotation, f"{at}{name}", code=name in CODES)
    ]


def telling(annotation: Any, at: str, *, code: bool) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        return
    if parts := [part for part in get_args(annotation) if part is not Ellipsis]:
        if get_origin(annotation) is Annotated:
            parts = parts[:1]
        for part in parts:
            yield from telling(part, at, code=code)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from telling_fields(annotation, f"{at}.")
    elif not harmless(annotation, code=code):
        yield at


def harmless(annotation: Any, *, code: bool) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return True
    return annotation in HARMLESS or (code and annotation is str)


class Told(Event):
    type: Literal["told.v1"] = "told.v1"


def fact(**fields: Any) -> type[Event]:
    return create_model("Told", __base__=Told, **fields)


@pytest.mark.parametrize("message", FACTS, ids=lambda message: message.kind())
def test_facts_carry_no_personal_data(message: type[Message]) -> None:
    assert telling_fields(message) == []


def test_a_name_in_a_fact_is_caught() -> None:
    assert telling_fields(fact(name=(str, ...))) == ["name"]


@pytest.mark.parametrize(
    "hidden", [str | None, tuple[str, ...], dict[str, int], Annotated[str, "a code"], Any, float]
)
def test_free_text_is_caught_wherever_it_hides(hidden: Any) -> None:
    assert telling_fields(fact(note=(hidden, ...))) == ["note"]


def test_a_name_inside_a_part_of_a_fact_is_caught() -> None:
    named = create_model("Named", __base__=Signatory, name=(str, ...))

    assert telling_fields(fact(signatories=(tuple[named, ...], ...))) == ["signatories.name"]


def test_a_code_may_be_text_under_its_known_names_only() -> None:
    assert telling_fields(fact(department=(str | None, ...), city=(str, ...))) == ["city"]


def test_cards_are_where_personal_data_travels() -> None:
    assert "family_name" in telling_fields(PersonCard)
