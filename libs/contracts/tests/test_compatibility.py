"""One test for each kind of break, and one for each change that is allowed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from contracts import Card, Event, Message
from contracts.publishing.compatibility import Published, breaks
from contracts.publishing.schemas import schema_of

ADVISED = "schemas/called.v1.json: {} publish a v2 next to it."


class Called(Event):
    """Someone was called."""

    topic: ClassVar[str] = "matching.calls"
    keyed_by: ClassVar[str] = "call_id"

    type: Literal["called.v1"] = "called.v1"
    call_id: UUID


class Tone(StrEnum):
    WARM = "warm"
    COLD = "cold"


class Tones(StrEnum):
    WARM = "warm"
    COLD = "cold"
    EVEN = "even"


class Part(BaseModel):
    told_on: date


class FullerPart(Part):
    told_at: datetime | None = None


class GreedyPart(Part):
    told_at: datetime


def called(**fields: Any) -> type[Called]:
    return create_model("Called", __base__=Called, __doc__="Someone was called.", **fields)


def published(*messages: type[Message], **examples: bytes) -> Published:
    return Published({f"schemas/{m.kind()}.json": schema_of(m) for m in messages}, examples)


def broken(before: type[Message], after: type[Message]) -> list[str]:
    return [str(found) for found in breaks(published(before), published(after))]


def sentence(field: str, what: str, advice: str = "publish a v2 next to it") -> str:
    return f"schemas/called.v1.json, field {field}: {what}; {advice}."


def test_what_did_not_change_breaks_nothing() -> None:
    assert broken(Called, Called) == []


def test_a_new_message_is_allowed() -> None:
    assert breaks(published(), published(Called)) == []


def test_a_new_optional_field_is_allowed() -> None:
    assert broken(Called, called(minutes=(int | None, None))) == []


def test_a_new_optional_field_in_a_part_is_allowed() -> None:
    before, after = called(part=(Part, ...)), called(part=(FullerPart, ...))

    assert broken(before, after) == []


def test_another_description_is_allowed() -> None:
    before = called(minutes=(int, Field(description="How long.")))
    after = create_model(
        "Rung", __base__=Called, __doc__="Retold.", minutes=(int, Field(description="Minutes."))
    )

    assert broken(before, after) == []


def test_another_name_of_an_enumeration_in_the_code_is_allowed() -> None:
    class Renamed(StrEnum):
        W = "warm"
        C = "cold"

    assert broken(called(tone=(Tone, ...)), called(tone=(Renamed, ...))) == []


def test_a_literal_may_become_an_enumeration_of_the_same_words() -> None:
    assert broken(called(tone=(Literal["warm", "cold"], ...)), called(tone=(Tone, ...))) == []


def test_a_removed_message_breaks() -> None:
    assert [str(found) for found in breaks(published(Called), published())] == [
        ADVISED.format("the message was removed, and old ones stay; restore its class, and")
    ]


@pytest.mark.parametrize("given", [(int, ...), (int | None, None)], ids=["required", "optional"])
def test_a_removed_field_breaks(given: Any) -> None:
    assert broken(called(minutes=given), Called) == [
        sentence("minutes", "it was removed, and old readers or messages have it")
    ]


def test_a_new_required_field_breaks() -> None:
    assert broken(Called, called(minutes=(int, ...))) == [
        sentence(
            "minutes",
            "it is new and required, and old messages lack it",
            "give it a default, or publish a v2 next to it",
        )
    ]


def test_a_new_required_field_in_a_part_breaks() -> None:
    before = called(parts=(tuple[Part, ...], ...))
    after = called(parts=(tuple[GreedyPart, ...], ...))

    assert "parts[].told_at: it is new and required" in broken(before, after)[0]


def test_an_optional_field_that_becomes_required_breaks() -> None:
    assert broken(called(minutes=(int, 0)), called(minutes=(int, ...)))[0] == sentence(
        "minutes", "it is now required, and old messages may lack it"
    )


def test_a_required_field_that_becomes_optional_breaks() -> None:
    assert broken(called(minutes=(int, ...)), called(minutes=(int, 0))) == [
        sentence("minutes", "it was always there and may now be missing")
    ]


def test_another_default_breaks_as_it_changes_what_old_messages_mean() -> None:
    assert broken(called(minutes=(int, 0)), called(minutes=(int, 60))) == [
        sentence("minutes", "its default was 0, is 60")
    ]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (int, str, "it was integer and is string"),
        (float, int, "it was number and is integer"),
        (int, float, "it was integer and is number"),
        (str, UUID, "it was string and is string (uuid)"),
        (UUID, str, "it was string (uuid) and is string"),
        (date, datetime, "it was string (date) and is string (date-time)"),
        (Tone, str, "it was one of a list of strings and is string"),
        (str, Tone, "it was string and is one of a list of strings"),
        (int | str, int, "it was integer or string and is integer"),
        (int, int | str, "it was integer and is integer or string"),
        (int, Part, "it was integer and is object"),
        (int, tuple[int, ...], "it was integer and is array"),
        (None, int | None, "it was null and is integer"),
    ],
)
def test_another_type_breaks_narrower_or_wider(before: Any, after: Any, what: str) -> None:
    assert broken(called(it=(before, ...)), called(it=(after, ...))) == [sentence("it", what)]


def test_another_type_of_the_items_breaks() -> None:
    assert broken(called(it=(tuple[int, ...], ...)), called(it=(tuple[str, ...], ...))) == [
        sentence("it[]", "it was integer and is string")
    ]


def test_another_type_in_a_mapping_breaks() -> None:
    assert broken(called(it=(dict[str, int], ...)), called(it=(dict[str, date], ...))) == [
        sentence("it[]", "it was integer and is string (date)")
    ]


def test_a_field_that_may_no_longer_be_null_breaks() -> None:
    assert broken(called(it=(int | None, ...)), called(it=(int, ...))) == [
        sentence("it", "it may no longer be null, as old messages have it")
    ]


def test_a_field_that_may_now_be_null_breaks() -> None:
    assert broken(called(it=(int, ...)), called(it=(int | None, ...))) == [
        sentence("it", "it may now be null, which old readers refuse")
    ]


def test_a_removed_word_breaks() -> None:
    assert broken(called(tone=(Tones, ...)), called(tone=(Tone, ...))) == [
        sentence("tone", "the value 'even' was removed, which old messages have")
    ]


def test_an_added_word_breaks() -> None:
    assert broken(called(tone=(Tone, ...)), called(tone=(Tones, ...))) == [
        sentence("tone", "the value 'even' was added, which old readers refuse")
    ]


def test_an_added_word_breaks_where_the_field_may_be_null_too() -> None:
    assert broken(called(tone=(Tone | None, ...)), called(tone=(Tones | None, ...))) == [
        sentence("tone", "the value 'even' was added, which old readers refuse")
    ]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (Field(), Field(ge=1), "its minimum was null, is 1"),
        (Field(le=5), Field(le=3), "its maximum was 5, is 3"),
        (Field(le=5), Field(), "its maximum was 5, is null"),
    ],
    ids=["new", "tighter", "gone"],
)
def test_another_rule_breaks(before: Any, after: Any, what: str) -> None:
    assert broken(called(it=(int, before)), called(it=(int, after))) == [sentence("it", what)]


def test_refusing_unknown_fields_breaks() -> None:
    class Strict(Part):
        model_config = ConfigDict(extra="forbid")

    assert broken(called(it=(Part, ...)), called(it=(Strict, ...))) == [
        sentence("it", "its additionalProperties was null, is false")
    ]


def test_another_topic_breaks() -> None:
    class Moved(Called):
        topic: ClassVar[str] = "matching.talks"

    assert broken(Called, Moved) == [
        ADVISED.format("its topic was matching.calls and is matching.talks;")
    ]


def test_another_key_breaks() -> None:
    class Rekeyed(Called):
        keyed_by: ClassVar[str] = "id"

    assert broken(Called, Rekeyed) == [ADVISED.format("its key was call_id and is id;")]


def test_a_fact_that_becomes_a_card_breaks() -> None:
    class Card1(Card):
        topic: ClassVar[str] = "matching.calls"
        keyed_by: ClassVar[str] = "call_id"

        type: Literal["called.v1"] = "called.v1"
        call_id: UUID

    assert len(broken(Called, Card1)) == len({"occurred_at", "recorded_at"})


def test_a_removed_example_breaks() -> None:
    assert [str(found) for found in breaks(published(call=b"{}"), published())] == [
        "call: the example was removed; restore it."
    ]


def test_a_changed_example_breaks_be_it_by_a_space() -> None:
    assert [str(found) for found in breaks(published(call=b"{}"), published(call=b"{ }"))] == [
        "call: the example was changed; restore it, and add one next to it."
    ]


def test_a_new_example_is_allowed() -> None:
    assert breaks(published(), published(call=b"{}")) == []


def test_every_break_is_told_not_only_the_first() -> None:
    before, after = called(a=(int, ...), b=(int, ...)), called(a=(str, ...), c=(int, ...))

    assert len(broken(before, after)) == len({"a", "b", "c"})
