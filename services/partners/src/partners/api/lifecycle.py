from uuid import UUID

from fastapi import APIRouter, Response

from backbone.web.routes import IfMatch, Session, TransactionalRoute, etag
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
    response: Response,
) -> Convention:
    """End the signature of a signatory of a framework convention on its last day."""
    convention = await lifecycle.withdraw_signatory(
        session, convention_id, organisation_id, command, organisation_scope(by)
    )
    response.headers["etag"] = etag(convention.version)
    return convention


@router.post("/{convention_id}/suspension", response_model=ConventionView)
async def suspend_convention(
    convention_id: UUID,
    command: SuspendConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Convention:
    """Suspend a convention: it covers nobody in that period. Running pairings continue."""
    convention = await lifecycle.suspend_convention(
        session, convention_id, command, match, organisation_scope(by)
    )
    response.headers["etag"] = etag(convention.version)
    return convention


@router.post("/{convention_id}/resumption", response_model=ConventionView)
async def resume_convention(
    convention_id: UUID,
    command: ResumeConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Convention:
    """Resume a suspended convention."""
    convention = await lifecycle.resume_convention(
        session, convention_id, command, match, organisation_scope(by)
    )
    response.headers["etag"] = etag(convention.version)
    return convention


@router.post("/{convention_id}/amendments", response_model=ConventionView)
async def amend_convention(
    convention_id: UUID,
    command: AmendConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Convention:
    """Amend the term of a convention; the values before the change are stored."""
    convention = await lifecycle.amend_convention(
        session, convention_id, command, match, organisation_scope(by), by=by.subject
    )
    response.headers["etag"] = etag(convention.version)
    return convention


@router.post("/{convention_id}/notice", response_model=ConventionView)
async def give_notice(
    convention_id: UUID,
    command: GiveNotice,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Convention:
    """Record the notice of one side, which prevents the renewal after the term."""
    convention = await lifecycle.give_notice(
        session, convention_id, command, match, organisation_scope(by)
    )
    response.headers["etag"] = etag(convention.version)
    return convention


@router.post("/{convention_id}/renewal", response_model=ConventionView)
async def renew_convention(
    convention_id: UUID,
    command: RenewConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
    response: Response,
) -> Convention:
    """Renew a convention by signature."""
    convention = await lifecycle.renew_convention(
        session, convention_id, command, match, organisation_scope(by)
    )
    response.headers["etag"] = etag(convention.version)
    return convention
