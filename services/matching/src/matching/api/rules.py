from typing import Any

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from matching import queries
from matching.access import Admin, Coordinator
from matching.api.application_views import RuleView
from matching.commands import rules
from matching.commands.rules import SetRule
from matching.domain.tables import EligibilityRule

router = APIRouter(route_class=TransactionalRoute, tags=["rules"])


@router.get("/eligibility-rules", response_model=Page[RuleView])
async def list_eligibility_rules(
    session: Session, _by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the eligibility rules by date: one rule is valid on a day."""
    order = (EligibilityRule.valid_from, EligibilityRule.version)
    return await paginate(session, queries.rules(), by=order, after=after, limit=limit)


@router.post("/eligibility-rules", status_code=201, response_model=RuleView)
async def set_eligibility_rule(command: SetRule, session: Session, _by: Admin) -> EligibilityRule:
    """Set the eligibility rule of future days. Past decisions keep their rule."""
    return await rules.set_rule(session, command)
