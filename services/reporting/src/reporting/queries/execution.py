"""Executes the SQL of figures, and returns results with labels."""

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
from reporting.figures import FIGURES
from reporting.figures.breakdowns import BREAKDOWNS, Breakdown
from reporting.figures.model import Count, Figure, Share
from reporting.queries import sql
from reporting.queries.question import FigureQuery

# Pairings are sorted in memory. A generic plan, which assumes a late `:as_of`, is slower.
# Where PostgreSQL has a JIT compiler (as its container image has), the estimated cost of all
# figures would start it, and compiling the statement takes longer than executing it.
PLANNER_SETTINGS = text("""
SELECT set_config('work_mem', '16MB', true),
       set_config('plan_cache_mode', 'force_custom_plan', true),
       set_config('jit', 'off', true)
""")

Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A count, or a share with its two counts; a share of nothing has no value."""

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
class FigureResult:
    """A figure's number, with that of each group if a breakdown was asked for."""

    figure: Figure
    number: Number
    groups: Sequence[Group] = field(default=())


def counts_of(figure: Figure) -> list[Count]:
    """Return the counts that make a figure: itself, or its numerator and its denominator."""
    if isinstance(figure, Count):
        return [figure]
    assert isinstance(figure, Share)
    parts = (FIGURES[figure.numerator], FIGURES[figure.denominator])
    return [part for part in parts if isinstance(part, Count)]


def number_of(figure: Figure, counts: Counts) -> Number:
    """Return a figure's number from `counts` by name; a share is rounded to four decimals."""
    if not isinstance(figure, Share):
        return Number(value=counts.get(figure.name, 0))
    part, whole = counts.get(figure.numerator, 0), counts.get(figure.denominator, 0)
    share = round(part / whole, 4) if whole else None
    return Number(value=share, numerator=part, denominator=whole)


async def totals(
    session: AsyncSession, query: FigureQuery, figures: Sequence[Figure], *, starts: int
) -> list[FigureResult]:
    """Return each figure's number, all of one snapshot."""
    counts = {count.name: count for figure in figures for count in counts_of(figure)}
    parts = [sql.total(count, query.filters) for count in counts.values()]
    rows = await _rows(session, sql.combined(parts), query, starts=starts)
    values = {row.figure: row.value for row in rows}
    return [FigureResult(figure=figure, number=number_of(figure, values)) for figure in figures]


async def breakdown(
    session: AsyncSession, query: FigureQuery, figure: Figure, by: Breakdown, *, starts: int
) -> FigureResult:
    """Return a figure's number and that of each of its groups, all of one snapshot."""
    counts = counts_of(figure)
    parts = [sql.total(count, query.filters) for count in counts]
    parts += [sql.groups(count, query.filters, by) for count in counts]
    values, groups, labels = dict[str, int](), defaultdict[str, dict[str, int]](dict), {}
    for row in await _rows(session, sql.combined(parts), query, starts=starts):
        if row.grouped:
            key = row.key or by.absent
            labels[key] = row.label or key
            groups[key][row.figure] = row.value
        else:
            values[row.figure] = row.value
    return FigureResult(
        figure=figure,
        number=number_of(figure, values),
        groups=[
            Group(key=key, label=labels[key], number=number_of(figure, groups[key]))
            for key in sorted(
                groups, key=lambda key: (key == by.absent, _sort_key(labels[key]), key)
            )
        ],
    )


def _sort_key(label: str) -> str:
    """Return a label's place in the alphabet: Île-de-France under I."""
    return unicodedata.normalize("NFKD", label).casefold()


@dataclass(frozen=True)
class ListCursor:
    """The position after which a page begins: a row's day and id."""

    day: date
    id: UUID | str

    @classmethod
    def read(cls, text: str, id_of: Callable[[str], UUID | str]) -> "ListCursor":
        """Parse `text` as `str()` writes it; raise `Invalid`."""
        try:
            day, _, row = text.partition("~")
            return cls(date.fromisoformat(day), id_of(row))
        except ValueError as error:
            raise Invalid("This page reference cannot be read. Begin at the first page.") from error

    def __str__(self) -> str:
        return f"{self.day}~{self.id}"


async def list_page(  # noqa: PLR0913  (a query, and the bounds of a page)
    session: AsyncSession,
    query: FigureQuery,
    figure: Figure,
    *,
    after: str | None,
    limit: int,
    starts: int,
) -> Page[Any]:
    """Return a page of the rows that a figure counts; of a share, its numerator's."""
    count = counts_of(figure)[0]
    cursor = ListCursor.read(after, count.read_id) if after else None
    statement = sql.listing(count, query.filters, after=bool(cursor), limited=True)
    values = {"after_day": cursor.day, "after_id": cursor.id} if cursor else {}
    rows = await _rows(session, statement, query, starts=starts, limit=limit + 1, **values)
    items = rows[:limit]
    last = items[-1] if len(rows) > limit else None
    return Page(items=items, next=str(ListCursor(last.happened_on, last.id)) if last else None)


async def _rows(
    session: AsyncSession, statement: str, query: FigureQuery, *, starts: int, **more: object
) -> list[Row[Any]]:
    values, connection = parameters(query, starts=starts) | more, await session.connection()
    await connection.execute(PLANNER_SETTINGS)
    return list((await connection.execute(text(statement), values)).all())


def parameters(query: FigureQuery, *, starts: int) -> dict[str, Any]:
    """Return the bound parameters of a statement: those of `query`, and the regions of its day."""
    regions = [region_of(department, query.as_of) for department in DEPARTMENTS]
    period = {"from": query.from_, "to": query.to}
    return {
        "as_of": query.as_of,
        "known_at": query.known_at,
        "starts": starts,
        "departments": list(DEPARTMENTS),
        "department_names": list(DEPARTMENTS.values()),
        "regions": [region.code for region in regions],
        "region_names": [region.name for region in regions],
        "overseas": [is_overseas(department) for department in DEPARTMENTS],
        **query.filters,
        **{name: day for name, day in period.items() if day},
        **(year_period(query.programme_year, starts) if query.programme_year else {}),
    }


def year_period(year: str, starts: int) -> dict[str, date]:
    """Return the first and the last day of a programme year; an empty period if there is none."""
    first = date(max(int(year[:4]), MINYEAR), starts, 1)
    if programme_year(first, starts) != year:
        return {"year_from": date.max, "year_to": date.min}
    next_one = date(min(first.year + 1, MAXYEAR), starts, 1)
    return {"year_from": first, "year_to": next_one - timedelta(days=1)}


def filterable(figures: Iterable[Figure], query: FigureQuery) -> list[Figure]:
    """Return the figures that have all filters of `query`."""
    return [figure for figure in figures if not set(query.filters) - possible_filters(figure)]


def possible_filters(figure: Figure) -> set[str]:
    """Return the parameters by which a figure can be filtered."""
    return {"from", "to", *(BREAKDOWNS[name].parameter for name in figure.breakdowns)}
