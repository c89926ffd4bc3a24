"""The rows of each file; their fields are the columns, by name and in order."""

from dataclasses import dataclass, field
from datetime import date

from demo.history.corrections import Corrections


@dataclass(slots=True)
class Organisation:
    name: str
    kind: str
    siren: str
    siret: str
    department: str
    registered_on: date


@dataclass(slots=True)
class Membership:
    siren: str
    umbrella_siren: str
    joined_on: date


@dataclass(slots=True)
class Convention:
    """A signed convention.

    `signatories` are SIRENs, or `siren@2014-05-06` for one that accedes on a later day.
    """

    reference: str
    kind: str
    signed_on: date
    effective_on: date
    ends_on: date | None
    signatories: tuple[str, ...]


@dataclass(slots=True)
class Lead:
    """A possible partner, and the stage that it reached on `moved_on`."""

    reference: str
    name: str
    kind: str
    department: str
    heard_on: date
    introduced_by_siren: str | None
    stage: str
    moved_on: date | None
    lost_for: str | None


@dataclass(slots=True)
class Department:
    department: str
    opened_on: date


@dataclass(slots=True)
class Mentor:
    """An executive, who accepted the charter on the day of enrolling."""

    reference: str
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: str
    department: str
    remote: bool
    organisation_siren: str
    capacity: int
    enrolled_on: date
    charter_accepted_on: date
    languages: tuple[str, ...] = ()
    sector: str | None = None
    function: str | None = None
    wished_fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Mentee:
    """A graduate who applied.

    All are `confirmed`: the office looked for doubles itself, and mentees share phone numbers, of
    which fewer are reserved for fiction.
    """

    reference: str
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: str
    department: str
    remote: bool
    birth_date: date
    degree_level: int
    priority_neighbourhood: str
    applied_on: date
    gender: str | None = None
    languages: tuple[str, ...] = ()
    degree_field: str | None = None
    wished_functions: tuple[str, ...] = ()
    wished_sectors: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(slots=True)
class Pairing:
    """A pairing from its proposal to its end, as far as it has come."""

    reference: str
    mentee: str
    mentor: str
    proposed_on: date
    accepted_on: date | None = None
    first_interview_on: date | None = None
    first_interview_minutes: int | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    declined_on: date | None = None
    declined_by: str | None = None
    decline_reason: str | None = None


@dataclass(slots=True)
class Contact:
    reference: str
    pairing: str
    contact_on: date
    medium: str
    minutes: int | None


@dataclass(slots=True)
class Outcome:
    reference: str
    mentee: str
    pairing: str | None
    found_on: date
    contract: str
    months: int | None
    fits_qualification: bool | None
    evidence: str


@dataclass(slots=True)
class Promoter:
    siren: str
    role: str
    named_on: date


@dataclass(slots=True)
class ContactPerson:
    """A contact person of an organisation."""

    siren: str
    given_name: str
    family_name: str
    roles: tuple[str, ...]
    email: str
    from_on: date


@dataclass(slots=True)
class Commitment:
    """A commitment of one side of a convention, fulfilled on `given_on` if it was."""

    convention: str
    siren: str
    party: str
    kind: str
    quantity: int
    made_on: date
    due_on: date | None
    given_on: date | None


@dataclass(slots=True)
class Gift:
    """A gift; `amount` is in whole euros, and a gift of skills has its number of `days`."""

    reference: str
    siren: str
    kind: str
    amount: int
    payment: str | None
    days: int | None
    description: str | None
    given_on: date


@dataclass(slots=True)
class Event:
    reference: str
    kind: str
    name: str
    organised_by_siren: str | None
    department: str
    venue: str | None
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Stand:
    event: str
    stand: str
    siren: str
    held_on: date


@dataclass(slots=True)
class BoardSeat:
    siren: str
    starts_on: date
    term_ends_on: date | None
    left_on: date | None
    represented_by: str


@dataclass(slots=True)
class BoardMeeting:
    held_on: date
    starts: str
    department: str
    convened_on: date
    present: tuple[str, ...]
    excused: tuple[str, ...]


@dataclass(slots=True)
class NetworkMember:
    network: str
    siren: str
    joined_on: date


@dataclass(slots=True)
class Referral:
    """A youth whom a landlord refers, and who applies later; `first` if nobody did before."""

    siren: str
    mentee: str
    referred_on: date
    first: bool


@dataclass(slots=True)
class Home:
    """A home that a mentee needed, what a landlord offered, and whether they moved in."""

    mentee: str
    department: str
    siren: str
    asked_on: date
    offered_on: date
    housed_on: date | None


@dataclass(slots=True)
class PartnerActivity:
    """Rows about partners' activity with the programme."""

    promoters: list[Promoter] = field(default_factory=list)
    contact_persons: list[ContactPerson] = field(default_factory=list)
    commitments: list[Commitment] = field(default_factory=list)
    gifts: list[Gift] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)
    board_seats: list[BoardSeat] = field(default_factory=list)
    board_meetings: list[BoardMeeting] = field(default_factory=list)
    network_members: list[NetworkMember] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)


@dataclass(slots=True)
class History(PartnerActivity):
    """All rows of all files, each file in the order of its days, as they are known in the end."""

    organisations: list[Organisation] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    conventions: list[Convention] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    mentors: list[Mentor] = field(default_factory=list)
    mentees: list[Mentee] = field(default_factory=list)
    pairings: list[Pairing] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    corrections: Corrections = field(default_factory=Corrections)
