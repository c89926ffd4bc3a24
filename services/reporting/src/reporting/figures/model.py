"""The model of a figure: a count or a sum of rows that can be listed, or a share of two counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

Unit: TypeAlias = Literal["count", "sum", "cents", "share"]

BY_PLACE: Final = ("region", "department", "programme_year")
BY_ALL: Final = ("region", "department", "organisation", "umbrella", "programme_year")
WITH_CONVENTION: Final = (*BY_ALL, "convention")


@dataclass(frozen=True)
class Text:
    """A text for readers, in the programme's two languages."""

    fr: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """The SQL of a row's subjects: pairing, mentee, mentor, organisation, convention, territory.

    By default a row belongs to its mentor's organisation, to its mentee's department, and
    to the region of its department.
    """

    pairing: str = "NULL"
    mentee: str = "NULL"
    mentor: str = "NULL"
    organisation: str = "NULL"
    convention: str = "NULL"
    department: str = "NULL"
    region: str = "NULL"


PAIR: Final = Subjects(pairing="pairing_id", mentee="mentee_id", mentor="mentor_id")
MENTEE: Final = Subjects(mentee="mentee_id", department="department")
MENTOR: Final = Subjects(
    mentor="mentor_id", organisation="organisation_id", department="department"
)
ORGANISATION: Final = Subjects(organisation="organisation_id", department="department")
SIGNATORY: Final = Subjects(
    organisation="organisation_id", department="department", convention="convention_id"
)


def parse_code(text: str) -> str:
    """Return a department's or a region's code; raise `ValueError` if `text` cannot be one."""
    if not text.isalnum():
        raise ValueError("A code has letters and digits.")
    return text


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A published number with its definition."""

    name: str
    label: Text
    definition: Text
    breakdowns: tuple[str, ...] = BY_ALL
    unit: Unit = "count"


@dataclass(frozen=True, kw_only=True)
class Count(Figure):
    """The number of ids in the rows of `source`, which is SQL over the views of `temporal_views`.

    Where an id comes in several rows (`repeats`: a mentee with two pairings), it counts once, by
    the earliest of the rows that pass the filters. Territories have codes for ids.
    Stock figures (a state on a day) cannot have targets; flow figures can (`is_flow`).
    With another unit than a count, it is the sum of `detail`, a whole number: the same in all rows
    of an id.
    """

    source: str
    id: str
    read_id: Callable[[str], UUID | str] = UUID
    day: str
    detail: str = "NULL"
    about: Subjects
    repeats: bool = False
    is_flow: bool = True


@dataclass(frozen=True, kw_only=True)
class Share(Figure):
    """The ratio of two counts, each with its list. The list of the share is its numerator's."""

    numerator: str
    denominator: str
    unit: Unit = "share"
