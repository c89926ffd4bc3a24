"""Base classes of request bodies."""

from typing import Any, ClassVar, Self

from pydantic import model_validator

from backbone.web.schemas import Command, example
from contracts.bounds import Day


class Change(Command):
    """A partial change: absent fields stay; those in `nullable` can be set to null."""

    nullable: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="after")
    def keeps_what_must_be(self) -> Self:
        given = self.model_fields_set - self.nullable
        if empty := sorted(name for name in given if getattr(self, name) is None):
            raise ValueError(f"{empty[0]} cannot be emptied.")
        return self

    @property
    def changes(self) -> dict[str, Any]:
        return self.model_dump(include=set(self.model_fields_set))


class Pause(Command):
    """A pause from `from_on` to `until_on`, both included; without an end it is open."""

    model_config = example(from_on="2026-12-01", until_on="2027-01-31")

    from_on: Day
    until_on: Day | None = None

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError("A pause ends on the day it begins, or later.")
        return self
