"""Duplicates that were merged, each with the entity that stayed."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import upsert
from backbone.database.tables import table_of

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('merges'), 0)")


async def merge_duplicates(
    session: AsyncSession, table: type[SQLModel], merged: Mapping[UUID, UUID]
) -> None:
    """Store, by the id of each duplicate in `merged`, the entity that it was merged into.

    `table` has two columns: `duplicate_id`, its key, and the id of the entity that stayed. After a
    chain of merges that is the last one, in whatever order the merges are applied: those of a
    chain have different keys, and no order among them is guaranteed.
    """
    if not merged:
        return
    await session.scalar(ONE_AT_A_TIME)  # two consumers may each have a part of a chain
    duplicate_id, kept_id = table_of(table).c
    stored = await (await session.connection()).execute(select(duplicate_id, kept_id))
    into: dict[UUID, UUID] = dict(stored.all()) | dict(merged)
    rows = [{duplicate_id.name: each, kept_id.name: _last_of(each, into)} for each in into]
    await upsert(session, table, rows)


def _last_of(duplicate: UUID, into: Mapping[UUID, UUID]) -> UUID:
    """Follow a chain of merges to its end."""
    passed = {duplicate}
    while (survivor := into.get(duplicate)) is not None and survivor not in passed:
        passed.add(duplicate := survivor)
    return duplicate
