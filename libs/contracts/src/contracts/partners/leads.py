"""Events about leads: possible partners."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import LeadStage, LossReason, OrganisationKind


class LeadFact(Event):
    """A fact about a possible partner."""

    topic: ClassVar[str] = "partners.leads"
    keyed_by: ClassVar[str] = "lead_id"

    lead_id: UUID


class LeadHeardOf(LeadFact):
    """A possible partner was identified, on the introduction of `introduced_by` if that is set."""

    type: Literal["lead-heard-of.v1"] = "lead-heard-of.v1"
    organisation_kind: OrganisationKind
    department: str
    introduced_by: UUID | None
    heard_on: date


class LeadMoved(LeadFact):
    """A possible partner reached another stage; `lost_for` says why it was lost."""

    type: Literal["lead-moved.v1"] = "lead-moved.v1"
    stage: LeadStage
    lost_for: LossReason | None
    moved_on: date


class LeadConverted(LeadFact):
    """A possible partner was registered as an organisation and signed a convention."""

    type: Literal["lead-converted.v1"] = "lead-converted.v1"
    organisation_id: UUID
    convention_id: UUID
    converted_on: date
