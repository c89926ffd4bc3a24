"""Leads: possible partners that move from stage to stage until they are signed or lost."""

from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import LeadConverted, LeadHeardOf, LeadMoved
from contracts.enums import LeadStage, LossReason, OrganisationKind
from contracts.local_time import noon_in, today_in
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department, parse_siren_siret
from partners.domain.tables import Convention, Lead, LeadMove, Organisation

OVER = frozenset({LeadStage.SIGNED, LeadStage.LOST})


class LeadOver(Refused, kind="lead-over"):
    """A change of a lead that is signed or lost."""


class LeadSigned(Refused, kind="lead-signed"):
    """A move to “signed”: only the conversion, which creates the organisation, makes it."""


class LossUnexplained(Invalid, kind="loss-unexplained"):
    """A lost lead without a reason, or a reason without a loss."""


class BeforeLast(Invalid, kind="before-last"):
    """A move before the last one."""


def hear_of(
    *,
    name: str,
    kind: OrganisationKind,
    siren: str | None,
    department: str,
    heard_on: date | None,
    introduced_by: UUID | None,
    by: str,
    next_step: str | None = None,
    next_on: date | None = None,
) -> tuple[Lead, LeadMove, LeadHeardOf]:
    """Create a lead, identified on `heard_on` or today."""
    check_department(department)
    heard_on = heard_on or today_in(department)
    require_past(heard_on, [department])
    lead = Lead(
        name=name,
        kind=kind,
        siren=parse_siren_siret(siren, None)[0] if siren else None,
        department=department,
        heard_on=heard_on,
        introduced_by=introduced_by,
        next_step=next_step,
        next_on=next_on,
    )
    first = LeadMove(lead_id=lead.id, stage=lead.stage, moved_on=heard_on, moved_by=by)
    return (
        lead,
        first,
        LeadHeardOf(
            lead_id=lead.id,
            organisation_kind=kind,
            department=department,
            introduced_by=introduced_by,
            heard_on=heard_on,
            occurred_at=noon_in(heard_on, department),
        ),
    )


def move(
    lead: Lead,
    last_moved_on: date,
    *,
    stage: LeadStage,
    on: date,
    lost_for: LossReason | None,
    note: str | None,
    by: str,
) -> tuple[LeadMove, LeadMoved]:
    """Move a lead to another stage. The caller has locked the row."""
    if stage == LeadStage.SIGNED:
        raise LeadSigned("Only a conversion signs a lead. Convert it, with its convention.")
    if (stage == LeadStage.LOST) != (lost_for is not None):
        raise LossUnexplained("A lost lead has a reason (lost_for), and only a lost one.")
    return _moved(lead, last_moved_on, stage=stage, on=on, lost_for=lost_for, note=note, by=by)


def convert(
    lead: Lead,
    last_moved_on: date,
    organisation: Organisation,
    convention: Convention,
    *,
    by: str,
) -> tuple[LeadMove, LeadMoved, LeadConverted]:
    """Convert a lead into the organisation that signed.

    The caller has locked the lead.
    """
    on = convention.signed_on
    lead_move, moved = _moved(
        lead, last_moved_on, stage=LeadStage.SIGNED, on=on, lost_for=None, note=None, by=by
    )
    lead.organisation_id, lead.siren = organisation.id, organisation.siren
    return (
        lead_move,
        moved,
        LeadConverted(
            lead_id=lead.id,
            organisation_id=organisation.id,
            convention_id=convention.id,
            converted_on=on,
            occurred_at=noon_in(on, lead.department),
        ),
    )


def require_open(lead: Lead) -> None:
    if lead.stage in OVER:
        raise LeadOver(f"This lead is {lead.stage}. Create a new one to start again.")


def _moved(
    lead: Lead,
    last_moved_on: date,
    *,
    stage: LeadStage,
    on: date,
    lost_for: LossReason | None,
    note: str | None,
    by: str,
) -> tuple[LeadMove, LeadMoved]:
    require_open(lead)
    require_past(on, [lead.department])
    if on < last_moved_on:
        raise BeforeLast(f"The lead moved on {last_moved_on}, after {on}. Give that date or later.")
    lead.stage, lead.lost_for, lead.version = stage, lost_for, lead.version + 1
    if stage in OVER:
        lead.next_step = lead.next_on = None
    lead_move = LeadMove(lead_id=lead.id, stage=stage, moved_on=on, moved_by=by, note=note)
    return lead_move, LeadMoved(
        lead_id=lead.id,
        stage=stage,
        lost_for=lost_for,
        moved_on=on,
        occurred_at=noon_in(on, lead.department),
    )
