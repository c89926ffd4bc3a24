from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from backbone.web.pagination import Page
from backbone.web.routes import Session, TransactionalRoute
from reporting.access import Reader
from reporting.api.asking import (
    Answers,
    Name,
    Starts,
    breakdown_of,
    figure_named,
    figures_named,
    fitting,
)
from reporting.api.views import FigureByView, FiguresView, FigureView, RowView
from reporting.queries import answers
from reporting.queries.asked import Asked, AskedNames

router = APIRouter(prefix="/figures", route_class=TransactionalRoute, tags=["figures"])


class AskedBy(Asked):
    by: str | None = Field(
        default=None,
        max_length=100,
        description="Tell it by one of its `breakdowns`, such as region or programme_year.",
        examples=["region"],
    )


class AskedPage(Asked):
    after: str | None = Field(
        default=None, max_length=100, description="`next` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=200, description="Rows a page has at most.")


@router.get("")
async def list_figures(
    asked: Annotated[AskedNames, Query()],
    session: Session,
    starts: Starts,
    headlines: Answers,
    _by: Reader,
) -> FiguresView:
    """Figures as of a day, each with its definition and the way to the rows behind it.

    Without `names` they are all; narrowed to a region or an organisation, those that can be.
    """
    figures = figures_named(asked)
    found = await headlines.of(session, asked, figures, starts=starts)
    views = [FigureView.of(answer, asked) for answer in found]
    return FiguresView(as_of=asked.as_of, known_at=asked.known_at, figures=views)


@router.get("/{name}")
async def get_figure(
    name: Name,
    asked: Annotated[AskedBy, Query()],
    session: Session,
    starts: Starts,
    headlines: Answers,
    _by: Reader,
) -> FigureByView:
    """One figure as of a day; told `by` something, also the number of each of its groups.

    A row that belongs to several groups (to two umbrellas) counts in each; the figure itself is
    never the sum of its groups, but counts anew.
    """
    figure = fitting(asked, figure_named(name))
    if asked.by is None:
        [answer] = await headlines.of(session, asked, [figure], starts=starts)
    else:
        by = breakdown_of(figure, asked.by)
        answer = await answers.told_by(session, asked, figure, by, starts=starts)
    return FigureByView.told(answer, asked, asked.by)


@router.get("/{name}/list", response_model=Page[RowView])
async def list_figure(
    name: Name,
    asked: Annotated[AskedPage, Query()],
    session: Session,
    starts: Starts,
    _by: Reader,
) -> Page[Any]:
    """The rows that a figure counts, by day; those of a share's numerator."""
    figure = fitting(asked, figure_named(name))
    return await answers.page_of(
        session, asked, figure, after=asked.after, limit=asked.limit, starts=starts
    )
