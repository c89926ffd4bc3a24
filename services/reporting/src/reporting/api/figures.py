from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from backbone.web.pagination import Page
from backbone.web.routes import Session, TransactionalRoute
from reporting.access import Reader
from reporting.api.validation import (
    Name,
    Starts,
    Totals,
    breakdown_of,
    figure_named,
    figures_named,
    require_filters,
)
from reporting.api.views import FigureByView, FiguresView, FigureView, RowView
from reporting.queries import execution
from reporting.queries.question import FigureQuery, NamedFiguresQuery

router = APIRouter(prefix="/figures", route_class=TransactionalRoute, tags=["figures"])


class BreakdownQuery(FigureQuery):
    by: str | None = Field(
        default=None,
        max_length=100,
        description="One of its `breakdowns`, such as region or programme_year.",
        examples=["region"],
    )


class ListQuery(FigureQuery):
    after: str | None = Field(
        default=None, max_length=100, description="`next` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=200, description="Rows a page has at most.")


@router.get("")
async def list_figures(
    query: Annotated[NamedFiguresQuery, Query()],
    session: Session,
    starts: Starts,
    cache: Totals,
    _by: Reader,
) -> FiguresView:
    """List figures as of a day, each with its definition and a link to the rows behind it.

    Without `names` they are all; with filters, all that have these filters.
    """
    figures = figures_named(query)
    results = await cache.of(session, query, figures, starts=starts)
    views = [FigureView.of(result, query) for result in results]
    return FiguresView(as_of=query.as_of, known_at=query.known_at, figures=views)


@router.get("/{name}")
async def get_figure(
    name: Name,
    query: Annotated[BreakdownQuery, Query()],
    session: Session,
    starts: Starts,
    cache: Totals,
    _by: Reader,
) -> FigureByView:
    """Return a figure as of a day; with `by`, also the number of each group.

    A row that belongs to several groups (to two umbrellas) counts in each: the figure is never the
    sum of its groups, but counts each id once.
    """
    figure = require_filters(query, figure_named(name))
    if query.by is None:
        [result] = await cache.of(session, query, [figure], starts=starts)
    else:
        by = breakdown_of(figure, query.by)
        result = await execution.breakdown(session, query, figure, by, starts=starts)
    return FigureByView.broken_down(result, query, query.by)


@router.get("/{name}/list", response_model=Page[RowView])
async def list_figure(
    name: Name,
    query: Annotated[ListQuery, Query()],
    session: Session,
    starts: Starts,
    _by: Reader,
) -> Page[Any]:
    """List the rows that a figure counts, by day; of a share, its numerator's."""
    figure = require_filters(query, figure_named(name))
    return await execution.list_page(
        session, query, figure, after=query.after, limit=query.limit, starts=starts
    )
