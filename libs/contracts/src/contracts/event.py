"""What every message is: a fact kept for ever, or a card that the next one replaces."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self, cast, get_args
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.bounds import within_bounds

DATED = {date, datetime, AwareDatetime}
BY_US = {"occurred_at", "recorded_at"}  # never entered by anybody


class Message(BaseModel):
    """Whatever travels on a topic: readers ignore the fields and the types they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]
    keyed_by: ClassVar[str]
    dated: ClassVar[tuple[str, ...]] = ()

    type: str

    @classmethod
    def __pydantic_init_subclass__(cls, **options: object) -> None:
        super().__pydantic_init_subclass__(**options)
        cls.dated = tuple(
            name
            for name, info in cls.model_fields.items()
            if name not in BY_US and DATED & {info.annotation, *get_args(info.annotation)}
        )

    @model_validator(mode="after")
    def has_days_within_bounds(self) -> Self:
        """Read what was published before days were bounded: it stays valid, and can be added to.

        Once for all days, because it is done for every message that is read.
        """
        for name in self.dated:
            value = getattr(self, name, None)
            if value is not None and (bounded := within_bounds(value)) != value:
                self.__dict__[name] = bounded
        return self

    @property
    def key(self) -> str:
        """Messages that share a key reach every consumer in the order they were decided."""
        return str(getattr(self, self.keyed_by))

    @classmethod
    def kind(cls) -> str:
        """Say how this message is named on the wire, such as `mentee-paired.v1`."""
        return str(cls.model_fields["type"].default)


class Event(Message):
    """A fact: what happened, told in the past tense, never taken back, kept for ever.

    It carries ids, dates, codes and amounts: no name, address, phone or free text.
    """

    id: UUID = Field(default_factory=uuid4)
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    recorded_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))


class Card(Message):
    """The latest we know of someone, on a compacted topic: a newer card replaces the older.

    `erased` stands for the tombstone: on the wire it has no value, here it has only its key.
    """

    id: UUID = Field(default_factory=uuid4)
    erased: bool = Field(default=False, exclude=True)

    @classmethod
    def erasure(cls, key: UUID) -> Self:
        """Make the tombstone of whoever has this key; every other field is left unset."""
        known: dict[str, Any] = {cls.keyed_by: key, "erased": True}
        return cast("Self", cls.model_construct(**known))
