"""The base of request bodies, in every service."""

from pydantic import BaseModel, ConfigDict, field_validator

from contracts.bounds import plain_text


class Command(BaseModel):
    """The body of a request: what it does not name is refused, and its texts can be shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def holds_plain_text(cls, value: object) -> object:
        return plain_text(value)
