"""Checks requests: names of figures and breakdowns, filters, regions."""

from typing import Annotated

from fastapi import Depends, Path, Request

from backbone.errors import Invalid, NotFound
from contracts.territories import regions
from reporting.figures import FIGURES
from reporting.figures.breakdowns import BREAKDOWNS, Breakdown
from reporting.figures.model import Count, Figure
from reporting.queries.execution import filterable, possible_filters
from reporting.queries.question import FigureQuery, NamedFiguresQuery
from reporting.queries.totals_cache import TotalsCache


class NoSuchFigure(NotFound, kind="no-such-figure"):
    """No figure has this name."""


class NoSuchBreakdown(Invalid, kind="no-such-breakdown"):
    """The figure does not have this breakdown."""


class NoSuchFilter(Invalid, kind="no-such-filter"):
    """The figure does not have this filter."""


class NoTargetPossible(Invalid, kind="no-target-possible"):
    """The figure is a share, or a state on a day."""


class NoSuchRegion(Invalid, kind="no-such-region"):
    """No region had this code on `as_of`."""


def figure_named(name: str) -> Figure:
    """Return the figure `name`; raise `NoSuchFigure`, which lists all names."""
    if figure := FIGURES.get(name):
        return figure
    raise NoSuchFigure(f"There is no figure “{name}”. There are: {', '.join(FIGURES)}.")


def programme_year_starts(request: Request) -> int:
    starts: int = request.app.state.settings.programme_year_starts
    return starts


def totals_cache_of(request: Request) -> TotalsCache:
    cache: TotalsCache = request.app.state.totals
    return cache


Name = Annotated[str, Path(max_length=100, examples=["mentees_accompanied"])]
Starts = Annotated[int, Depends(programme_year_starts)]
Totals = Annotated[TotalsCache, Depends(totals_cache_of)]


def breakdown_of(figure: Figure, by: str) -> Breakdown:
    """Return the figure's breakdown `by`; raise `NoSuchBreakdown`."""
    if by in figure.breakdowns:
        return BREAKDOWNS[by]
    possible = ", ".join(figure.breakdowns)
    raise NoSuchBreakdown(f"Figure “{figure.name}” has no breakdown “{by}”. Available: {possible}.")


def require_filters(query: FigureQuery, figure: Figure) -> Figure:
    """Return the figure if it has all filters of `query`; raise `NoSuchFilter`, `NoSuchRegion`."""
    possible = possible_filters(figure)
    if foreign := sorted(set(query.filters) - possible):
        raise NoSuchFilter(
            f"Figure “{figure.name}” has no filter {', '.join(foreign)}."
            f" Available: {', '.join(sorted(possible))}."
        )
    require_region(query)
    return figure


def figures_named(query: NamedFiguresQuery) -> list[Figure]:
    """Return the figures named in `query`, each once; else all that have its filters.

    Raise `NoSuchFigure`, and `NoSuchFilter` if a named one does not have a filter.
    """
    require_region(query)
    if query.names:
        return [require_filters(query, figure_named(name)) for name in dict.fromkeys(query.names)]
    return filterable(FIGURES.values(), query)


def require_flow(figure: Figure) -> Count:
    """Return the figure if it is a flow, not a stock; raise `NoTargetPossible`."""
    if isinstance(figure, Count) and figure.is_flow:
        return figure
    possible = [f.name for f in FIGURES.values() if isinstance(f, Count) and f.is_flow]
    raise NoTargetPossible(
        f"“{figure.name}” does not add up over a period, so it cannot have a target."
        f" These can: {', '.join(possible)}."
    )


def require_region(query: FigureQuery) -> None:
    """Raise `NoSuchRegion` unless the region of `query` existed on its `as_of`."""
    existing = regions(query.as_of)
    if query.region not in {None, "unknown", *(region.code for region in existing)}:
        names = ", ".join(f"{region.code} {region.name}" for region in existing)
        raise NoSuchRegion(f"No region has the code {query.region} on {query.as_of}: {names}.")
