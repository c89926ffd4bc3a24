from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from contracts.bounds import Day
from contracts.enums import ConventionKind
from partners import queries, store
from partners.access import PartnerManager, Reader, organisation_scope
from partners.api.convention_views import (
    AmendmentView,
    ConventionView,
    StepOfConventionView,
)
from partners.commands import conventions
from partners.commands.conventions import AccedeToConvention, EndConvention, SignConvention
from partners.domain.tables import Amendment, Convention
from partners.queries import timeline

router = APIRouter(prefix="/conventions", route_class=TransactionalRoute, tags=["conventions"])
EndsBy = Annotated[Day | None, Query(description="Those whose last day is that date or earlier.")]
InForceOn = Annotated[Day | None, Query(description="Those in force on that date.")]


@router.post("", status_code=201, response_model=ConventionView)
async def sign_convention(
    command: SignConvention, session: Session, by: PartnerManager
) -> Convention:
    """Sign a convention: an own convention of one organisation, or a framework of several."""
    return await conventions.sign_convention(session, command, organisation_scope(by))


@router.get("", response_model=Page[ConventionView])
async def list_conventions(
    session: Session,
    by: Reader,
    organisation_id: UUID | None = None,
    kind: ConventionKind | None = None,
    in_force_on: InForceOn = None,
    ends_by: EndsBy = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the conventions by date of signature."""
    query = queries.conventions(
        within=organisation_scope(by),
        organisation_id=organisation_id,
        kind=kind,
        in_force_on=in_force_on,
        ends_by=ends_by,
    )
    order = (Convention.signed_on, Convention.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/{convention_id}", response_model=ConventionView)
async def get_convention(convention_id: UUID, session: Session, by: Reader) -> Convention:
    """Return a convention with its signatories, and the ETag that changes require."""
    return await store.convention(session, convention_id, organisation_scope(by))


@router.post("/{convention_id}/accessions", status_code=201, response_model=ConventionView)
async def accede_to_convention(
    convention_id: UUID,
    command: AccedeToConvention,
    session: Session,
    by: PartnerManager,
) -> Convention:
    """Add a signatory to a framework convention."""
    return await conventions.accede_to_convention(
        session, convention_id, command, organisation_scope(by)
    )


@router.post("/{convention_id}/end", response_model=ConventionView)
async def end_convention(
    convention_id: UUID,
    command: EndConvention,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Convention:
    """End a convention on `ended_on`, its last day in force. Running pairings continue."""
    return await conventions.end_convention(
        session, convention_id, command, match, organisation_scope(by)
    )


@router.get("/{convention_id}/amendments", response_model=Page[AmendmentView])
async def list_amendments(
    convention_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the amendments, with the values before and after each."""
    await store.convention(session, convention_id, organisation_scope(by))
    query = queries.amendments_of(convention_id)
    return await paginate(session, query, by=(Amendment.number,), after=after, limit=limit)


@router.get("/{convention_id}/timeline", response_model=Page[StepOfConventionView])
async def convention_timeline(
    convention_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the past and agreed future steps of a convention by date."""
    await store.convention(session, convention_id, organisation_scope(by))
    steps = timeline.of_convention(convention_id)
    return await paginate(session, steps, by=timeline.ORDER, after=after, limit=limit)
