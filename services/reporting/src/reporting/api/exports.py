"""Figures and the rows behind them as CSV. Without a transaction: routes write while they read."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from pydantic.fields import FieldInfo
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.formulas import escape_formula_sql
from backbone.files.spreadsheets import Language, delimiter
from backbone.web.routes import CheckedRoute
from reporting.access import Reader
from reporting.api.concurrency import limit
from reporting.api.figures import BreakdownQuery
from reporting.api.spreadsheets import Spreadsheet, Write, column_title, spreadsheet
from reporting.api.validation import (
    Name,
    Starts,
    Totals,
    breakdown_of,
    figure_named,
    figures_named,
    require_filters,
)
from reporting.api.views import RowView
from reporting.queries import csv_export, execution, targets
from reporting.queries.execution import Number
from reporting.queries.question import AsOf, FigureQuery, NamedFiguresQuery

CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "CSV, UTF-8."}
}
PROGRESS = [
    "figure",
    "label",
    "starts_on",
    "ends_on",
    "target",
    "reached",
    "expected",
    "ahead_by",
    "pace",
    "as_of",
]

router = APIRouter(route_class=CheckedRoute, tags=["exports"], default_response_class=Spreadsheet)


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Yield a session that stays open until the response has been sent."""
    async with request.app.state.sessions() as session:
        yield session


OpenSession = Annotated[AsyncSession, Depends(open_session)]
Slot = Annotated[None, Depends(limit("exports"))]


class CsvListQuery(FigureQuery):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class CsvFiguresQuery(NamedFiguresQuery):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class CsvBreakdownQuery(BreakdownQuery):
    by: str = Field(max_length=100, examples=["region"])
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class CsvTargetsQuery(AsOf):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


def number_cells(number: Number) -> tuple[int | float | None, int | None, int | None]:
    return number.value, number.numerator, number.denominator


@router.get("/figures.csv", responses=CSV)
async def export_figures(
    query: Annotated[CsvFiguresQuery, Query()],
    starts: Starts,
    cache: Totals,
    _by: Reader,
    _slot: Slot,
    session: OpenSession,
) -> Spreadsheet:
    """Export figures as of a day, a line each; without `names` they are all."""
    figures = figures_named(query)
    results = await cache.of(session, query, figures, starts=starts)
    rows = [
        (
            result.figure.name,
            getattr(result.figure.label, query.lang),
            *number_cells(result.number),
            result.figure.unit,
            query.as_of,
            getattr(result.figure.definition, query.lang),
        )
        for result in results
    ]
    columns = [
        "figure",
        "label",
        "value",
        "numerator",
        "denominator",
        "unit",
        "as_of",
        "definition",
    ]
    return spreadsheet(columns, rows, lang=query.lang, name="figures", on=query.as_of)


@router.get("/targets.csv", responses=CSV)
async def export_targets(
    when: Annotated[CsvTargetsQuery, Query()],
    starts: Starts,
    _by: Reader,
    _slot: Slot,
    session: OpenSession,
) -> Spreadsheet:
    """Export all targets with their progress as of a day, a line each."""
    progress = await targets.progress_of_all(session, when, starts=starts)
    rows = [
        (
            row.target.figure,
            getattr(row.figure.label, when.lang),
            row.target.starts_on,
            row.target.ends_on,
            row.target.value,
            row.reached,
            row.expected,
            row.ahead_by,
            row.pace,
            when.as_of,
        )
        for row in progress
    ]
    return spreadsheet(PROGRESS, rows, lang=when.lang, name="targets", on=when.as_of)


@router.get("/figures/{name}.csv", responses=CSV)
async def export_figure(
    name: Name,
    query: Annotated[CsvBreakdownQuery, Query()],
    starts: Starts,
    _by: Reader,
    _slot: Slot,
    session: OpenSession,
) -> Spreadsheet:
    """Export the breakdown of a figure by `by`, a line for each group."""
    figure = require_filters(query, figure_named(name))
    by = breakdown_of(figure, query.by)
    result = await execution.breakdown(session, query, figure, by, starts=starts)
    rows = [(group.key, group.label, *number_cells(group.number)) for group in result.groups]
    columns = ["key", "label", "value", "numerator", "denominator"]
    name = f"{figure.name}-by-{by.name}"
    return spreadsheet(columns, rows, lang=query.lang, name=name, on=query.as_of)


@router.get("/figures/{name}/list.csv", responses=CSV)
async def export_list(
    name: Name,
    query: Annotated[CsvListQuery, Query()],
    starts: Starts,
    _by: Reader,
    _slot: Slot,
    session: OpenSession,
) -> Spreadsheet:
    """Export all rows that a figure counts, by day; of a share, its numerator's."""
    figure = require_filters(query, figure_named(name))
    cells = {
        column_title(column, query.lang): escape_formula_sql(column) if _is_text(field) else column
        for column, field in RowView.model_fields.items()
    }

    async def write_list(write: Write) -> None:
        await csv_export.copy_list(
            session,
            query,
            figure,
            cells=cells,
            delimiter=delimiter(query.lang),
            starts=starts,
            write=write,
        )

    return Spreadsheet(write_list, name=figure.name, on=query.as_of)


def _is_text(field: FieldInfo) -> bool:
    return str in (field.annotation, *get_args(field.annotation))
