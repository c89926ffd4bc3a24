"""What matching answers with."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.words import (
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
from matching.domain.tables import PairingState


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
    erased: bool
    version: int


class MenteeView(PersonView):
    """A mentee, and the decision on them with the rule and the inputs it was taken on."""

    degree_level: int
    priority_neighbourhood: PriorityNeighbourhood
    is_admitted: bool
    decided_on: date
    refusal: RefusalReason | None
    rule_version: str
    decision_inputs: dict[str, Any]


class MentorView(PersonView):
    organisation_id: UUID
    capacity: int
    mentees: int
    enrolled_on: date


class PairingView(View):
    id: UUID
    reference: str | None
    mentee_id: UUID
    mentor_id: UUID
    state: PairingState
    proposed_on: date
    mentee_accepted_on: date | None
    mentor_accepted_on: date | None
    declined_by: Side | None
    decline_reason: DeclineReason | None
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
    medium: Medium
    minutes: int | None


class OutcomeView(View):
    id: UUID
    reference: str | None
    mentee_id: UUID
    pairing_id: UUID | None
    contract: Contract
    months: int | None
    fits_qualification: bool | None
    evidence: Evidence
    found_on: date


class RoundView(View):
    """What a round proposed; `unmatched` counts the mentees who have to wait."""

    proposed: list[PairingView]
    unmatched: int


class CoveredView(View):
    """An organisation whose mentors can be enrolled, as far as partners told matching."""

    organisation_id: UUID
    siren: str
    name: str
    covered: bool
