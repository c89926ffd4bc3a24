"""Loads and adds targets."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.errors import NotFound
from reporting.domain import Target, TargetSet


async def add_target(session: AsyncSession, target: Target) -> None:
    """Insert a target; raise `TargetSet` if its figure has one for the period.

    `ON CONFLICT` also covers one that another transaction inserts at the same moment.
    """
    inserted = await session.scalar(
        insert(table_of(Target))
        .values(target.model_dump())
        .on_conflict_do_nothing(index_elements=["figure", "starts_on", "ends_on"])
        .returning(col(Target.id))
    )
    if inserted is None:
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
    return _existing(await session.get(Target, target_id))


async def lock_target(session: AsyncSession, target_id: UUID) -> Target:
    # Locked until the commit: two changes decided on one version cannot both succeed.
    return _existing(await session.get(Target, target_id, with_for_update=True))


def _existing(row: Target | None) -> Target:
    if row is None:
        raise NotFound("There is no such target. Look for it in the list of targets.")
    return row
