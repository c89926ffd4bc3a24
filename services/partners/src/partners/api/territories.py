from typing import Any

from fastapi import APIRouter
from sqlmodel import col, select

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from partners.access import NationalManager, Reader
from partners.api.views import DepartmentView
from partners.commands import territories
from partners.commands.territories import OpenDepartment
from partners.domain.tables import DepartmentOpening

router = APIRouter(prefix="/departments", route_class=TransactionalRoute, tags=["territories"])


@router.post("", status_code=201)
async def open_department(
    command: OpenDepartment, session: Session, _by: NationalManager
) -> DepartmentView:
    """Open the programme in a department, once."""
    return DepartmentView.of(await territories.open_department(session, command))


@router.get("")
async def list_departments(
    session: Session, _by: Reader, after: After = None, limit: Limit = 50
) -> Page[DepartmentView]:
    """List the open departments by date of opening."""
    order = (col(DepartmentOpening.opened_on), col(DepartmentOpening.department))
    found: Page[Any] = await paginate(
        session, select(DepartmentOpening), by=order, after=after, limit=limit
    )
    return Page(items=[DepartmentView.of(opening) for opening in found.items], next=found.next)
