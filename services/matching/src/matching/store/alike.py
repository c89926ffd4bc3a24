"""Finding who may be the same person: by name and birth date, by e-mail, by phone.

Names are compared without accents, case, spaces, hyphens and apostrophes.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.db import among, table_of
from matching.domain.tables import Mentee
from matching.store.people import Departments

DROPPED = "[\u0300-\u036f[:space:][:punct:]\u2019]"
COMPARED = ("given_name", "family_name", "birth_date", "email", "phone")
NAME, EMAIL, PHONE = "name and birth date", "email", "phone"


class Alike(NamedTuple):
    """Another mentee, and in what they are the same."""

    mentee_id: UUID
    reference: str
    same: str


def _name(of: Any) -> ColumnElement[str]:  # noqa: ANN401  (columns or values)
    said = of.given_name + of.family_name
    plain = func.normalize(said, sa.literal_column("NFKD"))
    return func.regexp_replace(func.lower(plain), DROPPED, "", "g")


def _same(one: Any, other: Any) -> Mapping[str, ColumnElement[bool]]:  # noqa: ANN401
    """What makes two mentees alike. `other` may be a row or values of the same names."""
    name, others = _name(one), _name(other)
    return {
        NAME: sa.and_(one.birth_date == other.birth_date, name == others),
        EMAIL: func.lower(one.email) == func.lower(other.email),
        PHONE: one.phone == other.phone,
    }


def _pairs(within: Departments, ids: Collection[UUID] | None = None) -> sa.CompoundSelect[Any]:
    """Whoever is alike, both ways: each way of being alike is a join of its own."""
    one, other = table_of(Mentee).alias("one"), table_of(Mentee).alias("other")
    asked = [one.c.id != other.c.id, *_there(one.c, within), *_there(other.c, within)]
    if ids is not None:
        asked.append(among(one.c.id, ids))
    return sa.union_all(
        *(
            sa.select(one.c.id, other.c.id, other.c.reference, sa.literal(what)).where(
                alike, *asked
            )
            for what, alike in _same(one.c, other.c).items()
        )
    )


def _there(mentee: Any, within: Departments) -> list[ColumnElement[bool]]:  # noqa: ANN401
    there = [~mentee.erased]
    return there if within is None else [*there, mentee.department.in_(within)]


def with_duplicates(within: Departments) -> SelectOfScalar[Mentee]:
    """The mentees of these departments whom another one of them resembles."""
    alike = _pairs(within).subquery("alike")
    return select(Mentee).where(col(Mentee.id).in_(sa.select(alike.c[0])))


async def duplicates_of(
    session: AsyncSession, mentees: Collection[UUID], within: Departments
) -> Mapping[UUID, list[Alike]]:
    """Who else each of these may be."""
    found = defaultdict[UUID, list[Alike]](list)
    rows = await (await session.connection()).execute(_pairs(within, mentees))
    for one, *other in sorted(rows, key=lambda row: (row[2], row[3])):
        found[one].append(Alike(*other))
    return found


async def first_alike(session: AsyncSession, new: Mentee, within: Departments) -> Mentee | None:
    """Somebody in these departments who may be the one that applies anew."""
    known = table_of(Mentee).c
    values = {name: sa.literal(getattr(new, name), known[name].type) for name in COMPARED}
    alike = sa.or_(*_same(known, SimpleNamespace(**values)).values())
    query = select(Mentee).where(alike, *_there(known, within)).order_by(known.applied_on, known.id)
    return (await session.exec(query.limit(1))).first()
