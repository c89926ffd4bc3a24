from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from partners import queries
from partners.access import PartnerManager, organisation_scope
from partners.api.convention_views import AlertView
from partners.commands import alerts
from partners.domain.tables import Alert, AlertRule

Settled = Annotated[bool, Query(description="The settled alerts instead of the open ones.")]

router = APIRouter(prefix="/alerts", route_class=TransactionalRoute, tags=["alerts"])


@router.get("", response_model=Page[AlertView])
async def list_alerts(
    session: Session,
    by: PartnerManager,
    rule: AlertRule | None = None,
    settled: Settled = False,  # noqa: FBT002  (a query parameter)
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List alerts, the longest due first, each until its cause no longer exists."""
    query = queries.alerts(within=organisation_scope(by), rule=rule, settled=settled)
    return await paginate(session, query, by=(Alert.due_on, Alert.id), after=after, limit=limit)


@router.post("/{alert_id}/resolution", response_model=AlertView)
async def settle_alert(alert_id: UUID, session: Session, by: PartnerManager) -> Alert:
    """Settle an alert."""
    now = datetime.now(UTC)
    return await alerts.settle(session, alert_id, organisation_scope(by), by=by.subject, now=now)
