"""The inputs of a round, stored with it, so that the same inputs give the same round again.

They contain no names: only ids and what the rules and criteria need.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from contracts.enums import PriorityNeighbourhood
from matching.domain.tables import Gender

LONGEST_WAIT = 999
"""Days; longer waits count as this one."""


class InputModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Waiting(InputModel):
    """An admitted mentee who waits for a mentor. Codes are those of `careers`."""

    id: UUID
    department: str
    remote: bool
    languages: tuple[str, ...]
    priority_neighbourhood: PriorityNeighbourhood
    gender: Gender | None = None
    degree_field: str | None = None
    wished_functions: tuple[str, ...] = ()
    wished_sectors: tuple[str, ...] = ()
    employer_id: UUID | None = None
    days_waiting: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] = 0

    @property
    def has_priority(self) -> bool:
        return self.priority_neighbourhood == PriorityNeighbourhood.IN


class Offering(InputModel):
    """A mentor with `places` left; `experience` counts well-ended pairs by degree field."""

    id: UUID
    organisation_id: UUID
    department: str
    remote: bool
    languages: tuple[str, ...]
    places: Annotated[int, Field(ge=0)]
    covered: bool
    paused: bool = False
    sector: str | None = None
    function: str | None = None
    wished_fields: tuple[str, ...] = ()
    experience: Mapping[str, int] = Field(default_factory=dict)


Person = TypeVar("Person", Waiting, Offering)


def _let_other_threads_run(person: Person) -> Person:
    """Return the person unchanged: the interpreter switches threads when a function is called.

    Without a call for each person, a thread that reads the inputs of 12,000 people would hold the
    interpreter, and with it the API's event loop, for 50 ms in one piece.
    """
    return person


Read = Annotated[Person, AfterValidator(_let_other_threads_run)]

Pair = tuple[UUID, UUID]
"""A mentee and a mentor, by id."""

Weight = Annotated[int, Field(ge=0, le=100)]


class Weights(InputModel):
    """The weight of each criterion, from 0, not at all, to 100.

    A pair fulfils a criterion to a level from 0 to 10; its score is the sum of weight times level.
    """

    function: Weight = 10
    sector: Weight = 6
    degree_field: Weight = 4
    territory: Weight = 5
    languages: Weight = 2
    experience: Weight = 3
    waiting: Weight = 4


class Inputs(InputModel):
    """The inputs of a round. `locked` pairs are part of every solution."""

    on: date
    mentees: tuple[Read[Waiting], ...]
    mentors: tuple[Read[Offering], ...]
    refused: tuple[Pair, ...] = ()
    excluded: tuple[Pair, ...] = ()
    locked: tuple[Pair, ...] = ()
    weights: Weights = Weights()
    min_priority: Annotated[int, Field(ge=0)] = 0

    def by_id(self) -> "Inputs":
        """Return the same inputs with people and pairs sorted by id."""
        people = {name: sorted(getattr(self, name), key=_id_of) for name in ("mentees", "mentors")}
        pairs = {name: sorted(getattr(self, name)) for name in ("refused", "excluded", "locked")}
        return self.model_copy(update={k: tuple(v) for k, v in (people | pairs).items()})


def _id_of(person: Waiting | Offering) -> UUID:
    return person.id
