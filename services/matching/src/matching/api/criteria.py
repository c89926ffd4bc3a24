from typing import Any

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries
from matching.access import Admin, Coordinator
from matching.api.views import CriteriaView
from matching.commands import criteria
from matching.commands.criteria import SetCriteria
from matching.domain.tables import Criteria

router = APIRouter(route_class=TransactionalRoute, tags=["rounds"])


@router.get("/criteria", response_model=Page[CriteriaView])
async def list_criteria(
    session: Session, _by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the criteria by which rounds score pairs, by version, the newest last."""
    order = (Criteria.made_at, Criteria.version)
    return await paginate(session, queries.criteria(), by=order, after=after, limit=limit)


@router.post("/criteria", status_code=201, response_model=CriteriaView)
async def set_criteria(command: SetCriteria, session: Session, by: Admin) -> Criteria:
    """Set the weights of later rounds; earlier rounds keep theirs."""
    return await criteria.set_criteria(session, command, by=by.subject)
