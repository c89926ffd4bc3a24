"""Response bodies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from backbone.web.schemas import View
from contracts.enums import (
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
    """A mentee, and the decision on them with its rule and inputs."""

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
    """A mentee with their status, which is null before the decision."""

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
    """A round: its request, its progress, and its report once it is a draft.

    The report has the result, whom it serves, and the results of simpler methods; `pairs` counts
    the pairs that each rule forbids. `changed` says that the draft was changed by hand: the report
    is then that of the changed draft, with the numbers of the optimum in `proved` and the
    differences to them in `below_proved`.
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
    """A pair: whether it is proposed, which rules forbid it, its score, and what it would cost.

    With this pair the whole round would propose `fewer` mentees, `fewer_with_priority` of those
    requested, and lose `costs` points of score against the optimum: exactly if `exact`, else at
    least that, unless fewer mentees are proposed. `instead` is the mentor who is proposed to the
    mentee.
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
    """The reasons why a mentee gets no proposal, or the mentor proposed, and what would help.

    `forbidden` counts the mentors forbidden by each rule; `would_open` those forbidden by that rule
    only. `places_with` are eligible mentors and the value of one more place there: how many more
    mentees could be proposed, and how many points that adds.
    """

    proposed_to: UUID | None
    eligible: int
    forbidden: dict[str, int]
    would_open: list[ChangeView]
    places_with: list[tuple[UUID, tuple[int, int]]]
    said: str


class DifferenceView(BaseModel):
    """A mentee's mentor and score in a draft and in another one; null without a mentor."""

    mentee_id: UUID
    mentor_id: UUID | None
    score: int | None
    other_mentor_id: UUID | None
    other_score: int | None


class ComparisonView(BaseModel):
    """Two drafts: who wins in the first, who loses, who has another mentor at the same score."""

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
    """An organisation whose mentors can be enrolled, as far as partners has published it."""

    organisation_id: UUID
    siren: str
    name: str
    covered: bool
