"""Events about applications and mentees, and what mentees found."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import Contract, Evidence, PriorityNeighbourhood, RefusalReason, TurnDownReason


class MenteeFact(Event):
    """A fact about a mentee."""

    topic: ClassVar[str] = "matching.mentees"
    keyed_by: ClassVar[str] = "mentee_id"

    mentee_id: UUID


class YouthApplied(MenteeFact):
    """A youth whom an organisation referred applied, or was found to have applied already."""

    type: Literal["youth-applied.v1"] = "youth-applied.v1"
    youth_id: UUID
    applied_on: date


class MenteeAdmitted(MenteeFact):
    """A graduate is eligible by the rule `rule_version`, and waits for a mentor."""

    type: Literal["mentee-admitted.v1"] = "mentee-admitted.v1"
    department: str
    degree_level: int
    priority_neighbourhood: PriorityNeighbourhood
    rule_version: str
    admitted_on: date


class MenteeRefused(MenteeFact):
    """A graduate is not eligible by the rule `rule_version`."""

    type: Literal["mentee-refused.v1"] = "mentee-refused.v1"
    department: str
    reason: RefusalReason
    rule_version: str
    refused_on: date


class ApplicationTurnedDown(MenteeFact):
    """A coordinator rejected an application for a reason that is not the eligibility rule's."""

    type: Literal["application-turned-down.v1"] = "application-turned-down.v1"
    department: str
    reason: TurnDownReason
    turned_down_on: date


class PriorityNeighbourhoodCorrected(MenteeFact):
    """The value recorded at a mentee's admission was wrong: it is `after`, not `before`.

    `area_code` is the area's code in the State's list of the year `area_vintage`.
    """

    type: Literal["priority-neighbourhood-corrected.v1"] = "priority-neighbourhood-corrected.v1"
    before: PriorityNeighbourhood
    after: PriorityNeighbourhood
    area_code: str | None
    area_vintage: int | None
    corrected_on: date


class MenteesMerged(MenteeFact):
    """Several applications of one person were merged into `mentee_id`.

    `duplicates` are all other applications that this person ever had, so that the latest event is
    complete, in whatever order events arrive.
    """

    type: Literal["mentees-merged.v1"] = "mentees-merged.v1"
    duplicates: tuple[UUID, ...]
    merged_on: date


class MenteeErased(MenteeFact):
    """A mentee about whom facts were published asked for erasure: their activities stop.

    `duplicates` are all other applications that this person ever had: a service that stores data
    under one of these ids need not have received their merge. No figure changes.
    """

    type: Literal["mentee-erased.v1"] = "mentee-erased.v1"
    duplicates: tuple[UUID, ...]
    erased_on: date


class OutcomeRecorded(MenteeFact):
    """The work or studies that a mentee found; null means unknown.

    `sector` is a section of NAF.
    """

    type: Literal["outcome-recorded.v1"] = "outcome-recorded.v1"
    outcome_id: UUID
    pairing_id: UUID | None
    contract: Contract
    months: int | None
    fits_qualification: bool | None
    evidence: Evidence
    found_on: date
    sector: str | None = None


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


class MenteeWaiting(MenteeFact):
    """The `days` within which a mentor was promised are over, and there is none."""

    type: Literal["mentee-waiting.v1"] = "mentee-waiting.v1"
    days: int
    due_on: date
