from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from contracts.bounds import Day
from contracts.enums import LeadStage
from contracts.local_time import today_in
from partners import queries, store
from partners.access import NationalManager, PartnerManager, Reader, organisation_scope
from partners.api.views import AsOf, IntroducedView, LeadMoveView, LeadView, PipelineView
from partners.commands import leads
from partners.commands.leads import ConvertLead, HearOfLead, MoveLead, PlanNextStep
from partners.domain.tables import Lead, LeadMove

router = APIRouter(prefix="/leads", route_class=TransactionalRoute, tags=["leads"])
DueBy = Annotated[Day | None, Query(description="Those whose next step is due by that date.")]


@router.post("", status_code=201, response_model=LeadView)
async def hear_of_lead(command: HearOfLead, session: Session, by: NationalManager) -> Lead:
    """Create a lead, with the organisation that introduced it."""
    return await leads.hear_of(session, command, organisation_scope(by), by=by.subject)


@router.get("", response_model=Page[LeadView])
async def list_leads(
    session: Session,
    by: Reader,
    stage: LeadStage | None = None,
    introduced_by: UUID | None = None,
    due_by: DueBy = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the leads by date of identification; with `due_by`, those with a step due."""
    query = queries.leads(
        within=organisation_scope(by), stage=stage, introduced_by=introduced_by, due_by=due_by
    )
    return await paginate(session, query, by=(Lead.heard_on, Lead.id), after=after, limit=limit)


@router.get("/pipeline", response_model=PipelineView)
async def get_pipeline(session: Session, by: Reader, as_of: AsOf = None) -> queries.Pipeline:
    """Return the number of leads at each stage on a date, and the share that signed."""
    return await queries.pipeline(session, as_of or today_in("75"), organisation_scope(by))


@router.get("/{lead_id}", response_model=LeadView)
async def get_lead(lead_id: UUID, session: Session, by: Reader) -> Lead:
    """Return a lead, with the ETag that a change requires."""
    return await store.lead(session, lead_id, organisation_scope(by))


@router.put("/{lead_id}/next-step", response_model=LeadView)
async def plan_next_step(
    lead_id: UUID,
    command: PlanNextStep,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Lead:
    """Plan the next step of a lead and its date."""
    return await leads.plan_next_step(session, lead_id, command, match, organisation_scope(by))


@router.post("/{lead_id}/stage-changes", status_code=201, response_model=LeadView)
async def move_lead(lead_id: UUID, command: MoveLead, session: Session, by: PartnerManager) -> Lead:
    """Move a lead to another stage; a lost one needs a reason."""
    return await leads.move_lead(session, lead_id, command, organisation_scope(by), by=by.subject)


@router.get("/{lead_id}/stage-changes", response_model=Page[LeadMoveView])
async def list_moves(
    lead_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the moves of a lead between stages."""
    await store.lead(session, lead_id, organisation_scope(by))
    order = (LeadMove.moved_on, LeadMove.position)
    return await paginate(session, queries.moves_of(lead_id), by=order, after=after, limit=limit)


@router.get("/{lead_id}/introductions")
async def list_introductions(lead_id: UUID, session: Session, by: Reader) -> list[IntroducedView]:
    """List the chain of introductions: who introduced the lead, who that one, and so on."""
    found = await queries.introductions(session, lead_id, organisation_scope(by))
    return [
        IntroducedView(organisation_id=organisation_id, name=name, once_lead=once)
        for organisation_id, name, once in found
    ]


@router.post("/{lead_id}/conversion", response_model=LeadView)
async def convert_lead(
    lead_id: UUID, command: ConvertLead, session: Session, by: NationalManager
) -> Lead:
    """Register the lead as an organisation and sign its convention, in one step."""
    return await leads.convert_lead(session, lead_id, command, by=by.subject)
