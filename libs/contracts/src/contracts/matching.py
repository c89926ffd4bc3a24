"""Events about mentees, mentors, pairings and rounds, and the card of a mentee or mentor."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Card, Event
from contracts.words import (
    ContactKind,
    Contract,
    DeclineReason,
    EndReason,
    Evidence,
    Language,
    Medium,
    PriorityNeighbourhood,
    RefusalReason,
    Side,
)


class MenteeAdmitted(Event):
    """A graduate is eligible by the rule `rule_version`, and waits for a mentor."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentee-admitted.v1"] = "mentee-admitted.v1"
    mentee_id: UUID
    department: str
    degree_level: int
    priority_neighbourhood: PriorityNeighbourhood
    rule_version: str
    admitted_on: date


class MenteeRefused(Event):
    """A graduate is not eligible by the rule `rule_version`."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["mentee-refused.v1"] = "mentee-refused.v1"
    mentee_id: UUID
    department: str
    reason: RefusalReason
    rule_version: str
    refused_on: date


class OutcomeRecorded(Event):
    """The work or studies that a mentee found; null means unknown.

    `sector` is a section of NAF.
    """

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    type: Literal["outcome-recorded.v1"] = "outcome-recorded.v1"
    outcome_id: UUID
    mentee_id: UUID
    pairing_id: UUID | None
    contract: Contract
    months: int | None
    fits_qualification: bool | None
    evidence: Evidence
    found_on: date
    sector: str | None = None


class MentorEnrolled(Event):
    """An executive of an organisation offers to accompany `capacity` mentees at a time."""

    topic: ClassVar[str] = "matching.mentors"
    keyed_by: ClassVar[str] = "mentor_id"

    type: Literal["mentor-enrolled.v1"] = "mentor-enrolled.v1"
    mentor_id: UUID
    organisation_id: UUID
    department: str
    capacity: int
    enrolled_on: date


class MentorCapacityChanged(Event):
    """A mentor offers to accompany more mentees than before, or fewer."""

    topic: ClassVar[str] = "matching.mentors"
    keyed_by: ClassVar[str] = "mentor_id"

    type: Literal["mentor-capacity-changed.v1"] = "mentor-capacity-changed.v1"
    mentor_id: UUID
    capacity: int


class MentorErased(Event):
    """A mentor asked for erasure: their activities stop. No figure changes."""

    topic: ClassVar[str] = "matching.mentors"
    keyed_by: ClassVar[str] = "mentor_id"

    type: Literal["mentor-erased.v1"] = "mentor-erased.v1"
    mentor_id: UUID
    erased_on: date


class PairingProposed(Event):
    """A mentee and a mentor are asked until `answer_by` whether they would work together."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["pairing-proposed.v1"] = "pairing-proposed.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    proposed_on: date
    answer_by: date | None = None


class PairingDeclined(Event):
    """One of the two does not wish to work with the other.

    `erased_side` is set if a request for erasure is the cause: the other one is to be notified.
    """

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["pairing-declined.v1"] = "pairing-declined.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    by: Side
    reason: DeclineReason
    declined_on: date
    erased_side: Side | None = None


class MenteePaired(Event):
    """Both accepted: a mentee and a mentor begin working together."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["mentee-paired.v1"] = "mentee-paired.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    starts_on: date


class FirstInterviewHeld(Event):
    """The pair met for the first time, to get to know each other and the desired career."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["first-interview-held.v1"] = "first-interview-held.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    held_on: date
    minutes: int | None


class ContactLogged(Event):
    """The pair was in contact; one a month at least is expected."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["contact-logged.v1"] = "contact-logged.v1"
    contact_id: UUID
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    contact_on: date
    medium: Medium
    minutes: int | None
    contact_kind: ContactKind | None = None


class PairingEnded(Event):
    """The pair stops working together; `ended_on` is its last day.

    `erased_side` is set if a request for erasure is the cause: the other one is to be notified.
    """

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["pairing-ended.v1"] = "pairing-ended.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    reason: EndReason
    ended_on: date
    erased_side: Side | None = None


class PairingExpired(Event):
    """A proposal expired on `expired_on`; `missing` are those who had not accepted."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    type: Literal["pairing-expired.v1"] = "pairing-expired.v1"
    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID
    missing: tuple[Side, ...]
    expired_on: date


class RoundPublished(Event):
    """A coordinator proposed the pairs of a round, each of which has an event of its own.

    `min_priority` is the required number of mentees from priority neighbourhoods; `optimal` says
    that the pairs were proved to be the best, and not changed by hand.
    """

    topic: ClassVar[str] = "matching.rounds"
    keyed_by: ClassVar[str] = "round_id"

    type: Literal["round-published.v1"] = "round-published.v1"
    round_id: UUID
    on: date
    criteria: str
    proposed: int
    unmatched: int
    min_priority: int
    optimal: bool


class PersonCard(Card):
    """The name and contact details of a mentee or a mentor: personal data."""

    topic: ClassVar[str] = "matching.people"
    keyed_by: ClassVar[str] = "person_id"

    type: Literal["person-card.v1"] = "person-card.v1"
    person_id: UUID
    side: Side
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
