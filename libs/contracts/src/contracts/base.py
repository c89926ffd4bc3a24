"""The base classes of messages: a fact is retained for ever, a card is replaced by the next one."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar, Self, cast, get_args
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from contracts.bounds import within_bounds

DATED = {date, datetime, AwareDatetime}
SET_BY_PRODUCER = {"occurred_at", "recorded_at"}  # never entered by a person


class Message(BaseModel):
    """A message on a Kafka topic. Consumers ignore unknown fields and types."""

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
            if name not in SET_BY_PRODUCER and DATED & {info.annotation, *get_args(info.annotation)}
        )

    @model_validator(mode="after")
    def has_days_within_bounds(self) -> Self:
        """Clamp all days: messages published before days were bounded stay valid and computable.

        One validator for all days, because it runs for every message that is read.
        """
        for name in self.dated:
            value = getattr(self, name, None)
            if value is not None and (bounded := within_bounds(value)) != value:
                self.__dict__[name] = bounded
        return self

    @property
    def key(self) -> str:
        """The Kafka key: messages that share it reach every consumer in the order of decisions."""
        return str(getattr(self, self.keyed_by))

    @classmethod
    def kind(cls) -> str:
        """Return the type on the wire, such as `mentee-paired.v1`."""
        return str(cls.model_fields["type"].default)


class Event(Message):
    """A fact, named in the past tense: never withdrawn, retained for ever.

    It carries ids, dates, codes and amounts: no name, address, phone or free text.
    """

    id: UUID = Field(default_factory=uuid4)
    occurred_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))
    recorded_at: AwareDatetime = Field(default_factory=lambda: datetime.now(UTC))


class Card(Message):
    """The latest state of a person or thing, on a compacted topic: the newest replaces the older.

    `erased` marks a tombstone: on the wire it has no value, here it has only its key.
    """

    id: UUID = Field(default_factory=uuid4)
    erased: bool = Field(default=False, exclude=True)

    @classmethod
    def erasure(cls, key: UUID) -> Self:
        """Create the tombstone of `key`; every other field is left unset."""
        known: dict[str, Any] = {cls.keyed_by: key, "erased": True}
        return cast("Self", cls.model_construct(**known))
