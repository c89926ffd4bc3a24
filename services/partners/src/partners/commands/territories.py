"""Opening of the programme in departments."""

from collections.abc import Sequence

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from partners import store
from partners.domain import territories
from partners.domain.tables import DepartmentOpening


class OpenDepartment(Command):
    model_config = example(department="93", opened_on="2007-01-15")

    department: str = Field(max_length=3, description="Its INSEE code.")
    opened_on: Day


async def open_department(session: AsyncSession, command: OpenDepartment) -> DepartmentOpening:
    [opening] = await open_departments(session, [command])
    return opening


async def open_departments(
    session: AsyncSession, commands: Sequence[OpenDepartment]
) -> Sequence[DepartmentOpening]:
    """Open departments, all or none: an open or repeated department refuses the list."""
    opened = [territories.open_department(c.department, c.opened_on) for c in commands]
    openings = [opening for opening, _ in opened]
    await store.add_openings(session, openings)
    emit(session, *(event for _, event in opened))
    return openings
