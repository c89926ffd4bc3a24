"""Events about pairs, their interviews, contacts and pauses, and about outcomes."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import (
    ContactKind,
    Contract,
    Evidence,
    IntroductionResult,
    Medium,
    Side,
)


class PairFact(Event):
    """A fact about a pair: a mentee and a mentor."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID


class AnswerDue(PairFact):
    """A proposal is to be answered by `answer_by`, which is near; `missing` have not answered."""

    type: Literal["answer-due.v1"] = "answer-due.v1"
    missing: tuple[Side, ...]
    answer_by: date


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


class OutcomeAsked(PairFact):
    """The pair ended `months` ago, and what the mentee found is still unknown."""

    type: Literal["outcome-asked.v1"] = "outcome-asked.v1"
    months: int
    due_on: date


class MenteeFact(Event):
    """A fact about a mentee."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    mentee_id: UUID


class MenteeWaiting(MenteeFact):
    """The `days` within which a mentor was promised are over, and there is none."""

    type: Literal["mentee-waiting.v1"] = "mentee-waiting.v1"
    days: int
    due_on: date


class OutcomeCorrected(MenteeFact):
    """A recorded outcome was corrected: these are its complete new values."""

    type: Literal["outcome-corrected.v1"] = "outcome-corrected.v1"
    outcome_id: UUID
    pairing_id: UUID | None
    contract: Contract
    months: int | None
    fits_qualification: bool | None
    evidence: Evidence
    sector: str | None
    found_on: date


class OutcomeWithdrawn(MenteeFact):
    """A recorded outcome was entered by mistake and is void."""

    type: Literal["outcome-withdrawn.v1"] = "outcome-withdrawn.v1"
    outcome_id: UUID
