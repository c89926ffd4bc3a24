"""What a figure is: a count or a sum of rows that can be listed, or one such among another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

Unit: TypeAlias = Literal["count", "sum", "cents", "share"]

PLACES: Final = ("region", "department", "programme_year")
EVERYTHING: Final = ("region", "department", "organisation", "umbrella", "programme_year")
SIGNED: Final = (*EVERYTHING, "convention")


@dataclass(frozen=True)
class Text:
    """A text for readers, in the programme's two languages."""

    fr: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """SQL for whom a row is about, and where it belongs.

    Unless it says so, a row belongs to its mentor's organisation, to its mentee's department, and
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


def code(said: str) -> str:
    """A department's or a region's code; `ValueError` for what cannot be one."""
    if not said.isalnum():
        raise ValueError("A code has letters and digits.")
    return said


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that can be asked for, with its meaning."""

    name: str
    label: Text
    definition: Text
    breakdowns: tuple[str, ...] = EVERYTHING
    unit: Unit = "count"


@dataclass(frozen=True, kw_only=True)
class Count(Figure):
    """How many ids there are in the rows of `source`, which is SQL over what `facts` says was so.

    Where an id comes in several rows (`repeats`: a mentee with two pairings), it counts once, by
    its earliest row among those that were asked for. Territories have codes for ids.
    What is so on a day and may be over on the next does not last: it adds up to no target.
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
    lasting: bool = True


@dataclass(frozen=True, kw_only=True)
class Share(Figure):
    """One count among another, each with its list. The list of the share is its numerator's."""

    numerator: str
    denominator: str
    unit: Unit = "share"
