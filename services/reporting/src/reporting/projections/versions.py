"""Versions of facts that may be corrected or withdrawn: each is valid until the next."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import func, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import in_array, upsert
from backbone.database.tables import table_of
from reporting.read_model import VersionedFact


async def add_versions(
    session: AsyncSession, table: type[VersionedFact], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert new versions; each is valid until the next."""
    if rows:
        await upsert(session, table, rows)
        await _update_known_until(session, table, rows)


async def add_withdrawals(
    session: AsyncSession, table: type[VersionedFact], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert a withdrawn copy of each row's latest version; `rows` have a key and `recorded_at`."""
    if not rows:
        return
    versions, [key] = table_of(table), _key(table)
    for row in rows:
        latest = select(versions).where(versions.c[key] == row[key])  # type: ignore[call-overload]
        latest = latest.order_by(versions.c.recorded_at.desc()).limit(1)
        version = (await (await session.connection()).execute(latest)).mappings().first()
        if version is not None:
            withdrawal = dict(version) | {"recorded_at": row["recorded_at"], "withdrawn": True}
            await upsert(session, table, [withdrawal])
    await _update_known_until(session, table, rows)


async def _update_known_until(
    session: AsyncSession, table: type[VersionedFact], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Set `known_until` of each version of these rows' keys: when the next was recorded.

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


def _key(table: type[VersionedFact]) -> list[str]:
    """Return the columns that all versions of one fact share."""
    return [c.name for c in table_of(table).primary_key if c.name != "recorded_at"]
