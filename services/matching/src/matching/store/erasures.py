"""Data about a person in other rows than their own, and its erasure."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.privacy import erased_persons
from contracts.enums import Side
from matching.domain.people import ERASED
from matching.domain.tables import (
    OPEN,
    Alert,
    AlertRule,
    CheckIn,
    Exclusion,
    Introduction,
    Mentee,
    Mentor,
    Pairing,
    ReferralLink,
)

COLUMN = {Side.MENTEE: "mentee_id", Side.MENTOR: "mentor_id"}
Keys = frozenset[str]


def keys_of(side: Side, *, reference: str | None, email: str | None, phone: str | None) -> Keys:
    """Return the hashes of a person's keys; an office's reference identifies within one side."""
    return erased_persons.keys_of(email=email, phone=phone, **{f"{side} reference": reference})


def keys_of_person(person: Mentee | Mentor) -> Keys:
    side = Side.MENTEE if isinstance(person, Mentee) else Side.MENTOR
    known_by = {name: getattr(person, name) for name in ("reference", "email", "phone")}
    return keys_of(side, **known_by)


def keys_of_changes(person: Mentee | Mentor, changes: Mapping[str, object]) -> Keys:
    """Return the hashes of a changed e-mail address and phone number."""
    changed = {
        name: str(changes[name])
        for name in ("email", "phone")
        if changes.get(name) and changes[name] != getattr(person, name)
    }
    return erased_persons.keys_of(**changed)


async def open_pairings(session: AsyncSession, side: Side, person_id: UUID) -> Sequence[UUID]:
    """Return the open pairings of a person, in the order in which they are locked."""
    is_of_person = table_of(Pairing).c[COLUMN[side]] == person_id
    query = select(Pairing.id).where(is_of_person, col(Pairing.state).in_(OPEN))
    return (await session.exec(query.order_by(col(Pairing.id)))).all()


async def was_referred(session: AsyncSession, mentees: Collection[UUID]) -> bool:
    """Return whether one of these mentees was a referred youth."""
    query = select(ReferralLink).where(col(ReferralLink.mentee_id).in_(mentees))
    return (await session.exec(query.limit(1))).first() is not None


async def pairings_of(session: AsyncSession, side: Side, person_id: UUID) -> Sequence[UUID]:
    """Return all pairings of a person."""
    is_of_person = table_of(Pairing).c[COLUMN[side]] == person_id
    return (await session.exec(select(Pairing.id).where(is_of_person))).all()


async def remove_traces(session: AsyncSession, side: Side, person_id: UUID) -> None:
    """Delete free text about a person's pairs and their exclusions; settle their alerts.

    A place that a mentee left is still free, so its alert stays unless its mentor is erased.
    """
    connection = await session.connection()
    pairing, check_in, introduction = table_of(Pairing), table_of(CheckIn), table_of(Introduction)
    pairings = sa.select(pairing.c.id).where(pairing.c[COLUMN[side]] == person_id)
    remarks = sa.update(check_in).where(check_in.c.pairing_id.in_(pairings))
    await connection.execute(remarks.values(remark=None))
    introduced = sa.update(introduction).where(introduction.c.pairing_id.in_(pairings))
    await connection.execute(introduced.values(role=ERASED, organisation=ERASED))
    exclusion, due = table_of(Exclusion), table_of(Alert)
    await connection.execute(sa.delete(exclusion).where(exclusion.c[COLUMN[side]] == person_id))
    open_ = [due.c[COLUMN[side]] == person_id, due.c.settled_at.is_(None)]
    if side == Side.MENTEE:
        open_.append(due.c.rule != AlertRule.PLACE_FREED)
    await connection.execute(sa.update(due).where(*open_).values(settled_at=sa.func.now()))
