"""What matching answers with."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.words import (
    ContactKind,
    Contract,
    DeclineReason,
    EndReason,
    Established,
    Evidence,
    Language,
    Medium,
    MenteeStatus,
    PriorityNeighbourhood,
    RefusalReason,
    Side,
    TurnDownReason,
)
from matching.domain.tables import ContactState, Gender, PairingState, RoundState


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PersonView(View):
    id: UUID
    reference: str
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
    remote: bool
    languages: list[str]
    erased: bool
    version: int


class MenteeView(PersonView):
    """A mentee, and the decision on them with the rule and the inputs it was taken on."""

    birth_date: date | None
    gender: Gender | None
    degree_level: int | None
    degree_field: str | None
    wished_functions: list[str]
    wished_sectors: list[str]
    employer_id: UUID | None
    priority_neighbourhood: PriorityNeighbourhood
    area_code: str | None
    area_vintage: int | None
    established: Established | None
    merged_into: UUID | None
    applied_on: date
    is_admitted: bool
    decided_on: date | None
    refusal: RefusalReason | TurnDownReason | None
    rule_version: str | None
    decision_inputs: dict[str, Any] | None


class MenteeStatusView(MenteeView):
    """A mentee with their status; an application that is not decided on has none."""

    status: MenteeStatus | None = None


class MentorView(PersonView):
    organisation_id: UUID
    capacity: int
    mentees: int
    enrolled_on: date
    sector: str | None
    function: str | None
    wished_fields: list[str]
    charter_accepted_on: date | None
    training_done_on: date | None


class PairingView(View):
    id: UUID
    reference: str | None
    mentee_id: UUID
    mentor_id: UUID
    round_id: UUID | None
    state: PairingState
    proposed_on: date
    answer_by: date | None
    mentee_accepted_on: date | None
    mentor_accepted_on: date | None
    declined_by: Side | None
    decline_reason: DeclineReason | None
    came_to_nothing_on: date | None
    starts_on: date | None
    first_interview_on: date | None
    ended_on: date | None
    end_reason: EndReason | None
    version: int


class ContactView(View):
    id: UUID
    reference: str | None
    pairing_id: UUID
    contact_on: date
    state: ContactState
    made: bool
    medium: Medium
    minutes: int | None
    contact_kind: ContactKind | None
    logged_by: str | None
    version: int


class OutcomeView(View):
    id: UUID
    reference: str | None
    mentee_id: UUID
    pairing_id: UUID | None
    contract: Contract
    months: int | None
    fits_qualification: bool | None
    evidence: Evidence
    sector: str | None
    found_on: date
    version: int


class RoundView(View):
    """A round: what was asked, how far it is, and its report once it is a draft.

    The report tells what came of it and whom it serves, beside simpler ways; `pairs` how many pairs
    each rule forbids. `changed` says that the draft is no longer what was proved: the report is
    then that of the draft as it is, with the numbers of the optimum in `proved` and, in
    `below_proved`, by how much the draft is below them.
    """

    id: UUID
    state: RoundState
    on: date
    departments: list[str] | None
    min_priority: int
    criteria: str
    based_on: UUID | None
    asked_by: str
    asked_at: datetime
    step: str
    done: int
    of: int
    finished_at: datetime | None
    published_at: datetime | None
    report: dict[str, Any] | None
    changed: bool
    failure: str | None
    version: int


class ProposalView(View):
    """A pair of a draft; the contributions add up to the score."""

    mentee_id: UUID
    mentor_id: UUID
    score: int
    contributions: dict[str, int]
    locked: bool


class ExplanationView(View):
    """A pair: whether it is proposed; what forbids it; what speaks for it; what it would cost.

    With this pair instead the whole round would propose `fewer` mentees, `fewer_with_priority` of
    those asked for, and lose `costs` points of score against the optimum: just as much if `exact`,
    else at least, unless fewer mentees are proposed. `instead` is the mentor whom the mentee is
    proposed to.
    """

    proposed: bool
    forbidden_by: list[str]
    contributions: dict[str, int]
    score: int
    fewer: int
    fewer_with_priority: int
    costs: float | None
    exact: bool
    instead: UUID | None
    said: str


class ChangeView(View):
    rule: str
    mentors: int
    said: str


class WaitingView(View):
    """Why a mentee is proposed to nobody, or to whom, and what would have to change.

    `forbidden` counts the mentors whom each rule forbids; `would_open` those whom one rule alone
    forbids. `places_with` are eligible mentors, and what one more place there is worth: how many
    more mentees could be proposed, and how many points that adds.
    """

    proposed_to: UUID | None
    eligible: int
    forbidden: dict[str, int]
    would_open: list[ChangeView]
    places_with: list[tuple[UUID, tuple[int, int]]]
    said: str


class DifferenceView(BaseModel):
    """What becomes of a mentee in a draft, and what in another one. Nobody: no mentor, no score."""

    mentee_id: UUID
    mentor_id: UUID | None
    score: int | None
    other_mentor_id: UUID | None
    other_score: int | None


class ComparisonView(BaseModel):
    """Two drafts: who wins in the first one, who loses, who has another mentor for as much."""

    proposed: int
    other_proposed: int
    score: int
    other_score: int
    same: int
    wins: list[DifferenceView]
    loses: list[DifferenceView]
    others: list[DifferenceView]


class CriteriaView(View):
    version: str
    weights: dict[str, int]
    made_by: str
    made_at: datetime


class CoveredView(View):
    """An organisation whose mentors can be enrolled, as far as partners told matching."""

    organisation_id: UUID
    siren: str
    name: str
    covered: bool
