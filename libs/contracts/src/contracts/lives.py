"""What matching tells of a pair's life beside its beginning, its contacts and its end."""

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
    """Something that happened to a mentee and a mentor together."""

    topic: ClassVar[str] = "matching.pairings"
    keyed_by: ClassVar[str] = "pairing_id"

    pairing_id: UUID
    mentee_id: UUID
    mentor_id: UUID


class AnswerDue(PairFact):
    """A proposal is to be answered by a day that is near; `missing` are those who have not."""

    type: Literal["answer-due.v1"] = "answer-due.v1"
    missing: tuple[Side, ...]
    answer_by: date


class FirstInterviewPlanned(PairFact):
    """The pair agreed on the day of its first interview, `instead_of` another that it had."""

    type: Literal["first-interview-planned.v1"] = "first-interview-planned.v1"
    planned_on: date
    instead_of: date | None


class FirstInterviewMissed(PairFact):
    """The first interview that was planned did not take place, for want of the `missing`."""

    type: Literal["first-interview-missed.v1"] = "first-interview-missed.v1"
    missing: tuple[Side, ...]
    missed_on: date


class FirstInterviewLate(PairFact):
    """The days are over within which a pair is to meet, and it has not told that it did."""

    type: Literal["first-interview-late.v1"] = "first-interview-late.v1"
    due_on: date


class ContactAttempted(PairFact):
    """One of the pair tried to reach the other in vain: it is no contact."""

    type: Literal["contact-attempted.v1"] = "contact-attempted.v1"
    contact_id: UUID
    attempted_on: date
    medium: Medium


class ContactCorrected(PairFact):
    """A contact that was logged, or an attempt (not `made`), was as told here, all of it."""

    type: Literal["contact-corrected.v1"] = "contact-corrected.v1"
    contact_id: UUID
    made: bool
    contact_on: date
    medium: Medium
    minutes: int | None
    contact_kind: ContactKind | None


class ContactWithdrawn(PairFact):
    """A contact that was logged, or an attempt (not `made`), never was."""

    type: Literal["contact-withdrawn.v1"] = "contact-withdrawn.v1"
    contact_id: UUID
    made: bool


class PairingLate(PairFact):
    """Another month passed without a contact: the `month`th since the last sign of life."""

    type: Literal["pairing-late.v1"] = "pairing-late.v1"
    month: int
    last_sign_on: date
    due_on: date


class PairingPaused(PairFact):
    """No contact is expected from a day on; `until_on` is the last such day, if it is known."""

    type: Literal["pairing-paused.v1"] = "pairing-paused.v1"
    from_on: date
    until_on: date | None


class PairingResumed(PairFact):
    """The pause that began on a day is over: contacts are expected again from `resumed_on` on."""

    type: Literal["pairing-resumed.v1"] = "pairing-resumed.v1"
    from_on: date
    resumed_on: date


class IntroductionMade(PairFact):
    """The mentor introduced the mentee to somebody, who agreed to it.

    `function` is a domain of ROME, `sector` a section of NAF; who it was stays in matching.
    """

    type: Literal["introduction-made.v1"] = "introduction-made.v1"
    introduction_id: UUID
    function: str | None
    sector: str | None
    introduced_on: date


class IntroductionAnswered(PairFact):
    """What came of an introduction; a later answer takes the place of an earlier one."""

    type: Literal["introduction-answered.v1"] = "introduction-answered.v1"
    introduction_id: UUID
    result: IntroductionResult
    answered_on: date


class CheckInHeld(PairFact):
    """One of the pair told how it goes. The rating is for the coordinator alone."""

    type: Literal["check-in-held.v1"] = "check-in-held.v1"
    check_in_id: UUID
    by: Side
    held_on: date


class OutcomeAsked(PairFact):
    """So many months after the pair ended, nobody has told what the mentee found."""

    type: Literal["outcome-asked.v1"] = "outcome-asked.v1"
    months: int
    due_on: date


class MenteeFact(Event):
    """Something that happened to a mentee."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    mentee_id: UUID


class MenteeWaiting(MenteeFact):
    """The days are over within which a mentor was promised, and there is none."""

    type: Literal["mentee-waiting.v1"] = "mentee-waiting.v1"
    days: int
    due_on: date


class OutcomeCorrected(MenteeFact):
    """An outcome that was recorded was as told here, all of it."""

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
    """An outcome that was recorded never was."""

    type: Literal["outcome-withdrawn.v1"] = "outcome-withdrawn.v1"
    outcome_id: UUID
