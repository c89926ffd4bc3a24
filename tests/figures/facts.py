"""The producers' facts: all that were published, those known at an instant, those of a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, wraps
from itertools import chain
from typing import Any, TypeVar, cast
from uuid import UUID

from contracts import (
    ApplicationTurnedDown,
    AttendanceNoted,
    BoardMeetingHeld,
    BoardSeatLeft,
    BoardSeatTaken,
    CheckInHeld,
    CommitmentFulfilled,
    CommitmentMade,
    CommitmentWithdrawn,
    ConventionAmended,
    ConventionEnded,
    ConventionNoticeGiven,
    ConventionRenewed,
    ConventionResumed,
    ConventionSigned,
    ConventionSuspended,
    DepartmentOpened,
    Event,
    EventPlanned,
    FirstInterviewHeld,
    FirstInterviewMissed,
    GiftCancelled,
    GiftPledged,
    GiftReceived,
    HousingAnswered,
    HousingClosed,
    HousingNeeded,
    HousingOffered,
    IntroductionAnswered,
    IntroductionMade,
    JointActionBegun,
    JointActionCounted,
    LeadConverted,
    LeadHeardOf,
    LeadMoved,
    MenteeAdmitted,
    MenteeErased,
    MenteePaired,
    MenteeRefused,
    MenteesMerged,
    MentorCapacityChanged,
    MentorEnrolled,
    NetworkJoined,
    NetworkLeft,
    OrganisationsMerged,
    OutcomeAsked,
    PairingDeclined,
    PairingEnded,
    PairingExpired,
    PairingPaused,
    PairingProposed,
    PairingResumed,
    PriorityNeighbourhoodCorrected,
    PromoterNamed,
    ReceiptCancelled,
    ReceiptIssued,
    ReturnGiven,
    RoundPublished,
    SignatoryWithdrew,
    StandBooked,
    UmbrellaJoined,
    UmbrellaLeft,
    YouthReferred,
)
from contracts.territories import zone_of

E = TypeVar("E", bound=Event)
S = TypeVar("S", "Known", "Programme")
T = TypeVar("T")

DAYS: dict[type[Event], str] = {
    ApplicationTurnedDown: "turned_down_on",
    AttendanceNoted: "held_on",
    BoardMeetingHeld: "held_on",
    BoardSeatLeft: "left_on",
    BoardSeatTaken: "starts_on",
    CheckInHeld: "held_on",
    CommitmentFulfilled: "given_on",
    CommitmentMade: "made_on",
    CommitmentWithdrawn: "withdrawn_on",
    ConventionAmended: "amended_on",
    ConventionEnded: "ended_on",
    ConventionNoticeGiven: "given_on",
    ConventionRenewed: "renewed_on",
    ConventionResumed: "until_on",
    ConventionSigned: "signed_on",
    ConventionSuspended: "from_on",
    DepartmentOpened: "opened_on",
    EventPlanned: "starts_on",
    FirstInterviewHeld: "held_on",
    FirstInterviewMissed: "missed_on",
    GiftCancelled: "cancelled_on",
    GiftPledged: "pledged_on",
    GiftReceived: "given_on",
    HousingAnswered: "answered_on",
    HousingClosed: "closed_on",
    HousingNeeded: "asked_on",
    HousingOffered: "offered_on",
    IntroductionAnswered: "answered_on",
    IntroductionMade: "introduced_on",
    JointActionBegun: "begun_on",
    JointActionCounted: "counted_on",
    LeadConverted: "converted_on",
    LeadHeardOf: "heard_on",
    LeadMoved: "moved_on",
    MenteeAdmitted: "admitted_on",
    MenteeErased: "erased_on",
    MenteePaired: "starts_on",
    MenteeRefused: "refused_on",
    MentorEnrolled: "enrolled_on",
    NetworkJoined: "joined_on",
    NetworkLeft: "left_on",
    OutcomeAsked: "due_on",
    PairingDeclined: "declined_on",
    PairingEnded: "ended_on",
    PairingExpired: "expired_on",
    PairingPaused: "from_on",
    PairingProposed: "proposed_on",
    PairingResumed: "resumed_on",
    PromoterNamed: "named_on",
    ReceiptCancelled: "issued_on",
    ReceiptIssued: "issued_on",
    ReturnGiven: "given_on",
    RoundPublished: "on",
    SignatoryWithdrew: "withdrawn_on",
    StandBooked: "held_on",
    UmbrellaJoined: "joined_on",
    UmbrellaLeft: "left_on",
    YouthReferred: "referred_on",
}
"""The field that says on which day a fact happened; others are true of every day, once known."""

OF_APPLICATIONS = (
    MenteeAdmitted,
    MenteeRefused,
    ApplicationTurnedDown,
    PriorityNeighbourhoodCorrected,
)
"""Facts of an application, not of a person: those of a duplicate do not count."""

ORGANISATIONS = ("organisation_id", "umbrella_id", "introduced_by", "organised_by")
KEPT_AS_PUBLISHED = (MenteesMerged, OrganisationsMerged, *OF_APPLICATIONS)
PARIS = zone_of("75")


def day_of(fact: Event) -> date:
    """Return the day on which a fact happened."""
    if isinstance(fact, MentorCapacityChanged):
        return fact.occurred_at.astimezone(PARIS).date()
    return cast("date", getattr(fact, DAYS[type(fact)]))


def derived(derive: Callable[[S], T]) -> Callable[[S], T]:
    """Compute a function of the facts once, and remember the result with them."""

    @wraps(derive)
    def remembered(facts: S, /) -> T:
        memory: dict[Any, Any] = facts.memory
        if derive not in memory:
            memory[derive] = derive(facts)
        return cast("T", memory[derive])

    return remembered


class Published:
    """All facts of matching and partners, each once, in the order in which they were recorded."""

    def __init__(self, facts: Iterable[Event]) -> None:
        once = dict[UUID, Event]()
        for fact in facts:
            once.setdefault(fact.id, fact)
        self._facts = defaultdict[type[Event], list[Event]](list)
        for fact in sorted(once.values(), key=lambda fact: fact.recorded_at):
            self._facts[type(fact)].append(fact)

    def __iter__(self) -> Iterator[Event]:
        return chain(*self._facts.values())

    def all(self, kind: type[E]) -> list[E]:
        return cast("list[E]", self._facts[kind])


@dataclass(frozen=True, eq=False)
class Known:
    """The facts that were known at an instant, or all; merged people and organisations are one."""

    published: Published
    at: datetime | None = None
    memory: dict[Any, Any] = field(default_factory=dict)

    def as_published(self, kind: type[E]) -> list[E]:
        """Return the facts with the ids they were published under, duplicates among them."""
        facts = self.published.all(kind)
        return [fact for fact in facts if self.at is None or fact.recorded_at <= self.at]

    def all(self, kind: type[E]) -> list[E]:
        """Return the facts under the ids of the applications and organisations that stayed."""
        if kind not in self.memory:
            facts = self.as_published(kind)
            if issubclass(kind, OF_APPLICATIONS):
                stayed = [f for f in facts if f.mentee_id not in self._merged_mentees]  # type: ignore[attr-defined]
                self.memory[kind] = stayed
            else:
                self.memory[kind] = [self._of_one(fact) for fact in facts]
        return cast("list[E]", self.memory[kind])

    def organisation(self, organisation_id: UUID) -> UUID:
        """Return the organisation that this one turned out to be, or itself."""
        return self._merged_organisations.get(organisation_id, organisation_id)

    @cached_property
    def _merged_mentees(self) -> dict[UUID, UUID]:
        return _followed(
            (duplicate, fact.mentee_id)
            for fact in self.as_published(MenteesMerged)
            for duplicate in fact.duplicates
        )

    @cached_property
    def _merged_organisations(self) -> dict[UUID, UUID]:
        return _followed(
            (duplicate, fact.organisation_id)
            for fact in self.as_published(OrganisationsMerged)
            for duplicate in fact.duplicates
        )

    def _of_one(self, fact: E) -> E:
        if isinstance(fact, KEPT_AS_PUBLISHED):
            return fact
        changes = dict[str, UUID]()
        if getattr(fact, "mentee_id", None) in self._merged_mentees:
            changes["mentee_id"] = self._merged_mentees[fact.mentee_id]  # type: ignore[attr-defined]
        for name in ORGANISATIONS:
            if (before := getattr(fact, name, None)) in self._merged_organisations:
                changes[name] = self._merged_organisations[cast("UUID", before)]
        return fact.model_copy(update=changes) if changes else fact


def _followed(merges: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Return for each duplicate the one that stayed in the end."""
    merged = dict(merges)
    stayed = dict[UUID, UUID]()
    for duplicate, kept in merged.items():
        last = kept
        while last in merged:
            last = merged[last]
        stayed[duplicate] = last
    return stayed


@dataclass(frozen=True, eq=False)
class Programme:
    """The programme at the end of a day, as far as it is known."""

    known: Known
    as_of: date
    memory: dict[Any, Any] = field(default_factory=dict)

    def happened(self, kind: type[E]) -> list[E]:
        """Return the facts that had happened by the day, in the order they were recorded."""
        if kind not in self.memory:
            self.memory[kind] = [f for f in self.known.all(kind) if day_of(f) <= self.as_of]
        return cast("list[E]", self.memory[kind])
