"""The base of request and response bodies, in every service."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from contracts.bounds import plain_text


class Command(BaseModel):
    """The body of a request: what it does not name is refused, and its texts can be shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def holds_plain_text(cls, value: object) -> object:
        return plain_text(value)


class View(BaseModel):
    """The body of a response, read from the attributes of a row."""

    model_config = ConfigDict(from_attributes=True)


def example(**values: Any) -> ConfigDict:  # noqa: ANN401  (what JSON holds)
    """Return the example of a body for the API's documentation."""
    return examples(values)


def examples(*bodies: dict[str, Any]) -> ConfigDict:
    """Return the examples of a body that has more than one form."""
    return ConfigDict(json_schema_extra={"examples": list(bodies)})
