from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import Language
from matching import store
from matching.access import Coordinator, departments
from matching.api.views import MenteeView
from matching.commands import applications
from matching.commands.applications import TakeReferral
from matching.domain.tables import Mentee
from matching.read_model import ReferredYouth

router = APIRouter(route_class=TransactionalRoute, tags=["people"])


class ReferredByView(View):
    """A referral of a youth; the first organisation has the credit."""

    organisation_id: UUID
    name: str | None
    first: bool
    referred_on: date


class ReferredYouthView(View):
    """A referred youth who has not applied: call them, then create their application."""

    youth_id: UUID
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
    referred_by: list[ReferredByView]


@router.get("/referred-youths", response_model=Page[ReferredYouthView])
async def list_referred_youths(
    session: Session, by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the youths referred in the caller's regions who have not applied."""
    query = store.waiting_youths(departments(by))
    order = (ReferredYouth.family_name, ReferredYouth.youth_id)
    found = await paginate(session, query, by=order, after=after, limit=limit)
    referred = await store.referrals_of(session, [youth.youth_id for youth in found.items])
    found.items = [
        dict(youth)
        | {
            "referred_by": [
                dict(referral) | {"name": name} for referral, name in referred[youth.youth_id]
            ]
        }
        for youth in found.items
    ]
    return found


@router.post("/mentees/{mentee_id}/referral", response_model=MenteeView)
async def take_referral(
    mentee_id: UUID,
    command: TakeReferral,
    session: Session,
    by: Coordinator,
) -> Mentee:
    """Record that a referred youth is a mentee who applied earlier."""
    return await applications.take_referral(session, mentee_id, command, departments(by))
