"""Moving the rows that refer to a mentee to another mentee."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from matching.domain.tables import (
    OPEN,
    Alert,
    Exclusion,
    Mentee,
    NeighbourhoodCorrection,
    Outcome,
    Pairing,
    Proposal,
    Table,
)

MOVED: tuple[type[Table], ...] = (Pairing, Outcome, NeighbourhoodCorrection, Alert)
ONE_OF_A_KIND: tuple[tuple[type[Table], str], ...] = (
    (Exclusion, "mentor_id"),
    (Proposal, "round_id"),
)
"""The tables with one row per mentee and this column: a row that both have is stored once."""


async def lock_both(session: AsyncSession, one: UUID, other: UUID) -> Sequence[Mentee]:
    """Lock the two mentees, always in the order of their ids; return those that exist."""
    query = select(Mentee).where(col(Mentee.id).in_({one, other})).order_by(col(Mentee.id))
    held = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(held)).all()


async def open_pairings_of(session: AsyncSession, mentees: Sequence[UUID]) -> Sequence[Pairing]:
    query = select(Pairing).where(col(Pairing.mentee_id).in_(mentees), col(Pairing.state).in_(OPEN))
    return (await session.exec(query.order_by(col(Pairing.id)))).all()


async def merged_into(session: AsyncSession, mentee_id: UUID) -> Sequence[UUID]:
    """Return the mentees who were merged into this one."""
    query = select(Mentee.id).where(Mentee.merged_into == mentee_id)
    return (await session.exec(query.order_by(col(Mentee.id)))).all()


async def move_links(session: AsyncSession, *, source: UUID, to: UUID) -> None:
    """Move all rows that refer to mentee `source` to mentee `to`."""
    connection = await session.connection()
    for moved in MOVED:
        table = table_of(moved)
        is_moved = table.c.mentee_id == source
        await connection.execute(sa.update(table).where(is_moved).values(mentee_id=to))
    for model, key in ONE_OF_A_KIND:
        table = table_of(model)
        existing = sa.select(table.c[key]).where(table.c.mentee_id == to)
        is_moved = table.c.mentee_id == source
        await connection.execute(sa.delete(table).where(is_moved, table.c[key].in_(existing)))
        await connection.execute(sa.update(table).where(is_moved).values(mentee_id=to))
    mentee = table_of(Mentee)
    merged = mentee.c.merged_into == source
    await connection.execute(sa.update(mentee).where(merged).values(merged_into=to))
