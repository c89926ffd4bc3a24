"""The bodies of responses."""

from datetime import date, datetime
from typing import Any, Literal, Self
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, Field

from backbone.web.schemas import View
from reporting.figures.breakdowns import BREAKDOWNS
from reporting.figures.model import Figure, Share, Unit
from reporting.queries.execution import FigureResult, Group, Number
from reporting.queries.question import FigureQuery
from reporting.queries.targets import Progress


def list_of(name: str, query: FigureQuery, **group: str) -> str:
    """Return the path of the rows behind a number."""
    return f"/v1/figures/{name}/list?{urlencode(query.params(**group))}"


class TextView(View):
    fr: str
    en: str


class PartView(BaseModel):
    """One of the two counts of a share."""

    name: str
    value: int
    list: str


class NumberView(BaseModel):
    """A count, a sum, or a share with its two counts; a share of nothing is null."""

    value: int | float | None = Field(examples=[0.73])
    numerator: PartView | None
    denominator: PartView | None
    list: str = Field(description="The rows that are counted; of a share, its numerator's.")

    @staticmethod
    def number_fields(
        figure: Figure, number: Number, query: FigureQuery, **group: str
    ) -> dict[str, Any]:
        def part(name: str, value: int | None) -> dict[str, Any]:
            return {"name": name, "value": value, "list": list_of(name, query, **group)}

        share = figure if isinstance(figure, Share) else None
        return {
            "value": number.value,
            "numerator": share and part(share.numerator, number.numerator),
            "denominator": share and part(share.denominator, number.denominator),
            "list": list_of(figure.name, query, **group),
        }


class GroupView(NumberView):
    key: str = Field(examples=["11"])
    label: str = Field(examples=["Île-de-France"])

    @classmethod
    def of(cls, figure: Figure, group: Group, query: FigureQuery, by: str) -> Self:
        narrowed = {BREAKDOWNS[by].parameter: group.key}
        return cls.model_validate(
            cls.number_fields(figure, group.number, query, **narrowed)
            | {"key": group.key, "label": group.label}
        )


class FigureView(NumberView):
    name: str = Field(examples=["outcomes_fitting"])
    label: TextView
    definition: TextView
    unit: Unit = Field(
        description="A `count` is as long as its list; a `sum`, or a sum of `cents`, adds up the"
        " `detail` of its rows; a `share` is between 0 and 1."
    )
    breakdowns: tuple[str, ...] = Field(description="What it can be broken down `by`.")

    @classmethod
    def of(cls, result: FigureResult, query: FigureQuery) -> Self:
        return cls.model_validate(cls.figure_fields(result, query))

    @classmethod
    def figure_fields(cls, result: FigureResult, query: FigureQuery) -> dict[str, Any]:
        figure = result.figure
        return cls.number_fields(figure, result.number, query) | {
            "name": figure.name,
            "label": figure.label,
            "definition": figure.definition,
            "unit": figure.unit,
            "breakdowns": figure.breakdowns,
        }


class FiguresView(BaseModel):
    as_of: date
    known_at: datetime | None
    figures: list[FigureView]


class FigureByView(FigureView):
    as_of: date
    known_at: datetime | None
    by: str | None
    rows: list[GroupView]

    @classmethod
    def broken_down(cls, result: FigureResult, query: FigureQuery, by: str | None) -> Self:
        rows = [GroupView.of(result.figure, group, query, str(by)) for group in result.groups]
        own = {"as_of": query.as_of, "known_at": query.known_at, "by": by, "rows": rows}
        return cls.model_validate(cls.figure_fields(result, query) | own)


class TargetView(View):
    """The value that a figure is to reach within a period, both days included."""

    id: UUID
    figure: str = Field(examples=["mentees_newly_accompanied"])
    starts_on: date
    ends_on: date
    value: int = Field(examples=[6000])
    version: int


class ProgressView(TargetView):
    """A target, the value reached by the end of `as_of`, and that of an even pace by then.

    An even pace: the value, times the days of the period up to `as_of`, by all its days.
    """

    label: TextView
    definition: TextView
    as_of: date
    known_at: datetime | None
    reached: int = Field(examples=[3412])
    expected: float = Field(examples=[3353.4])
    ahead_by: float = Field(description="More than expected; negative when behind.")
    pace: Literal["to_come", "ahead", "behind"]
    list: str = Field(description="The rows that are counted.")

    @classmethod
    def of(cls, progress: Progress) -> Self:
        target, query = progress.target, progress.query
        return cls(
            **target.model_dump(),
            label=TextView.model_validate(progress.figure.label),
            definition=TextView.model_validate(progress.figure.definition),
            as_of=query.as_of,
            known_at=query.known_at,
            reached=progress.reached,
            expected=progress.expected,
            ahead_by=progress.ahead_by,
            pace=progress.pace,
            list=list_of(target.figure, query),
        )


class RowView(View):
    """A row that a figure counts. A value that is unknown or does not apply is null."""

    id: UUID | str = Field(description="An identifier; of a department or a region, its code.")
    happened_on: date
    detail: str | None = Field(description="A code that says more: a medium, a reason, a contract.")
    programme_year: str
    department: str | None
    department_name: str | None
    region: str | None
    region_name: str | None
    organisation_id: UUID | None
    organisation: str | None
    convention_id: UUID | None
    mentor_id: UUID | None
    mentee_id: UUID | None
    pairing_id: UUID | None
