"""Corrections of the rows that the files state, and records that are in no file.

The rows of a history are as they are known in the end; its files state some of them differently.
"""

from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:  # a history in `rows` holds its corrections
    from demo.history.csv_rows import (
        BoardSeat,
        Commitment,
        Contact,
        Convention,
        Event,
        Gift,
        Home,
        Mentee,
        Organisation,
        Outcome,
        Stand,
    )

R = TypeVar("R")


@dataclass(slots=True)
class Correction(Generic[R]):
    """A row as the files state it, and as corrected; `true` is None for a withdrawn row."""

    first: R
    true: R | None


@dataclass(slots=True)
class MenteeMerge:
    """A second application of a mentee, with the pairings and outcomes that the files give it."""

    duplicate: "Mentee"
    kept: str
    pairings: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(slots=True)
class OrganisationMerge:
    """An organisation that was registered twice, with the convention and mentors of the second."""

    duplicate: "Organisation"
    kept: str
    convention: str
    mentors: tuple[str, ...]


@dataclass(slots=True)
class TermChange:
    """A new last day of a convention, agreed on `changed_on`.

    `step` is `amendment`, `renewal` or `end`.
    """

    step: str
    changed_on: date
    first: "Convention"
    true: "Convention"


@dataclass(slots=True)
class Suspension:
    """A convention's suspension from `from_on` to the day before `resumed_on`, if it resumed."""

    convention: str
    from_on: date
    resumed_on: date | None


@dataclass(slots=True)
class SignatoryEnd:
    """The last day on which a convention binds one of its signatories."""

    convention: str
    siren: str
    withdrawn_on: date


@dataclass(slots=True)
class MembershipEnd:
    """The last day of a membership."""

    siren: str
    umbrella_siren: str
    left_on: date


@dataclass(slots=True)
class GiftEnd:
    """A gift that was cancelled."""

    gift: "Gift"
    cancelled_on: date


@dataclass(slots=True)
class CommitmentEnd:
    """A commitment that is no longer owed."""

    commitment: "Commitment"
    withdrawn_on: date


@dataclass(slots=True)
class Cancellation:
    """An event that was planned and did not take place."""

    event: "Event"
    cancelled_on: date


@dataclass(slots=True)
class HomeEnd:
    """The end of a mentee's need of a home for which no offer was taken."""

    home: "Home"
    end: str
    closed_on: date


@dataclass(slots=True)
class Attempt:
    """An attempt of one of a pair to reach the other."""

    pairing: str
    attempted_on: date
    medium: str


@dataclass(slots=True)
class Introduction:
    """An introduction by a mentor, and its answers, the last of which counts."""

    pairing: str
    introduced_on: date
    function: str
    sector: str
    answers: tuple[tuple[str, date], ...]


@dataclass(slots=True)
class Pause:
    """Days on which no contact is expected of a pair, until it resumes."""

    pairing: str
    from_on: date
    resumed_on: date | None


@dataclass(slots=True)
class CapacityChange:
    """The number of mentees that a mentor offers to accompany from today on."""

    mentor: str
    capacity: int


@dataclass(slots=True)
class Attendance:
    """An organisation's attendance at a session of an event, as recorded first and last."""

    event: str
    held_on: date
    siren: str
    recorded: tuple[bool, ...]


@dataclass(slots=True)
class Corrections:
    """All corrections and additions, applied through the APIs once the files are loaded."""

    contacts: list["Correction[Contact]"] = field(default_factory=list)
    outcomes: list["Correction[Outcome]"] = field(default_factory=list)
    neighbourhoods: list["Correction[Mentee]"] = field(default_factory=list)
    merges: list[MenteeMerge] = field(default_factory=list)
    organisations: list[OrganisationMerge] = field(default_factory=list)
    terms: list[TermChange] = field(default_factory=list)
    suspensions: list[Suspension] = field(default_factory=list)
    signatories: list[SignatoryEnd] = field(default_factory=list)
    memberships: list[MembershipEnd] = field(default_factory=list)
    gifts: list[GiftEnd] = field(default_factory=list)
    fulfilments: list["Correction[Commitment]"] = field(default_factory=list)
    commitments: list[CommitmentEnd] = field(default_factory=list)
    events: list[Cancellation] = field(default_factory=list)
    stands: list["Stand"] = field(default_factory=list)
    seats: list["Correction[BoardSeat]"] = field(default_factory=list)
    homes: list[HomeEnd] = field(default_factory=list)
    attempts: list[Correction[Attempt]] = field(default_factory=list)
    introductions: list[Introduction] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    capacities: list[CapacityChange] = field(default_factory=list)
    attendances: list[Attendance] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(len(getattr(self, each.name)) for each in fields(self))
