"""What reporting itself keeps: targets, and in what order it learnt of what happens."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BigInteger, DateTime, Identity, func, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array, upsert
from backbone.database.tables import table_of
from backbone.errors import NotFound
from reporting.domain import Table, Target, TargetSet
from reporting.read_model import Version


class Happening(Table, table=True):
    """Something happened. Positions ascend in the order of commits and are never given anew.

    It is a reaction's, not a projection's: a rebuilt read model tells nobody a second time, and
    what a listener has heard up to keeps its meaning.
    """

    __tablename__ = "happening"

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
        raise NotFound("There is no such target. Look for it in the list of targets.")
    return found


async def tell_again(
    session: AsyncSession, table: type[Version], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Keep tellings beside those there are: each holds until the next one."""
    if rows:
        await upsert(session, table, rows)
        await _update_known_until(session, table, rows)


async def withdraw(
    session: AsyncSession, table: type[Version], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Note, by its key and the instant it was told, that something never was."""
    if not rows:
        return
    kept, [key] = table_of(table), _key(table)
    for row in rows:
        last = select(kept).where(kept.c[key] == row[key]).order_by(kept.c.recorded_at.desc())  # type: ignore[call-overload]
        found = (await (await session.connection()).execute(last.limit(1))).mappings().first()
        if found is not None:
            told = dict(found) | {"recorded_at": row["recorded_at"], "withdrawn": True}
            await upsert(session, table, [told])
    await _update_known_until(session, table, rows)


async def _update_known_until(
    session: AsyncSession, table: type[Version], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Set until when each version of these rows' keys was known: until the next was recorded.

    Built by SQLAlchemy, not written as text: a rebuild applies it to tables of another schema.
    """
    versions, key = table_of(table), _key(table)
    entity = [versions.c[name] for name in key]
    next_recorded_at = func.lead(versions.c.recorded_at).over(
        partition_by=entity, order_by=versions.c.recorded_at
    )
    following = (
        sa.select(*entity, versions.c.recorded_at, next_recorded_at.label("until"))
        .where(in_array(entity[0], {row[key[0]] for row in rows}))
        .subquery("following")
    )
    statement = (
        update(versions)
        .values(known_until=following.c.until)
        .where(
            *(versions.c[name] == following.c[name] for name in key),
            versions.c.recorded_at == following.c.recorded_at,
            versions.c.known_until.is_distinct_from(following.c.until),
        )
    )
    await (await session.connection()).execute(statement)


def _key(table: type[Version]) -> list[str]:
    """Return the columns that say which versions are those of one fact."""
    return [c.name for c in table_of(table).primary_key if c.name != "recorded_at"]
