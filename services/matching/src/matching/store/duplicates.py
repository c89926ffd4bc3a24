"""Search for possible duplicates of a mentee: by name and birth date, by e-mail, by phone.

Names are compared by their stored normal forms (`domain.names`): in either order of the names, and
if one contains all words of the other, as after a marriage. Members of one family may share an
address or a phone: different given names and birth dates make two people.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.bulk import in_array
from backbone.database.tables import table_of
from matching.domain.tables import Mentee
from matching.store.people import DepartmentScope

COMPARED = (
    *("id", "reference", "birth_date", "email", "phone"),
    *("given_key", "name_key", "name_parts"),
)
NAME, EMAIL, PHONE = "name and birth date", "email", "phone"


class DuplicateMatch(NamedTuple):
    """A possible duplicate of a mentee, and in what the two agree."""

    mentee_id: UUID
    reference: str
    same: str


def _same(one: Any, other: Any) -> Mapping[str, ColumnElement[bool]]:  # noqa: ANN401
    """Return the conditions that make two mentees alike; each is a row's columns or such values."""
    born = one.birth_date == other.birth_date
    name = sa.or_(
        one.name_key == other.name_key,
        one.name_parts.contains(other.name_parts),
        other.name_parts.contains(one.name_parts),
    )
    not_siblings = sa.or_(
        func.coalesce(born, sa.true()),
        one.given_key == other.given_key,
        one.name_key == other.name_key,
    )
    return {
        NAME: sa.and_(born, name),
        EMAIL: sa.and_(func.lower(one.email) == func.lower(other.email), not_siblings),
        PHONE: sa.and_(one.phone == other.phone, not_siblings),
    }


def _pairs(one: Any, other: Any, *conditions: ColumnElement[bool]) -> sa.CompoundSelect[Any]:  # noqa: ANN401
    """Select alike pairs of a row of `one` and a row of `other`; each condition is a join.

    A single condition with OR would compare everybody with everybody.
    """
    return sa.union_all(
        *(
            sa.select(one.c.id, other.c.id, other.c.reference, sa.literal(what)).where(
                alike, one.c.id != other.c.id, *conditions
            )
            for what, alike in _same(one.c, other.c).items()
        )
    )


def _both(within: DepartmentScope, ids: Collection[UUID] | None = None) -> sa.CompoundSelect[Any]:
    """Select the pairs of alike mentees of these departments, both ways."""
    one, other = table_of(Mentee).alias("one"), table_of(Mentee).alias("other")
    conditions = [*_there(one.c, within), *_there(other.c, within)]
    if ids is not None:
        conditions.append(in_array(one.c.id, ids))
    return _pairs(one, other, *conditions)


def _there(mentee: Any, within: DepartmentScope) -> list[ColumnElement[bool]]:  # noqa: ANN401
    there = [~mentee.erased]
    return there if within is None else [*there, mentee.department.in_(within)]


def with_duplicates(within: DepartmentScope) -> SelectOfScalar[Mentee]:
    """Select the mentees of these departments that have a possible duplicate."""
    alike = _both(within).subquery("alike")
    return select(Mentee).where(col(Mentee.id).in_(sa.select(alike.c[0])))


async def duplicates_of(
    session: AsyncSession, mentees: Collection[UUID], within: DepartmentScope
) -> Mapping[UUID, list[DuplicateMatch]]:
    """Return the possible duplicates of each of these mentees."""
    found = defaultdict[UUID, list[DuplicateMatch]](list)
    rows = await (await session.connection()).execute(_both(within, mentees))
    for one, *other in sorted(rows, key=lambda row: (row[2], row[3])):
        found[one].append(DuplicateMatch(*other))
    return found


async def applied_before(
    session: AsyncSession, new: Sequence[Mentee], within: DepartmentScope
) -> Mapping[UUID, Mentee]:
    """Return, for each of these applications, the first earlier one that may be the same person's.

    Earlier are the stored ones and those above it in `new`. One that was refused or turned down is
    closed: it does not keep the person from applying again.
    """
    if not new:
        return {}
    connection, known = await session.connection(), table_of(Mentee)
    rows, above = _values(new, "new"), _values(new, "above")
    open_ones = [*_there(known.c, within), known.c.refusal.is_(None)]
    found = [
        *await connection.execute(_pairs(rows, known, *open_ones)),
        *await connection.execute(_pairs(rows, above, above.c.position < rows.c.position)),
    ]
    stored = select(Mentee).where(in_array(Mentee.id, {row[1] for row in found}))
    by_id = {mentee.id: mentee for mentee in (*(await session.exec(stored)).all(), *new)}
    earlier = defaultdict[UUID, list[Mentee]](list)
    for one, other, *_ in found:
        if by_id[other].refusal is None:
            earlier[one].append(by_id[other])
    return {
        one: min(those, key=lambda each: (each.applied_on, each.id))
        for one, those in earlier.items()
    }


def _values(mentees: Sequence[Mentee], name: str) -> sa.TableValuedAlias:
    """Return the compared columns of new mentees as a table with their `position`."""
    kinds = {each: table_of(Mentee).c[each].type for each in COMPARED}
    arrays = (
        sa.cast([getattr(mentee, each) for mentee in mentees], ARRAY(kind, dimensions=1))
        for each, kind in kinds.items()
    )
    positions = sa.cast([*range(len(mentees))], ARRAY(sa.Integer, dimensions=1))
    columns = (sa.column(each, kind) for each, kind in kinds.items())
    unnested = func.unnest(positions, *arrays)
    return unnested.table_valued(sa.column("position", sa.Integer), *columns).render_derived(name)
