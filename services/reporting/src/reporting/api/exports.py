"""Figures and the rows behind them as CSV. No unit of work: routes write while they read."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from pydantic.fields import FieldInfo
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.formulas import guarded_sql
from backbone.files.spreadsheets import Language, delimiter
from backbone.web.routes import CheckedRoute
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
from reporting.api.figures import AskedBy
from reporting.api.places import place_among
from reporting.api.spreadsheets import Spreadsheet, Write, called, spreadsheet
from reporting.api.views import RowView
from reporting.domain import Target
from reporting.queries import answers, copying, targets
from reporting.queries.answers import Number
from reporting.queries.asked import Asked, AskedNames, When

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


async def reading(request: Request) -> AsyncIterator[AsyncSession]:
    """A session that is there until the answer has left."""
    async with request.app.state.sessions() as session:
        yield session


Reading = Annotated[AsyncSession, Depends(reading)]
Place = Annotated[None, Depends(place_among("exports"))]


class AskedCsv(Asked):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class AskedCsvNames(AskedNames):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class AskedCsvBy(AskedBy):
    by: str = Field(max_length=100, examples=["region"])
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


class WhenCsv(When):
    lang: Language = Field(default="en", description="For whom: semicolons and French, or commas.")


def numbers(number: Number) -> tuple[int | float | None, int | None, int | None]:
    return number.value, number.numerator, number.denominator


@router.get("/figures.csv", responses=CSV)
async def export_figures(
    asked: Annotated[AskedCsvNames, Query()],
    starts: Starts,
    headlines: Answers,
    _by: Reader,
    _place: Place,
    session: Reading,
) -> Spreadsheet:
    """Figures as of a day, a line each; without `names` they are all."""
    figures = figures_named(asked)
    found = await headlines.of(session, asked, figures, starts=starts)
    rows = [
        (
            answer.figure.name,
            getattr(answer.figure.label, asked.lang),
            *numbers(answer.number),
            answer.figure.unit,
            asked.as_of,
            getattr(answer.figure.definition, asked.lang),
        )
        for answer in found
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
    return spreadsheet(columns, rows, lang=asked.lang, name="figures", on=asked.as_of)


@router.get("/targets.csv", responses=CSV)
async def export_targets(
    when: Annotated[WhenCsv, Query()],
    starts: Starts,
    _by: Reader,
    _place: Place,
    session: Reading,
) -> Spreadsheet:
    """Every target with its progress as of a day, a line each."""
    found = (await session.exec(select(Target).order_by(*targets.BY_PERIOD))).all()
    progress = await targets.progress_of(session, when, found, starts=starts)
    rows = [
        (
            each.target.figure,
            getattr(each.figure.label, when.lang),
            each.target.starts_on,
            each.target.ends_on,
            each.target.value,
            each.reached,
            each.expected,
            each.ahead_by,
            each.pace,
            when.as_of,
        )
        for each in progress
    ]
    return spreadsheet(PROGRESS, rows, lang=when.lang, name="targets", on=when.as_of)


@router.get("/figures/{name}.csv", responses=CSV)
async def export_figure(
    name: Name,
    asked: Annotated[AskedCsvBy, Query()],
    starts: Starts,
    _by: Reader,
    _place: Place,
    session: Reading,
) -> Spreadsheet:
    """One figure told `by` something, a line for each group."""
    figure = fitting(asked, figure_named(name))
    by = breakdown_of(figure, asked.by)
    answer = await answers.told_by(session, asked, figure, by, starts=starts)
    rows = [(group.key, group.label, *numbers(group.number)) for group in answer.groups]
    columns = ["key", "label", "value", "numerator", "denominator"]
    name = f"{figure.name}-by-{by.name}"
    return spreadsheet(columns, rows, lang=asked.lang, name=name, on=asked.as_of)


@router.get("/figures/{name}/list.csv", responses=CSV)
async def export_list(
    name: Name,
    asked: Annotated[AskedCsv, Query()],
    starts: Starts,
    _by: Reader,
    _place: Place,
    session: Reading,
) -> Spreadsheet:
    """All rows that a figure counts, by day; those of a share's numerator."""
    figure = fitting(asked, figure_named(name))
    cells = {
        called(column, asked.lang): guarded_sql(column) if _is_text(field) else column
        for column, field in RowView.model_fields.items()
    }

    async def make(write: Write) -> None:
        await copying.copy_list(
            session,
            asked,
            figure,
            cells=cells,
            delimiter=delimiter(asked.lang),
            starts=starts,
            write=write,
        )

    return Spreadsheet(make, name=figure.name, on=asked.as_of)


def _is_text(field: FieldInfo) -> bool:
    return str in (field.annotation, *get_args(field.annotation))
