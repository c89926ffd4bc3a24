"""Facts as tables: a table for each kind of fact, a row for each that was told.

A row says when it happened and when we learnt of it (`recorded_at`), so that every figure can be
asked as of a day, and as known at an instant. The figures join what several facts say of a pairing.
There are no foreign keys: a pairing may be told before its mentee. Codes are those of
`contracts.enums`.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, text
from sqlmodel import Field

from backbone.database.tables import NamedTable, read_model_registry


class View(NamedTable, registry=read_model_registry()):
    """Rebuilt at will by reading the topics again."""


class OrganisationCard(View, table=True):
    """How an organisation is called now."""

    __tablename__ = "organisation_card"

    organisation_id: UUID = Field(primary_key=True)
    name: str
    siren: str


class ContactOverdueMonth(View, table=True):
    """A month of a pair without a sign of life, over on `due_on`: it follows from its facts.

    It counts from `counted_from`, a later day only if the pair began after `due_on`.
    """

    __tablename__ = "late_month"

    pairing_id: UUID = Field(primary_key=True)
    month: int
    due_on: date = Field(primary_key=True)
    counted_from: date


class Fact(View):
    """Something that happened on a day, and that we learnt of at an instant."""

    day: ClassVar[str]
    """SQL for the day it happened."""

    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))


class VersionedFact(Fact):
    """One telling of a fact that may be corrected: it held until the next one was told.

    A correction is another row; what was known at an instant is the one that held then. The last
    one may say that it never was (`withdrawn`).
    """

    recorded_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    known_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawn: bool = False


class DepartmentOpening(Fact, table=True):
    """A department where the programme is open."""

    __tablename__ = "opening"

    day: ClassVar[str] = "opened_on"

    department: str = Field(primary_key=True)
    opened_on: date


class Organisation(Fact, table=True):
    """An organisation that is known to the programme, be it with or without a convention."""

    __tablename__ = "organisation"

    day: ClassVar[str] = "(occurred_at AT TIME ZONE 'Europe/Paris')::date"

    organisation_id: UUID = Field(primary_key=True)
    organisation_kind: str
    department: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))


class Membership(Fact, table=True):
    __tablename__ = "membership"

    day: ClassVar[str] = "joined_on"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)


class MembershipEnd(Fact, table=True):
    """`left_on` is the last day of a membership."""

    __tablename__ = "membership_end"

    day: ClassVar[str] = "left_on"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date


class Convention(Fact, table=True):
    """In force from `effective_on` to the earlier of `ends_on` and the day it was ended."""

    __tablename__ = "convention"

    day: ClassVar[str] = "signed_on"

    convention_id: UUID = Field(primary_key=True)
    convention_kind: str
    signed_on: date
    effective_on: date
    ends_on: date | None


class Signatory(Fact, table=True):
    """An organisation that signed a convention on a day, and is bound by it from another."""

    __tablename__ = "signatory"

    day: ClassVar[str] = "signed_on"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    signed_on: date
    accedes_on: date


class ConventionEnd(Fact, table=True):
    __tablename__ = "convention_end"

    day: ClassVar[str] = "ended_on"

    convention_id: UUID = Field(primary_key=True)
    ended_on: date


class ConventionTerm(Fact, table=True):
    """Both sides agreed on another last day, or none; or a convention went on by itself."""

    __tablename__ = "convention_term"
    __table_args__ = (Index(None, "convention_id", "changed_on"),)

    day: ClassVar[str] = "changed_on"

    id: UUID = Field(primary_key=True)
    convention_id: UUID
    changed_on: date
    ends_on: date | None


class ConventionSuspension(VersionedFact, table=True):
    """Days on which a convention covers nobody, both included; without a last, until resumed.

    A resumption is another version, with the last day; it may itself be resumed earlier.
    """

    __tablename__ = "convention_suspension"

    day: ClassVar[str] = "from_on"

    convention_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None


class ConventionNotice(Fact, table=True):
    """One side let the other know that a convention is not to go on after its term."""

    __tablename__ = "convention_notice"

    day: ClassVar[str] = "given_on"

    convention_id: UUID = Field(primary_key=True)
    given_on: date = Field(primary_key=True)
    party: str
    ends_on: date


class SignatoryEnd(Fact, table=True):
    """An organisation is bound by a convention for the last time."""

    __tablename__ = "signatory_end"

    day: ClassVar[str] = "withdrawn_on"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Commitment(Fact, table=True):
    """What one side of a convention owes the other."""

    __tablename__ = "commitment"

    day: ClassVar[str] = "made_on"

    commitment_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    convention_id: UUID
    party: str
    commitment_kind: str
    quantity: int = Field(sa_type=BigInteger)
    made_on: date
    due_on: date | None


class CommitmentEnd(Fact, table=True):
    """A commitment is owed no more."""

    __tablename__ = "commitment_end"

    day: ClassVar[str] = "withdrawn_on"

    commitment_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Fulfilment(Fact, table=True):
    """So much of a commitment was given on a day."""

    __tablename__ = "fulfilment"

    day: ClassVar[str] = "given_on"

    fulfilment_id: UUID = Field(primary_key=True)
    commitment_id: UUID = Field(index=True)
    quantity: int = Field(sa_type=BigInteger)
    given_on: date


class FulfilmentWithdrawal(Fact, table=True):
    """What was said to be given was not: true of every day, once it is known."""

    __tablename__ = "fulfilment_taken_back"

    day: ClassVar[str] = "'-infinity'::date"

    fulfilment_id: UUID = Field(primary_key=True)


class Lead(Fact, table=True):
    """A possible partner, and the organisation that introduced it."""

    __tablename__ = "lead"

    day: ClassVar[str] = "heard_on"

    lead_id: UUID = Field(primary_key=True)
    organisation_kind: str
    department: str
    introduced_by: UUID | None
    heard_on: date


class LeadMove(Fact, table=True):
    """A possible partner came to another stage."""

    __tablename__ = "lead_move"
    __table_args__ = (Index(None, "lead_id", "moved_on"),)

    day: ClassVar[str] = "moved_on"

    id: UUID = Field(primary_key=True)
    lead_id: UUID
    stage: str
    lost_for: str | None
    moved_on: date


class LeadConversion(Fact, table=True):
    """A possible partner became an organisation that signed a convention."""

    __tablename__ = "lead_conversion"

    day: ClassVar[str] = "converted_on"

    lead_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    convention_id: UUID
    converted_on: date


class Promotion(Fact, table=True):
    """An organisation promotes the programme to its members, as an ambassador or a relay."""

    __tablename__ = "promotion"

    day: ClassVar[str] = "named_on"

    organisation_id: UUID = Field(primary_key=True)
    role: str = Field(primary_key=True)
    named_on: date


class Mentee(Fact, table=True):
    """A graduate who was admitted."""

    __tablename__ = "mentee"

    __table_args__ = (Index(None, "admitted_on", "mentee_id"),)

    day: ClassVar[str] = "admitted_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    degree_level: int
    priority_neighbourhood: str
    admitted_on: date


class NeighbourhoodCorrection(Fact, table=True):
    """What was known at an admission was wrong: true of every day, once it is known."""

    __tablename__ = "neighbourhood_correction"
    __table_args__ = (Index(None, "mentee_id", "recorded_at"),)

    day: ClassVar[str] = "'-infinity'::date"

    id: UUID = Field(primary_key=True)
    mentee_id: UUID
    after: str


class Merge(Fact, table=True):
    """Two applications were one person's: true of every day, once it is known."""

    __tablename__ = "merge"

    day: ClassVar[str] = "'-infinity'::date"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(primary_key=True)


class Erasure(Fact, table=True):
    """A mentee who asked to be forgotten waits for nobody any more, from that day on."""

    __tablename__ = "erasure"

    day: ClassVar[str] = "erased_on"

    mentee_id: UUID = Field(primary_key=True)
    erased_on: date


class Refusal(Fact, table=True):
    """A graduate who was not admitted."""

    __tablename__ = "refusal"

    day: ClassVar[str] = "refused_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    reason: str
    refused_on: date


class Outcome(VersionedFact, table=True):
    __tablename__ = "outcome"

    __table_args__ = (Index(None, "mentee_id"),)

    day: ClassVar[str] = "found_on"

    outcome_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    pairing_id: UUID | None
    contract: str
    months: int | None
    fits_qualification: bool | None
    evidence: str
    sector: str | None
    found_on: date


class Mentor(Fact, table=True):
    """An executive who enrolled, with the capacity offered that day."""

    __tablename__ = "mentor"

    day: ClassVar[str] = "enrolled_on"

    mentor_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    department: str
    capacity: int
    enrolled_on: date


class CapacityChange(Fact, table=True):
    __tablename__ = "capacity_change"
    __table_args__ = (Index(None, "mentor_id", "occurred_at"),)

    day: ClassVar[str] = "(occurred_at AT TIME ZONE 'Europe/Paris')::date"

    id: UUID = Field(primary_key=True)
    mentor_id: UUID
    capacity: int
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))


class PairFact(Fact):
    """Something that happened to a mentee and a mentor together."""

    mentee_id: UUID
    mentor_id: UUID


class Proposal(PairFact, table=True):
    __tablename__ = "proposal"

    day: ClassVar[str] = "proposed_on"

    pairing_id: UUID = Field(primary_key=True)
    proposed_on: date


class Decline(PairFact, table=True):
    __tablename__ = "decline"

    day: ClassVar[str] = "declined_on"

    pairing_id: UUID = Field(primary_key=True)
    by: str
    reason: str
    declined_on: date


class Pairing(PairFact, table=True):
    """A pair that began to work together."""

    __tablename__ = "pairing"

    __table_args__ = (
        Index(None, "starts_on", "pairing_id"),
        Index(None, "mentee_id", "starts_on", "pairing_id"),
    )

    day: ClassVar[str] = "starts_on"

    pairing_id: UUID = Field(primary_key=True)
    starts_on: date


class FirstInterview(PairFact, table=True):
    __tablename__ = "first_interview"

    day: ClassVar[str] = "held_on"

    pairing_id: UUID = Field(primary_key=True)
    held_on: date
    minutes: int | None


class Contact(VersionedFact, PairFact, table=True):
    __tablename__ = "contact"

    __table_args__ = (
        # Of those that hold, so that they are counted without the table.
        Index(
            None,
            "contact_on",
            "contact_id",
            postgresql_where=text("known_until IS NULL AND NOT withdrawn"),
        ),
        Index(None, "pairing_id", "contact_on"),
    )

    day: ClassVar[str] = "contact_on"

    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    contact_on: date
    medium: str
    minutes: int | None
    contact_kind: str | None


class PairingEnd(PairFact, table=True):
    """`ended_on` is the pair's last day."""

    __tablename__ = "pairing_end"

    day: ClassVar[str] = "ended_on"

    pairing_id: UUID = Field(primary_key=True)
    reason: str
    ended_on: date


class ContactAttempt(VersionedFact, PairFact, table=True):
    """One of a pair tried to reach the other in vain."""

    __tablename__ = "contact_attempt"

    day: ClassVar[str] = "attempted_on"

    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    attempted_on: date
    medium: str


class MatchingRound(Fact, table=True):
    """A round of matching whose pairs were proposed; `unmatched` mentees found no mentor."""

    __tablename__ = "matching_round"

    day: ClassVar[str] = "round_on"

    round_id: UUID = Field(primary_key=True)
    proposed: int
    unmatched: int
    round_on: date


class ProposalExpiry(PairFact, table=True):
    """A proposal that was not answered in time."""

    __tablename__ = "expiry"

    day: ClassVar[str] = "expired_on"

    pairing_id: UUID = Field(primary_key=True)
    expired_on: date


class MissedInterview(PairFact, table=True):
    """A first interview that was planned and did not take place."""

    __tablename__ = "missed_interview"

    day: ClassVar[str] = "missed_on"

    id: UUID = Field(primary_key=True)
    pairing_id: UUID
    missed_on: date


class Pause(VersionedFact, PairFact, table=True):
    """Days on which no contact is expected of a pair, both included.

    A resumption is another version, with the last day: the day before the pair resumed.
    """

    __tablename__ = "pause"

    day: ClassVar[str] = "from_on"

    pairing_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None


class Introduction(PairFact, table=True):
    __tablename__ = "introduction"

    __table_args__ = (Index(None, "introduced_on", "introduction_id"),)

    day: ClassVar[str] = "introduced_on"

    introduction_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    function: str | None
    sector: str | None
    introduced_on: date


class IntroductionAnswer(PairFact, table=True):
    """What came of an introduction, as it was told; the latest telling counts."""

    __tablename__ = "introduction_answer"

    day: ClassVar[str] = "answered_on"

    id: UUID = Field(primary_key=True)
    introduction_id: UUID = Field(index=True)
    pairing_id: UUID
    result: str
    answered_on: date


class CheckIn(PairFact, table=True):
    """One of a pair told how it goes."""

    __tablename__ = "check_in"

    day: ClassVar[str] = "held_on"

    check_in_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    by: str
    held_on: date


class OutcomeRequest(PairFact, table=True):
    """Nobody had told what a mentee found, and they were asked."""

    __tablename__ = "outcome_question"

    day: ClassVar[str] = "due_on"

    pairing_id: UUID = Field(primary_key=True)
    months: int = Field(primary_key=True)
    id: UUID
    due_on: date


class ApplicationRejection(Fact, table=True):
    """An application that was turned down for a reason that is not the rule's."""

    __tablename__ = "turn_down"

    day: ClassVar[str] = "turned_down_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    reason: str
    turned_down_on: date


class Gift(Fact, table=True):
    """What a patron gave, in cents, or in goods and skills at the value it declares."""

    __tablename__ = "gift"

    day: ClassVar[str] = "given_on"

    gift_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    pledge_id: UUID | None
    gift_kind: str
    amount: int = Field(sa_type=BigInteger)
    given_on: date


class GiftEnd(Fact, table=True):
    """A gift was none."""

    __tablename__ = "gift_end"

    day: ClassVar[str] = "cancelled_on"

    gift_id: UUID = Field(primary_key=True)
    cancelled_on: date


class Pledge(Fact, table=True):
    """What a patron promised, in cents, and by when it is to be paid."""

    __tablename__ = "pledge"

    day: ClassVar[str] = "pledged_on"

    pledge_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    pledged_on: date
    due_on: date | None


class Receipt(Fact, table=True):
    """A tax receipt for a gift, in cents; its number is one of the year's."""

    __tablename__ = "receipt"

    day: ClassVar[str] = "issued_on"

    gift_id: UUID = Field(primary_key=True)
    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    issued_on: date


class ReceiptEnd(Fact, table=True):
    """A receipt is void since a counter-entry of that day."""

    __tablename__ = "receipt_end"

    day: ClassVar[str] = "issued_on"

    gift_id: UUID = Field(primary_key=True)
    cancels_year: int = Field(primary_key=True)
    cancels_number: int = Field(primary_key=True)
    issued_on: date


class GiftReturn(Fact, table=True):
    """What a patron got in return for its gifts, in cents."""

    __tablename__ = "gift_return"

    day: ClassVar[str] = "given_on"

    return_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    given_on: date


class NetworkMember(Fact, table=True):
    """An organisation belongs to a network from a day on."""

    __tablename__ = "network_member"

    day: ClassVar[str] = "joined_on"

    network_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)


class NetworkMemberEnd(Fact, table=True):
    """`left_on` is the last day on which an organisation belonged to a network."""

    __tablename__ = "network_member_end"

    day: ClassVar[str] = "left_on"

    network_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date


class JointAction(Fact, table=True):
    """An organisation does something together with others of its network: a row for each."""

    __tablename__ = "joint_action"

    day: ClassVar[str] = "begun_on"

    action_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    network_id: UUID
    begun_on: date


class JointActionCount(Fact, table=True):
    """What a joint action came to, by a measure; the count that was recorded last holds."""

    __tablename__ = "joint_action_count"
    day: ClassVar[str] = "counted_on"

    id: UUID = Field(primary_key=True)
    action_id: UUID
    measure: str
    quantity: int
    counted_on: date


class PartnerEvent(Fact, table=True):
    """An event of ours, or of the organisation that holds it."""

    __tablename__ = "occasion"

    day: ClassVar[str] = "starts_on"

    event_id: UUID = Field(primary_key=True)
    event_kind: str
    organised_by: UUID | None
    department: str
    starts_on: date
    ends_on: date


class PartnerEventEnd(Fact, table=True):
    """An event did not take place: true of every day, once it is known."""

    __tablename__ = "occasion_end"

    day: ClassVar[str] = "'-infinity'::date"

    event_id: UUID = Field(primary_key=True)


class Attendance(VersionedFact, table=True):
    """Somebody who had a place at an event came, or did not."""

    __tablename__ = "attendance"

    day: ClassVar[str] = "held_on"

    registration_id: UUID = Field(primary_key=True)
    event_id: UUID
    attendee_kind: str
    attendee_id: UUID
    attended: bool
    held_on: date


class StandBooking(Fact, table=True):
    """A partner held a stand at an event of ours, or gave us one at its own."""

    __tablename__ = "stand_held"

    day: ClassVar[str] = "held_on"

    booking_id: UUID = Field(primary_key=True)
    event_id: UUID
    organisation_id: UUID
    held_on: date


class StandRelease(Fact, table=True):
    """A stand was held by nobody after all: true of every day, once it is known."""

    __tablename__ = "stand_given_up"

    day: ClassVar[str] = "'-infinity'::date"

    booking_id: UUID = Field(primary_key=True)


class Seat(Fact, table=True):
    """An organisation holds a seat on the board, to the end of its term if that is known."""

    __tablename__ = "seat"

    day: ClassVar[str] = "starts_on"

    seat_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    starts_on: date
    term_ends_on: date | None


class SeatEnd(Fact, table=True):
    """A seat was held for the last time that day, before the end of its term."""

    __tablename__ = "seat_end"

    day: ClassVar[str] = "left_on"

    seat_id: UUID = Field(primary_key=True)
    left_on: date


class BoardMeeting(Fact, table=True):
    """The board met."""

    __tablename__ = "board_meeting"

    day: ClassVar[str] = "held_on"

    meeting_id: UUID = Field(primary_key=True)
    held_on: date
    seats: int
    voters: int
    quorate: bool
    adopted: int
    rejected: int


class Referral(Fact, table=True):
    """An organisation referred a youth; `first`: nobody had before."""

    __tablename__ = "referral"

    day: ClassVar[str] = "referred_on"

    referral_id: UUID = Field(primary_key=True)
    youth_id: UUID
    organisation_id: UUID
    department: str
    first: bool
    referred_on: date


class HousingNeed(Fact, table=True):
    """A mentee needed a home, and landlords were asked."""

    __tablename__ = "housing_need"

    day: ClassVar[str] = "asked_on"

    need_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    department: str
    asked_on: date


class HousingOffer(Fact, table=True):
    """A landlord offered a home for a need."""

    __tablename__ = "housing_offer"

    day: ClassVar[str] = "offered_on"

    offer_id: UUID = Field(primary_key=True)
    need_id: UUID
    organisation_id: UUID
    department: str
    offered_on: date


class HousingAnswer(Fact, table=True):
    """A mentee took a home that was offered, or declined it."""

    __tablename__ = "housing_answer"

    day: ClassVar[str] = "answered_on"

    offer_id: UUID = Field(primary_key=True)
    accepted: bool
    answered_on: date


class HousingEnd(Fact, table=True):
    """The need of a home ended: at a landlord's, if there is one."""

    __tablename__ = "housing_end"

    day: ClassVar[str] = "closed_on"

    need_id: UUID = Field(primary_key=True)
    organisation_id: UUID | None
    closed_on: date


class OrganisationMerge(Fact, table=True):
    """An organisation was another one's duplicate: true of every day, once it is known."""

    __tablename__ = "organisation_merge"

    day: ClassVar[str] = "'-infinity'::date"

    duplicate_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
