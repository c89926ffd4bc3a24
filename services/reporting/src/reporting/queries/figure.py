"""What a figure is: a count of rows that can be listed, or one such count among another."""

from dataclasses import dataclass
from typing import Final

PLACES: Final = ("region", "department", "programme_year")
EVERYTHING: Final = ("region", "department", "organisation", "umbrella", "programme_year")


@dataclass(frozen=True)
class Text:
    """A text for readers, in the programme's two languages."""

    fr: str
    en: str


@dataclass(frozen=True, kw_only=True)
class Subjects:
    """SQL for whom a row is about, and where it belongs.

    Unless it says so, a row belongs to its mentor's organisation and to its mentee's department.
    """

    pairing: str = "NULL"
    mentee: str = "NULL"
    mentor: str = "NULL"
    organisation: str = "NULL"
    department: str = "NULL"


PAIR: Final = Subjects(pairing="pairing_id", mentee="mentee_id", mentor="mentor_id")
MENTEE: Final = Subjects(mentee="mentee_id", department="department")
MENTOR: Final = Subjects(
    mentor="mentor_id", organisation="organisation_id", department="department"
)
ORGANISATION: Final = Subjects(organisation="organisation_id", department="department")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that can be asked for, with its meaning."""

    name: str
    label: Text
    definition: Text
    breakdowns: tuple[str, ...] = EVERYTHING


@dataclass(frozen=True, kw_only=True)
class Count(Figure):
    """How many ids there are in the rows of `source`, which is SQL over what `facts` says was so.

    Where an id comes in several rows (`repeats`: a mentee with two pairings), it counts once, by
    its earliest row among those that were asked for.
    """

    source: str
    id: str
    day: str
    detail: str = "NULL"
    about: Subjects
    repeats: bool = False


@dataclass(frozen=True, kw_only=True)
class Share(Figure):
    """One count among another, each with its list. The list of the share is its numerator's."""

    numerator: str
    denominator: str
