"""What reporting itself keeps: targets, and in what order it learnt of what happens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Identity
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import table_of
from backbone.errors import Missing
from reporting.domain import Table, Target, TargetSet


class Happening(Table, table=True):
    """Something happened. Positions ascend in the order of commits and are never given anew.

    It is a reaction's, not a projection's: a rebuilt read model tells nobody a second time, and
    what a listener has heard up to keeps its meaning.
    """

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    event_id: UUID
    type: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    facts: dict[str, Any] = Field(sa_type=JSONB)


async def add_target(session: AsyncSession, target: Target) -> None:
    """Add a target, unless its figure has one for the period, be it set at this very moment."""
    added = await session.scalar(
        insert(table_of(Target))
        .values(target.model_dump())
        .on_conflict_do_nothing(index_elements=["figure", "starts_on", "ends_on"])
        .returning(col(Target.id))
    )
    if added is None:
        same = select(Target).where(
            Target.figure == target.figure,
            Target.starts_on == target.starts_on,
            Target.ends_on == target.ends_on,
        )
        before = (await session.exec(same)).one()
        raise TargetSet(
            f"“{target.figure}” has a target of {before.value} from {target.starts_on} to"
            f" {target.ends_on} already. Change that one: {before.id}."
        )


async def target(session: AsyncSession, target_id: UUID) -> Target:
    return _there(await session.get(Target, target_id))


async def target_to_change(session: AsyncSession, target_id: UUID) -> Target:
    return _there(await session.get(Target, target_id, with_for_update=True))


def _there(found: Target | None) -> Target:
    if found is None:
        raise Missing("There is no such target. Look for it in the list of targets.")
    return found
