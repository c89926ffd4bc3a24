"""Random messages of every kind that a service consumes, as consistent as real ones.

Few entities share many messages, so that each is corrected, withdrawn, merged and superseded. What
belongs to one entity (a contact of a pairing) is always published under that entity's key.
"""

import json
import typing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ValidationError

from contracts import Card, ContactPersonCard, Message

EXAMPLES = Path(__file__).parents[2] / "libs" / "contracts" / "examples"
SPACE = UUID(int=1)
FIRST_DAY = date(2014, 1, 1)
ENTITIES = 4
DEPARTMENTS = ("75", "93", "69", "972")
ORGANISATIONS = {"organisation_id", "umbrella_id", "introduced_by", "organised_by"}
PEOPLE = {"person_id", "attendee_id"}
REFERENCES = {"mentee_id", "mentor_id", "pairing_id", "convention_id", "commitment_id", "event_id"}
"""Fields with the id of an entity that has messages under another key."""


@dataclass
class RandomMessages:
    """A source of messages of some kinds; the same seed gives the same ones."""

    kinds: Sequence[type[Message]]
    seed: int

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  (a test's)
        self.recorded = 0

    def some(self, number: int) -> Iterator[Message]:
        """Return each kind at least once, then any."""
        for kind in (*self.kinds, *self.random.choices(self.kinds, k=number - len(self.kinds))):
            yield self._valid(kind)

    def _valid(self, kind: type[Message]) -> Message:
        for _ in range(1_000):
            try:
                return self._message(kind)
            except ValidationError:
                continue
        raise AssertionError(f"No random values make a {kind.kind()}.")

    def _message(self, kind: type[Message]) -> Message:
        key = self._key("contact_id" if kind is ContactPersonCard else kind.keyed_by)
        if issubclass(kind, Card) and isinstance(key, UUID) and self.random.random() < 0.2:
            return kind.erasure(key)
        self.recorded += 1
        fields = self._fields(kind, example_of(kind), key) | {kind.keyed_by: key}
        return kind.model_validate(fields)

    def _key(self, name: str) -> UUID | str:
        if name == "department":
            return self.random.choice(DEPARTMENTS)
        return self._entity(name)

    def _entity(self, name: str) -> UUID:
        return entity(name, self.random.randrange(ENTITIES))

    def _fields(self, model: type[BaseModel], example: Any, key: UUID | str) -> dict[str, Any]:
        return {
            name: self._value(name, field.annotation, example.get(name), key)
            for name, field in model.model_fields.items()
            if name not in {"type", "erased"}
        }

    def _value(self, name: str, annotation: Any, example: Any, key: UUID | str) -> Any:
        if name in {"occurred_at", "recorded_at"}:
            return datetime(2014, 1, 1, tzinfo=UTC) + timedelta(minutes=self.recorded)
        if name == "duplicates":
            return self._duplicates(key)
        arguments = typing.get_args(annotation)
        if typing.get_origin(annotation) is tuple:
            return [self._value(name, arguments[0], (example or [None])[0], key) for _ in range(2)]
        if type(None) in arguments and self.random.random() < 0.3:
            return None
        kinds = [one for one in arguments if one is not type(None)] or [annotation]
        return self._plain(name, self.random.choice(kinds), example, key)

    def _plain(self, name: str, kind: Any, example: Any, key: UUID | str) -> Any:
        """Return a value of a type without parts; any other text than a department's is given."""
        made: dict[Any, Callable[[], Any]] = {
            UUID: lambda: self._id(name, key),
            date: lambda: FIRST_DAY + timedelta(days=self.random.randrange(400)),
            bool: lambda: self.random.random() < 0.5,
            int: lambda: self.random.choice([example or 1, 1, 2, 3, 6, 12]),
        }
        if kind in made:
            return made[kind]()
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self.random.choice(list(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self._fields(kind, example, key)
        return self.random.choice(DEPARTMENTS) if name == "department" else example

    def _id(self, name: str, key: UUID | str) -> UUID:
        """Return an entity of another key, or one of two that belong to this key."""
        if name in ORGANISATIONS | PEOPLE | REFERENCES | {"contacts", "organisations"}:
            return self._entity(name)
        if name == "id":
            return uuid5(SPACE, f"{self.seed} {self.recorded}")
        return uuid5(SPACE, f"{key} {name} {self.random.randrange(2)}")

    def _duplicates(self, key: UUID | str) -> list[UUID]:
        """Return those merged into this one: all behind it, as after a chain of merges."""
        name = "organisation_id" if key in entities("organisation_id") else "mentee_id"
        pool = entities(name)
        return pool[pool.index(UUID(str(key))) + 1 :]


def entity(name: str, number: int) -> UUID:
    """Return the id of an entity; mentees and mentors are people too."""
    if name in PEOPLE | {"contacts"}:
        name = ("mentee_id", "mentor_id")[number % 2]
    if name in ORGANISATIONS | {"organisations"}:
        name = "organisation_id"
    return uuid5(SPACE, f"{name} {number}")


def entities(name: str) -> list[UUID]:
    return [entity(name, number) for number in range(ENTITIES)]


def example_of(kind: type[Message]) -> Any:
    """Return the value of the published example of a kind."""
    return json.loads((EXAMPLES / f"{kind.kind()}.json").read_text(encoding="utf-8"))["value"]
