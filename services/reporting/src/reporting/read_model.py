"""The read model: a table for each type of fact, with a row for each event.

A row has the day on which it happened (valid time) and `recorded_at` (transaction time), so that
every figure can be computed as of a day, and as known at an instant. Figures join the facts of a
pairing. There are no foreign keys: a pairing may arrive before its mentee. Codes are those of
`contracts.enums`.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Index, text
from sqlmodel import Field

from backbone.database.tables import NamedTable, read_model_registry


class ReadModelTable(NamedTable, registry=read_model_registry()):
    """Tables that a rebuild fills again from the topics."""


class OrganisationCard(ReadModelTable, table=True):
    """The current name of an organisation."""

    __tablename__ = "organisation_card"

    organisation_id: UUID = Field(primary_key=True)
    name: str
    siren: str


class ContactOverdueMonth(ReadModelTable, table=True):
    """A month without a sign of life of a pair, over on `due_on`; computed from its facts.

    It counts from `counted_from`: the same day, or a later one if the pair began after `due_on`.
    """

    __tablename__ = "late_month"

    pairing_id: UUID = Field(primary_key=True)
    month: int
    due_on: date = Field(primary_key=True)
    counted_from: date


class Fact(ReadModelTable):
    """A fact of `day`, which the service that published it recorded at `recorded_at`."""

    day: ClassVar[str]
    """SQL of the day on which it happened."""

    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))


class VersionedFact(Fact):
    """A version of a fact that may be corrected: valid until the next, recorded at `known_until`.

    A correction is another row; as known at an instant, the version valid then counts. The last one
    may state that the fact is void (`withdrawn`).
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
    """An organisation that is known to the programme, with or without a convention."""

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
    """The end of a membership; `left_on` is its last day."""

    __tablename__ = "membership_end"

    day: ClassVar[str] = "left_on"

    organisation_id: UUID = Field(primary_key=True)
    umbrella_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date


class Convention(Fact, table=True):
    """A convention, in force from `effective_on` to its end or `ends_on`, whichever is earlier."""

    __tablename__ = "convention"

    day: ClassVar[str] = "signed_on"

    convention_id: UUID = Field(primary_key=True)
    convention_kind: str
    signed_on: date
    effective_on: date
    ends_on: date | None


class Signatory(Fact, table=True):
    """An organisation that signed a convention on `signed_on`, and is bound from `accedes_on`."""

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
    """A new term of a convention: an amendment or a renewal; without `ends_on` it has none."""

    __tablename__ = "convention_term"
    __table_args__ = (Index(None, "convention_id", "changed_on"),)

    day: ClassVar[str] = "changed_on"

    id: UUID = Field(primary_key=True)
    convention_id: UUID
    changed_on: date
    ends_on: date | None


class ConventionSuspension(VersionedFact, table=True):
    """The days on which a convention covers nobody, both included; without `until_on`, all days on.

    A resumption is another version with `until_on`; a later one may move it to an earlier day.
    """

    __tablename__ = "convention_suspension"

    day: ClassVar[str] = "from_on"

    convention_id: UUID = Field(primary_key=True)
    from_on: date = Field(primary_key=True)
    until_on: date | None


class ConventionNotice(Fact, table=True):
    """A notice of one side that it does not renew a convention after its term."""

    __tablename__ = "convention_notice"

    day: ClassVar[str] = "given_on"

    convention_id: UUID = Field(primary_key=True)
    given_on: date = Field(primary_key=True)
    party: str
    ends_on: date


class SignatoryEnd(Fact, table=True):
    """The end of an organisation's part in a convention; `withdrawn_on` is its last day."""

    __tablename__ = "signatory_end"

    day: ClassVar[str] = "withdrawn_on"

    convention_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Commitment(Fact, table=True):
    """A commitment of one side of a convention to the other."""

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
    """The withdrawal of a commitment."""

    __tablename__ = "commitment_end"

    day: ClassVar[str] = "withdrawn_on"

    commitment_id: UUID = Field(primary_key=True)
    withdrawn_on: date


class Fulfilment(Fact, table=True):
    """A quantity given on `given_on` to fulfil a commitment."""

    __tablename__ = "fulfilment"

    day: ClassVar[str] = "given_on"

    fulfilment_id: UUID = Field(primary_key=True)
    commitment_id: UUID = Field(index=True)
    quantity: int = Field(sa_type=BigInteger)
    given_on: date


class FulfilmentWithdrawal(Fact, table=True):
    """A fulfilment that is void: as of every day, once it is known."""

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
    """A change of a lead's stage."""

    __tablename__ = "lead_move"
    __table_args__ = (Index(None, "lead_id", "moved_on"),)

    day: ClassVar[str] = "moved_on"

    id: UUID = Field(primary_key=True)
    lead_id: UUID
    stage: str
    lost_for: str | None
    moved_on: date


class LeadConversion(Fact, table=True):
    """A lead that became an organisation and signed a convention."""

    __tablename__ = "lead_conversion"

    day: ClassVar[str] = "converted_on"

    lead_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    convention_id: UUID
    converted_on: date


class Promotion(Fact, table=True):
    """A promoter of the programme among its members: an ambassador or a relay."""

    __tablename__ = "promotion"

    day: ClassVar[str] = "named_on"

    organisation_id: UUID = Field(primary_key=True)
    role: str = Field(primary_key=True)
    named_on: date


class Mentee(Fact, table=True):
    """A graduate admitted to the programme."""

    __tablename__ = "mentee"

    __table_args__ = (Index(None, "admitted_on", "mentee_id"),)

    day: ClassVar[str] = "admitted_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    degree_level: int
    priority_neighbourhood: str
    admitted_on: date


class NeighbourhoodCorrection(Fact, table=True):
    """A correction of the neighbourhood stated at admission: as of every day, once it is known."""

    __tablename__ = "neighbourhood_correction"
    __table_args__ = (Index(None, "mentee_id", "recorded_at"),)

    day: ClassVar[str] = "'-infinity'::date"

    id: UUID = Field(primary_key=True)
    mentee_id: UUID
    after: str


class Merge(Fact, table=True):
    """A merge of a duplicate application into `mentee_id`: as of every day, once it is known."""

    __tablename__ = "merge"

    day: ClassVar[str] = "'-infinity'::date"

    duplicate_id: UUID = Field(primary_key=True)
    mentee_id: UUID = Field(primary_key=True)


class Erasure(Fact, table=True):
    """The erasure of a mentee's personal data; from `erased_on` on the mentee does not wait."""

    __tablename__ = "erasure"

    day: ClassVar[str] = "erased_on"

    mentee_id: UUID = Field(primary_key=True)
    erased_on: date


class Refusal(Fact, table=True):
    """A graduate whom the rule of admission refused."""

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
    """An executive enrolled as a mentor, with the capacity offered on `enrolled_on`."""

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
    """A fact about a mentee and a mentor together."""

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
    """A pair that works together from `starts_on`."""

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
        # Of current versions, so that an index-only scan counts them.
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
    """The end of a pairing; `ended_on` is its last day."""

    __tablename__ = "pairing_end"

    day: ClassVar[str] = "ended_on"

    pairing_id: UUID = Field(primary_key=True)
    reason: str
    ended_on: date


class ContactAttempt(VersionedFact, PairFact, table=True):
    """A vain attempt of one of a pair to reach the other."""

    __tablename__ = "contact_attempt"

    day: ClassVar[str] = "attempted_on"

    contact_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    attempted_on: date
    medium: str


class MatchingRound(Fact, table=True):
    """A published round; `proposed` pairs, and `unmatched` mentees without a mentor."""

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
    """The days on which no contact is expected of a pair, both included.

    A resumption is another version, with `until_on`: the day before the pair resumed.
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
    """The result of an introduction; the one recorded last counts."""

    __tablename__ = "introduction_answer"

    day: ClassVar[str] = "answered_on"

    id: UUID = Field(primary_key=True)
    introduction_id: UUID = Field(index=True)
    pairing_id: UUID
    result: str
    answered_on: date


class CheckIn(PairFact, table=True):
    """A check-in of one of a pair."""

    __tablename__ = "check_in"

    day: ClassVar[str] = "held_on"

    check_in_id: UUID = Field(primary_key=True)
    pairing_id: UUID
    by: str
    held_on: date


class OutcomeRequest(PairFact, table=True):
    """A request to a mentee to state the outcome, `months` after the end of a pairing."""

    __tablename__ = "outcome_question"

    day: ClassVar[str] = "due_on"

    pairing_id: UUID = Field(primary_key=True)
    months: int = Field(primary_key=True)
    id: UUID
    due_on: date


class ApplicationRejection(Fact, table=True):
    """An application rejected by a coordinator, for another reason than the eligibility rule."""

    __tablename__ = "turn_down"

    day: ClassVar[str] = "turned_down_on"

    mentee_id: UUID = Field(primary_key=True)
    department: str
    reason: str
    turned_down_on: date


class Gift(Fact, table=True):
    """A gift of a patron, in cents; goods and skills at the declared value."""

    __tablename__ = "gift"

    day: ClassVar[str] = "given_on"

    gift_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    pledge_id: UUID | None
    gift_kind: str
    amount: int = Field(sa_type=BigInteger)
    given_on: date


class GiftEnd(Fact, table=True):
    """The cancellation of a gift: never received, or refunded."""

    __tablename__ = "gift_end"

    day: ClassVar[str] = "cancelled_on"

    gift_id: UUID = Field(primary_key=True)
    cancelled_on: date


class Pledge(Fact, table=True):
    """A pledge of a patron, in cents, to be paid by `due_on`."""

    __tablename__ = "pledge"

    day: ClassVar[str] = "pledged_on"

    pledge_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    pledged_on: date
    due_on: date | None


class Receipt(Fact, table=True):
    """A tax receipt for a gift, in cents; `number` is unique in its `year`."""

    __tablename__ = "receipt"

    day: ClassVar[str] = "issued_on"

    gift_id: UUID = Field(primary_key=True)
    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    issued_on: date


class ReceiptEnd(Fact, table=True):
    """A counter-entry that voids a receipt, from `issued_on` on."""

    __tablename__ = "receipt_end"

    day: ClassVar[str] = "issued_on"

    gift_id: UUID = Field(primary_key=True)
    cancels_year: int = Field(primary_key=True)
    cancels_number: int = Field(primary_key=True)
    issued_on: date


class GiftReturn(Fact, table=True):
    """A return to a patron for its gifts, in cents."""

    __tablename__ = "gift_return"

    day: ClassVar[str] = "given_on"

    return_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    amount: int = Field(sa_type=BigInteger)
    given_on: date


class NetworkMember(Fact, table=True):
    """A member of a network, from `joined_on` on."""

    __tablename__ = "network_member"

    day: ClassVar[str] = "joined_on"

    network_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)


class NetworkMemberEnd(Fact, table=True):
    """The end of a membership of a network; `left_on` is its last day."""

    __tablename__ = "network_member_end"

    day: ClassVar[str] = "left_on"

    network_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    joined_on: date = Field(primary_key=True)
    left_on: date


class JointAction(Fact, table=True):
    """A joint action of organisations of a network: a row for each organisation."""

    __tablename__ = "joint_action"

    day: ClassVar[str] = "begun_on"

    action_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
    network_id: UUID
    begun_on: date


class JointActionCount(Fact, table=True):
    """A count of a joint action's results by a measure; the one recorded last holds."""

    __tablename__ = "joint_action_count"
    day: ClassVar[str] = "counted_on"

    id: UUID = Field(primary_key=True)
    action_id: UUID
    measure: str
    quantity: int
    counted_on: date


class PartnerEvent(Fact, table=True):
    """An event of the programme, or of the partner `organised_by`."""

    __tablename__ = "occasion"

    day: ClassVar[str] = "starts_on"

    event_id: UUID = Field(primary_key=True)
    event_kind: str
    organised_by: UUID | None
    department: str
    starts_on: date
    ends_on: date


class PartnerEventEnd(Fact, table=True):
    """The cancellation of an event: as of every day, once it is known."""

    __tablename__ = "occasion_end"

    day: ClassVar[str] = "'-infinity'::date"

    event_id: UUID = Field(primary_key=True)


class Attendance(VersionedFact, table=True):
    """The presence or absence (`attended`) of a registered person or organisation at an event."""

    __tablename__ = "attendance"

    day: ClassVar[str] = "held_on"

    registration_id: UUID = Field(primary_key=True)
    event_id: UUID
    attendee_kind: str
    attendee_id: UUID
    attended: bool
    held_on: date


class StandBooking(Fact, table=True):
    """A stand of a partner at an event of the programme, or of the programme at a partner's."""

    __tablename__ = "stand_held"

    day: ClassVar[str] = "held_on"

    booking_id: UUID = Field(primary_key=True)
    event_id: UUID
    organisation_id: UUID
    held_on: date


class StandRelease(Fact, table=True):
    """The release of a stand that nobody held: as of every day, once it is known."""

    __tablename__ = "stand_given_up"

    day: ClassVar[str] = "'-infinity'::date"

    booking_id: UUID = Field(primary_key=True)


class Seat(Fact, table=True):
    """A seat on the board, held by an organisation until `term_ends_on` if that is known."""

    __tablename__ = "seat"

    day: ClassVar[str] = "starts_on"

    seat_id: UUID = Field(primary_key=True)
    organisation_id: UUID
    starts_on: date
    term_ends_on: date | None


class SeatEnd(Fact, table=True):
    """The end of an organisation's time in a seat before its term; `left_on` is the last day."""

    __tablename__ = "seat_end"

    day: ClassVar[str] = "left_on"

    seat_id: UUID = Field(primary_key=True)
    left_on: date


class BoardMeeting(Fact, table=True):
    """A meeting of the board."""

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
    """A referral of a youth by an organisation; `first` if it is the youth's first."""

    __tablename__ = "referral"

    day: ClassVar[str] = "referred_on"

    referral_id: UUID = Field(primary_key=True)
    youth_id: UUID
    organisation_id: UUID
    department: str
    first: bool
    referred_on: date


class HousingNeed(Fact, table=True):
    """A mentee's need of a home that landlords were asked about."""

    __tablename__ = "housing_need"

    day: ClassVar[str] = "asked_on"

    need_id: UUID = Field(primary_key=True)
    mentee_id: UUID
    department: str
    asked_on: date


class HousingOffer(Fact, table=True):
    """A landlord's offer of a home for a need."""

    __tablename__ = "housing_offer"

    day: ClassVar[str] = "offered_on"

    offer_id: UUID = Field(primary_key=True)
    need_id: UUID
    organisation_id: UUID
    department: str
    offered_on: date


class HousingAnswer(Fact, table=True):
    """A mentee's answer to an offer of a home."""

    __tablename__ = "housing_answer"

    day: ClassVar[str] = "answered_on"

    offer_id: UUID = Field(primary_key=True)
    accepted: bool
    answered_on: date


class HousingEnd(Fact, table=True):
    """The end of a housing need; `organisation_id` is the landlord who met it, if one did."""

    __tablename__ = "housing_end"

    day: ClassVar[str] = "closed_on"

    need_id: UUID = Field(primary_key=True)
    organisation_id: UUID | None
    closed_on: date


class OrganisationMerge(Fact, table=True):
    """A merge of a duplicate into `organisation_id`: as of every day, once it is known."""

    __tablename__ = "organisation_merge"

    day: ClassVar[str] = "'-infinity'::date"

    duplicate_id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(primary_key=True)
