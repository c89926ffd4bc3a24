from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.routes import Session, TransactionalRoute
from partners.access import PartnerManager, organisation_scope
from partners.api.convention_views import ConventionView
from partners.commands import lifecycle
from partners.commands.lifecycle import (
    AmendConvention,
    GiveNotice,
    RenewConvention,
    ResumeConvention,
    SuspendConvention,
    WithdrawSignatory,
)
from partners.domain.tables import Convention

router = APIRouter(prefix="/conventions", route_class=TransactionalRoute, tags=["conventions"])


@router.post(
    "/{convention_id}/signatories/{organisation_id}/withdrawal", response_model=ConventionView
)
async def withdraw_signatory(
    convention_id: UUID,
    organisation_id: UUID,
    command: WithdrawSignatory,
    session: Session,
    by: PartnerManager,
) -> Convention:
    """End the signature of a signatory of a framework convention on its last day."""
    return await lifecycle.withdraw_signatory(
        session, convention_id, organisation_id, command, organisation_scope(by)
    )


@router.post("/{convention_id}/suspension", response_model=ConventionView)
async def suspend_convention(
    convention_id: UUID,
    command: SuspendConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """Suspend a convention: it covers nobody in that period. Running pairings continue."""
    return await lifecycle.suspend_convention(
        session, convention_id, command, match, organisation_scope(by)
    )


@router.post("/{convention_id}/resumption", response_model=ConventionView)
async def resume_convention(
    convention_id: UUID,
    command: ResumeConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """Resume a suspended convention."""
    return await lifecycle.resume_convention(
        session, convention_id, command, match, organisation_scope(by)
    )


@router.post("/{convention_id}/amendments", response_model=ConventionView)
async def amend_convention(
    convention_id: UUID,
    command: AmendConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """Amend the term of a convention; the values before the change are stored."""
    return await lifecycle.amend_convention(
        session, convention_id, command, match, organisation_scope(by), by=by.subject
    )


@router.post("/{convention_id}/notice", response_model=ConventionView)
async def give_notice(
    convention_id: UUID,
    command: GiveNotice,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """Record the notice of one side, which prevents the renewal after the term."""
    return await lifecycle.give_notice(
        session, convention_id, command, match, organisation_scope(by)
    )


@router.post("/{convention_id}/renewal", response_model=ConventionView)
async def renew_convention(
    convention_id: UUID,
    command: RenewConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """Renew a convention by signature."""
    return await lifecycle.renew_convention(
        session, convention_id, command, match, organisation_scope(by)
    )
