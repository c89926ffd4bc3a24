from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from sqlmodel import select

from backbone.web.etags import IfMatch
from backbone.web.pagination import Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from reporting import commands, store
from reporting.access import Management, Reader
from reporting.api.validation import Starts, figure_named, require_flow
from reporting.api.views import ProgressView, TargetView
from reporting.commands import ChangeTarget, SetTarget
from reporting.domain import Target
from reporting.queries import targets
from reporting.queries.question import AsOf

router = APIRouter(prefix="/targets", route_class=TransactionalRoute, tags=["targets"])


class TargetsQuery(AsOf):
    after: str | None = Field(
        default=None, max_length=500, description="`next` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=200, description="Targets a page has at most.")


@router.post("", status_code=201, response_model=TargetView)
async def set_target(command: SetTarget, session: Session, _by: Management) -> Target:
    """Set the value that a figure is to reach within a period: one target for each period."""
    require_flow(figure_named(command.figure))
    return await commands.set_target(session, command)


@router.get("")
async def list_targets(
    query: Annotated[TargetsQuery, Query()], session: Session, starts: Starts, _by: Reader
) -> Page[ProgressView]:
    """List targets by the beginning of their period, each with its progress as of a day."""
    order, after = targets.BY_PERIOD, query.after
    rows = await paginate(session, select(Target), by=order, after=after, limit=query.limit)
    progress = await targets.progress_of(session, query, rows.items, starts=starts)
    return Page(items=[ProgressView.of(each) for each in progress], next=rows.next)


@router.get("/{target_id}")
async def get_target(
    target_id: UUID,
    when: Annotated[AsOf, Query()],
    session: Session,
    starts: Starts,
    _by: Reader,
) -> ProgressView:
    """Return a target with its progress as of a day, and the ETag that a change needs."""
    target = await store.target(session, target_id)
    [progress] = await targets.progress_of(session, when, [target], starts=starts)
    return ProgressView.of(progress)


@router.patch("/{target_id}", response_model=TargetView)
async def change_target(
    target_id: UUID,
    command: ChangeTarget,
    session: Session,
    _by: Management,
    match: IfMatch,
) -> Target:
    """Change the value of a target."""
    return await commands.change_target(session, target_id, command, match)
