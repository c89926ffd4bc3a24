"""What happens, as reporting learns of it."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.store import Happening


async def latest(session: AsyncSession) -> int:
    """The position of what happened last; 0 before anything did."""
    return (await session.exec(select(func.max(Happening.position)))).one() or 0


async def happened_since(
    session: AsyncSession, position: int, *, most: int = 500
) -> Sequence[Happening]:
    """What was told after that position, in the order it was learnt."""
    later = select(Happening).where(col(Happening.position) > position)
    return (await session.exec(later.order_by(col(Happening.position)).limit(most))).all()
