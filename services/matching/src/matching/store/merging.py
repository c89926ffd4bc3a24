"""What is linked to a mentee goes over to another."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import table_of
from matching.domain.tables import (
    OPEN,
    Due,
    Exclusion,
    Mentee,
    NeighbourhoodCorrection,
    Outcome,
    Pairing,
    Proposal,
    Table,
)

MOVED: tuple[type[Table], ...] = (Pairing, Outcome, NeighbourhoodCorrection, Due)
ONE_OF_A_KIND: tuple[tuple[type[Table], str], ...] = (
    (Exclusion, "mentor_id"),
    (Proposal, "round_id"),
)
"""Of these a mentee has one for each of those: what both have is kept once."""


async def two_to_change(session: AsyncSession, one: UUID, other: UUID) -> Sequence[Mentee]:
    """Those of the two that there are, held in one order by all."""
    query = select(Mentee).where(col(Mentee.id).in_({one, other})).order_by(col(Mentee.id))
    held = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(held)).all()


async def open_pairings_of(session: AsyncSession, mentees: Sequence[UUID]) -> Sequence[Pairing]:
    query = select(Pairing).where(col(Pairing.mentee_id).in_(mentees), col(Pairing.state).in_(OPEN))
    return (await session.exec(query.order_by(col(Pairing.id)))).all()


async def merged_into(session: AsyncSession, mentee_id: UUID) -> Sequence[UUID]:
    """The mentees who were found to be this one."""
    query = select(Mentee.id).where(Mentee.merged_into == mentee_id)
    return (await session.exec(query.order_by(col(Mentee.id)))).all()


async def move_links(session: AsyncSession, *, source: UUID, to: UUID) -> None:
    """Let all that is linked to one mentee be linked to another."""
    connection = await session.connection()
    for moved in MOVED:
        table = table_of(moved)
        mine = table.c.mentee_id == source
        await connection.execute(sa.update(table).where(mine).values(mentee_id=to))
    for model, key in ONE_OF_A_KIND:
        table = table_of(model)
        theirs = sa.select(table.c[key]).where(table.c.mentee_id == to)
        mine = table.c.mentee_id == source
        await connection.execute(sa.delete(table).where(mine, table.c[key].in_(theirs)))
        await connection.execute(sa.update(table).where(mine).values(mentee_id=to))
    mentee = table_of(Mentee)
    merged = mentee.c.merged_into == source
    await connection.execute(sa.update(mentee).where(merged).values(merged_into=to))
