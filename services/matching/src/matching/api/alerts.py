from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries
from matching.access import Coordinator, departments
from matching.api.follow_up_views import AlertView, CandidateView
from matching.commands import alerts
from matching.domain.tables import Alert, AlertRule

Settled = Annotated[bool, Query(description="Settled alerts instead of open ones.")]

router = APIRouter(route_class=TransactionalRoute, tags=["alerts"])


@router.get("/alerts", response_model=Page[AlertView])
async def list_alerts(
    session: Session,
    by: Coordinator,
    rule: AlertRule | None = None,
    settled: Settled = False,  # noqa: FBT002  (a query parameter)
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the alerts for a coordinator, due longest first; each settles when its cause ends."""
    query = queries.alerts(within=departments(by), rule=rule, settled=settled)
    return await paginate(session, query, by=(Alert.due_on, Alert.id), after=after, limit=limit)


@router.post("/alerts/{alert_id}/resolution", response_model=AlertView)
async def settle_alert(alert_id: UUID, session: Session, by: Coordinator) -> Alert:
    """Settle an alert: a coordinator has handled it."""
    now = datetime.now(UTC)
    return await alerts.settle(session, alert_id, departments(by), by=by.subject, now=now)


@router.get("/mentors/{mentor_id}/candidates")
async def list_candidates(
    mentor_id: UUID,
    session: Session,
    by: Coordinator,
    limit: Annotated[int, Query(ge=1, le=50, description="How many at most.")] = 10,
) -> list[CandidateView]:
    """List the waiting mentees of the caller's regions who match a mentor's free place best."""
    found = await queries.candidates(session, mentor_id, departments(by), most=limit)
    return [
        CandidateView(mentee_id=mentee_id, score=score, contributions=contributions)
        for mentee_id, score, contributions in found
    ]
