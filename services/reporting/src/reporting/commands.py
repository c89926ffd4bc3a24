"""Commands that set and change targets."""

from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from reporting import domain, store
from reporting.domain import Target

Value = Annotated[int, Field(ge=1, le=1_000_000_000)]


class SetTarget(Command):
    """The value that a figure is to reach from `starts_on` to `ends_on`, both included."""

    model_config = example(
        figure="mentees_newly_accompanied",
        starts_on="2015-01-01",
        ends_on="2015-12-31",
        value=6000,
    )

    figure: str = Field(max_length=100)
    starts_on: Day
    ends_on: Day
    value: Value


class ChangeTarget(Command):
    model_config = example(value=6500)

    value: Value


async def set_target(session: AsyncSession, command: SetTarget) -> Target:
    target = domain.set_target(**command.model_dump())
    await store.add_target(session, target)
    return target


async def change_target(
    session: AsyncSession, target_id: UUID, command: ChangeTarget, match: ExpectedVersion
) -> Target:
    target = await store.lock_target(session, target_id)
    match.require(target.version)
    domain.change_target(target, command.value)
    return target
