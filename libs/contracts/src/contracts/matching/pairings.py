"""Events about proposals and pairs, their interviews, contacts, pauses and introductions."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import ContactKind, DeclineReason, EndReason, IntroductionResult, Medium, Side


class PairFact(Event):
    """A fact about a pair: a mentee and a mentor."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID


class PairingProposed(PairFact):
    """A mentee and a mentor are asked until `answer_by` whether they would work together."""

    type: Literal["pairing-proposed.v1"] = "pairing-proposed.v1"
    proposed_on: date
    answer_by: date | None = None


class PairingDeclined(PairFact):
    """One of the two does not wish to work with the other.

    `erased_side` is set if a request for erasure is the cause: the other one is to be notified.
    """

    type: Literal["pairing-declined.v1"] = "pairing-declined.v1"
    by: Side
    reason: DeclineReason
    declined_on: date
    erased_side: Side | None = None


class AnswerDue(PairFact):
    """A proposal is to be answered by `answer_by`, which is near; `missing` have not answered."""

    type: Literal["answer-due.v1"] = "answer-due.v1"
    missing: tuple[Side, ...]
    answer_by: date


class PairingExpired(PairFact):
    """A proposal expired on `expired_on`; `missing` are those who had not accepted."""

    type: Literal["pairing-expired.v1"] = "pairing-expired.v1"
    missing: tuple[Side, ...]
    expired_on: date


class MenteePaired(PairFact):
    """Both accepted: a mentee and a mentor begin working together."""

    type: Literal["mentee-paired.v1"] = "mentee-paired.v1"
    starts_on: date


class FirstInterviewPlanned(PairFact):
    """The pair agreed on the day of its first interview, `instead_of` an earlier date if set."""

    type: Literal["first-interview-planned.v1"] = "first-interview-planned.v1"
    planned_on: date
    instead_of: date | None


class FirstInterviewMissed(PairFact):
    """The planned first interview did not take place because `missing` did not attend."""

    type: Literal["first-interview-missed.v1"] = "first-interview-missed.v1"
    missing: tuple[Side, ...]
    missed_on: date


class FirstInterviewLate(PairFact):
    """The pair has reported no first interview, and `due_on`, the last day for it, is over."""

    type: Literal["first-interview-late.v1"] = "first-interview-late.v1"
    due_on: date


class FirstInterviewHeld(PairFact):
    """The pair met for the first time, to get to know each other and the desired career."""

    type: Literal["first-interview-held.v1"] = "first-interview-held.v1"
    held_on: date
    minutes: int | None


class ContactLogged(PairFact):
    """The pair was in contact; one a month at least is expected."""

    type: Literal["contact-logged.v1"] = "contact-logged.v1"
    contact_id: UUID
    contact_on: date
    medium: Medium
    minutes: int | None
    contact_kind: ContactKind | None = None


class ContactAttempted(PairFact):
    """One of the pair tried in vain to reach the other; this does not count as a contact."""

    type: Literal["contact-attempted.v1"] = "contact-attempted.v1"
    contact_id: UUID
    attempted_on: date
    medium: Medium


class ContactCorrected(PairFact):
    """A contact (or an attempt, if not `made`) was corrected: these are its complete new values."""

    type: Literal["contact-corrected.v1"] = "contact-corrected.v1"
    contact_id: UUID
    made: bool
    contact_on: date
    medium: Medium
    minutes: int | None
    contact_kind: ContactKind | None


class ContactWithdrawn(PairFact):
    """A contact (or an attempt, if not `made`) was entered by mistake and is void."""

    type: Literal["contact-withdrawn.v1"] = "contact-withdrawn.v1"
    contact_id: UUID
    made: bool


class PairingLate(PairFact):
    """Another month passed without a contact: the `month`th since `last_sign_on`."""

    type: Literal["pairing-late.v1"] = "pairing-late.v1"
    month: int
    last_sign_on: date
    due_on: date


class PairingPaused(PairFact):
    """No contact is expected from `from_on` on; `until_on` is the last such day, if known."""

    type: Literal["pairing-paused.v1"] = "pairing-paused.v1"
    from_on: date
    until_on: date | None


class PairingResumed(PairFact):
    """The pause that began on `from_on` is over: contacts are expected from `resumed_on` on."""

    type: Literal["pairing-resumed.v1"] = "pairing-resumed.v1"
    from_on: date
    resumed_on: date


class IntroductionMade(PairFact):
    """The mentor introduced the mentee to a person, who agreed to it.

    `function` is a domain of ROME, `sector` a section of NAF; the person is known to matching only.
    """

    type: Literal["introduction-made.v1"] = "introduction-made.v1"
    introduction_id: UUID
    function: str | None
    sector: str | None
    introduced_on: date


class IntroductionAnswered(PairFact):
    """The result of an introduction; a later one replaces an earlier one."""

    type: Literal["introduction-answered.v1"] = "introduction-answered.v1"
    introduction_id: UUID
    result: IntroductionResult
    answered_on: date


class CheckInHeld(PairFact):
    """One of the pair reported how it goes. The rating is for the coordinator alone."""

    type: Literal["check-in-held.v1"] = "check-in-held.v1"
    check_in_id: UUID
    by: Side
    held_on: date


class PairingEnded(PairFact):
    """The pair stops working together; `ended_on` is its last day.

    `erased_side` is set if a request for erasure is the cause: the other one is to be notified.
    """

    type: Literal["pairing-ended.v1"] = "pairing-ended.v1"
    reason: EndReason
    ended_on: date
    erased_side: Side | None = None


class OutcomeAsked(PairFact):
    """The pair ended `months` ago, and what the mentee found is still unknown."""

    type: Literal["outcome-asked.v1"] = "outcome-asked.v1"
    months: int
    due_on: date
