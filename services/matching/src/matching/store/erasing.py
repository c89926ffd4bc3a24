"""What is stored about someone beside themselves, and what of it an erasure removes."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone import erased
from backbone.db import table_of
from contracts.words import Side
from matching.domain.people import ERASED
from matching.domain.tables import (
    OPEN,
    CheckIn,
    Due,
    DueRule,
    Exclusion,
    Introduction,
    Mentee,
    Mentor,
    Pairing,
    YouthTaken,
)

COLUMN = {Side.MENTEE: "mentee_id", Side.MENTOR: "mentor_id"}
Keys = frozenset[str]


def keys_of(side: Side, *, reference: str | None, email: str | None, phone: str | None) -> Keys:
    """Return the hashes of what someone is known by; an office's reference is that of one side."""
    return erased.keys_of(email=email, phone=phone, **{f"{side} reference": reference})


def keys_of_person(person: Mentee | Mentor) -> Keys:
    side = Side.MENTEE if isinstance(person, Mentee) else Side.MENTOR
    known_by = {name: getattr(person, name) for name in ("reference", "email", "phone")}
    return keys_of(side, **known_by)


def keys_of_news(person: Mentee | Mentor, news: Mapping[str, object]) -> Keys:
    """Return the hashes of the address and the number that someone has newly, if any."""
    changed = {
        name: str(news[name])
        for name in ("email", "phone")
        if news.get(name) and news[name] != getattr(person, name)
    }
    return erased.keys_of(**changed)


async def open_pairings(session: AsyncSession, side: Side, person_id: UUID) -> Sequence[UUID]:
    """The pairs that someone works in or is asked about, in the order in which they are held."""
    theirs = table_of(Pairing).c[COLUMN[side]] == person_id
    query = select(Pairing.id).where(theirs, col(Pairing.state).in_(OPEN))
    return (await session.exec(query.order_by(col(Pairing.id)))).all()


async def was_referred(session: AsyncSession, mentees: Collection[UUID]) -> bool:
    """Whether one of these was a youth whom an organisation had referred."""
    query = select(YouthTaken).where(col(YouthTaken.mentee_id).in_(mentees))
    return (await session.exec(query.limit(1))).first() is not None


async def pairings_of(session: AsyncSession, side: Side, person_id: UUID) -> Sequence[UUID]:
    """All pairs that someone was in or was asked about."""
    theirs = table_of(Pairing).c[COLUMN[side]] == person_id
    return (await session.exec(select(Pairing.id).where(theirs))).all()


async def remove_traces(session: AsyncSession, side: Side, person_id: UUID) -> None:
    """Remove free words about someone's pairs and whom they are not proposed to; settle alerts.

    A place that somebody left is still free, so its alert stays unless its mentor is erased.
    """
    connection = await session.connection()
    pairing, check_in, introduction = table_of(Pairing), table_of(CheckIn), table_of(Introduction)
    theirs = sa.select(pairing.c.id).where(pairing.c[COLUMN[side]] == person_id)
    remarks = sa.update(check_in).where(check_in.c.pairing_id.in_(theirs))
    await connection.execute(remarks.values(remark=None))
    introduced = sa.update(introduction).where(introduction.c.pairing_id.in_(theirs))
    await connection.execute(introduced.values(role=ERASED, organisation=ERASED))
    exclusion, due = table_of(Exclusion), table_of(Due)
    await connection.execute(sa.delete(exclusion).where(exclusion.c[COLUMN[side]] == person_id))
    open_ = [due.c[COLUMN[side]] == person_id, due.c.settled_at.is_(None)]
    if side == Side.MENTEE:
        open_.append(due.c.rule != DueRule.PLACE_FREED)
    await connection.execute(sa.update(due).where(*open_).values(settled_at=sa.func.now()))
