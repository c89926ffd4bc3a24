"""Entries of the live stream."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.domain import StreamEntry


async def last_position(session: AsyncSession) -> int:
    """Return the position of the last entry; 0 if there is none."""
    return (await session.exec(select(func.max(StreamEntry.position)))).one() or 0


async def entries_after(
    session: AsyncSession, position: int, *, limit: int = 500
) -> Sequence[StreamEntry]:
    """Return the next entries after `position`, `limit` at most."""
    later = select(StreamEntry).where(col(StreamEntry.position) > position)
    return (await session.exec(later.order_by(col(StreamEntry.position)).limit(limit))).all()
