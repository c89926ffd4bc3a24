"""Asks the database, and puts its answers in the words of the figures."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Invalid
from backbone.web.pagination import Page
from contracts.territories import DEPARTMENTS, is_overseas, programme_year, region_of
from reporting.queries import statements
from reporting.queries.asked import Asked
from reporting.queries.breakdowns import BREAKDOWNS, Breakdown
from reporting.queries.figure import Count, Figure, Share
from reporting.queries.figures import FIGURES

# Pairings are sorted in memory. A generic plan, which takes any day for a late one, is slower.
# Where PostgreSQL has a compiler (as its container image has), the estimated cost of all figures
# would start it, and compiling the statement takes longer than executing it.
PLANNED = text("""
SELECT set_config('work_mem', '16MB', true),
       set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('jit', 'off', true)
""")

Counted = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A count, or a share with what it is of; a share of nothing has no value."""

    value: int | float | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A figure for one region, organisation, year …"""

    key: str
    label: str
    number: Number


@dataclass(frozen=True, kw_only=True)
class Answer:
    figure: Figure
    number: Number
    groups: Sequence[Group] = field(default=())


def counts_of(figure: Figure) -> list[Count]:
    """The counts that a figure is made of: itself, or its numerator and its denominator."""
    if isinstance(figure, Count):
        return [figure]
    assert isinstance(figure, Share)  # noqa: S101
    parts = (FIGURES[figure.numerator], FIGURES[figure.denominator])
    return [part for part in parts if isinstance(part, Count)]


def number(figure: Figure, counted: Counted) -> Number:
    if not isinstance(figure, Share):
        return Number(value=counted.get(figure.name, 0))
    part, whole = counted.get(figure.numerator, 0), counted.get(figure.denominator, 0)
    share = round(part / whole, 4) if whole else None
    return Number(value=share, numerator=part, denominator=whole)


async def headlines(
    session: AsyncSession, asked: Asked, figures: Sequence[Figure], *, starts: int
) -> list[Answer]:
    """Each figure's number, all of one instant."""
    counts = {count.name: count for figure in figures for count in counts_of(figure)}
    parts = [statements.total(count, asked.filters) for count in counts.values()]
    rows = await _rows(session, statements.answering(parts), asked, starts=starts)
    counted = {row.figure: row.value for row in rows}
    return [Answer(figure=figure, number=number(figure, counted)) for figure in figures]


async def told_by(
    session: AsyncSession, asked: Asked, figure: Figure, by: Breakdown, *, starts: int
) -> Answer:
    """A figure's number and that of each of its groups, all of one instant."""
    counts = counts_of(figure)
    parts = [statements.total(count, asked.filters) for count in counts]
    parts += [statements.groups(count, asked.filters, by) for count in counts]
    totals, groups, labels = dict[str, int](), defaultdict[str, dict[str, int]](dict), {}
    for row in await _rows(session, statements.answering(parts), asked, starts=starts):
        if row.grouped:
            key = row.key or by.absent
            labels[key] = row.label or key
            groups[key][row.figure] = row.value
        else:
            totals[row.figure] = row.value
    return Answer(
        figure=figure,
        number=number(figure, totals),
        groups=[
            Group(key=key, label=labels[key], number=number(figure, groups[key]))
            for key in sorted(groups, key=lambda key: (key == by.absent, _plain(labels[key]), key))
        ],
    )


def _plain(label: str) -> str:
    """As a reader looks it up: Île-de-France under I."""
    return unicodedata.normalize("NFKD", label).casefold()


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the row of that day and id."""

    day: date
    id: UUID | str

    @classmethod
    def read(cls, said: str, id_of: Callable[[str], UUID | str]) -> "Place":
        try:
            day, _, row = said.partition("~")
            return cls(date.fromisoformat(day), id_of(row))
        except ValueError as wrong:
            raise Invalid("This page reference cannot be read. Begin at the first page.") from wrong

    def __str__(self) -> str:
        return f"{self.day}~{self.id}"


async def page_of(  # noqa: PLR0913  (a page of an answer to a question)
    session: AsyncSession,
    asked: Asked,
    figure: Figure,
    *,
    after: str | None,
    limit: int,
    starts: int,
) -> Page[Any]:
    """Some of the rows that a figure counts; those of a share's numerator."""
    count = counts_of(figure)[0]
    place = Place.read(after, count.read_id) if after else None
    statement = statements.listing(count, asked.filters, after=bool(place), limited=True)
    bound = {"after_day": place.day, "after_id": place.id} if place else {}
    rows = await _rows(session, statement, asked, starts=starts, limit=limit + 1, **bound)
    items = rows[:limit]
    more = len(rows) > limit
    last = items[-1] if more else None
    return Page(items=items, next=str(Place(last.happened_on, last.id)) if last else None)


async def _rows(
    session: AsyncSession, statement: str, asked: Asked, *, starts: int, **more: object
) -> list[Row[Any]]:
    bound, connection = bound_to(asked, starts=starts) | more, await session.connection()
    await connection.execute(PLANNED)
    return list((await connection.execute(text(statement), bound)).all())


def bound_to(asked: Asked, *, starts: int) -> dict[str, Any]:
    """What a statement needs to know: the question, and the regions of its day."""
    regions = [region_of(department, asked.as_of) for department in DEPARTMENTS]
    period = {"from": asked.from_, "to": asked.to}
    return {
        "as_of": asked.as_of,
        "known_at": asked.known_at,
        "starts": starts,
        "departments": list(DEPARTMENTS),
        "department_names": list(DEPARTMENTS.values()),
        "regions": [region.code for region in regions],
        "region_names": [region.name for region in regions],
        "overseas": [is_overseas(department) for department in DEPARTMENTS],
        **asked.filters,
        **{name: day for name, day in period.items() if day},
        **(days_of(asked.programme_year, starts) if asked.programme_year else {}),
    }


def days_of(year: str, starts: int) -> dict[str, date]:
    """The first and the last day of a programme year; of one that there is not, no day at all."""
    first = date(max(int(year[:4]), MINYEAR), starts, 1)
    if programme_year(first, starts) != year:
        return {"year_from": date.max, "year_to": date.min}
    next_one = date(min(first.year + 1, MAXYEAR), starts, 1)
    return {"year_from": first, "year_to": next_one - timedelta(days=1)}


def narrowable(figures: Iterable[Figure], asked: Asked) -> list[Figure]:
    """The figures that can be narrowed to what was asked for."""
    return [figure for figure in figures if not set(asked.filters) - possible_filters(figure)]


def possible_filters(figure: Figure) -> set[str]:
    return {"from", "to", *(BREAKDOWNS[name].parameter for name in figure.breakdowns)}
