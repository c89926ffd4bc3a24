"""What the API shows."""

from datetime import date, datetime
from typing import Any, Literal, Self
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from reporting.queries.answers import Answer, Group, Number
from reporting.queries.asked import Asked
from reporting.queries.breakdowns import BREAKDOWNS
from reporting.queries.figure import Figure, Share, Unit
from reporting.queries.targets import Progress


def list_of(name: str, asked: Asked, **group: str) -> str:
    """Where the rows behind a number are."""
    return f"/v1/figures/{name}/list?{urlencode(asked.params(**group))}"


class TextView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    fr: str
    en: str


class PartView(BaseModel):
    """One of the two counts of a share."""

    name: str
    value: int
    list: str


class NumberView(BaseModel):
    """A count or a sum, or a share with what it is of; a share of nothing is null."""

    value: int | float | None = Field(examples=[0.73])
    numerator: PartView | None
    denominator: PartView | None
    list: str = Field(description="The rows that are counted; of a share, its numerator's.")

    @staticmethod
    def said_of(figure: Figure, number: Number, asked: Asked, **group: str) -> dict[str, Any]:
        def part(name: str, value: int | None) -> dict[str, Any]:
            return {"name": name, "value": value, "list": list_of(name, asked, **group)}

        share = figure if isinstance(figure, Share) else None
        return {
            "value": number.value,
            "numerator": share and part(share.numerator, number.numerator),
            "denominator": share and part(share.denominator, number.denominator),
            "list": list_of(figure.name, asked, **group),
        }


class GroupView(NumberView):
    key: str = Field(examples=["11"])
    label: str = Field(examples=["Île-de-France"])

    @classmethod
    def of(cls, figure: Figure, group: Group, asked: Asked, by: str) -> Self:
        narrowed = {BREAKDOWNS[by].parameter: group.key}
        return cls.model_validate(
            cls.said_of(figure, group.number, asked, **narrowed)
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
    breakdowns: tuple[str, ...] = Field(description="What it can be told `by`.")

    @classmethod
    def of(cls, answer: Answer, asked: Asked) -> Self:
        return cls.model_validate(cls.said(answer, asked))

    @classmethod
    def said(cls, answer: Answer, asked: Asked) -> dict[str, Any]:
        figure = answer.figure
        return cls.said_of(figure, answer.number, asked) | {
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
    def told(cls, answer: Answer, asked: Asked, by: str | None) -> Self:
        rows = [GroupView.of(answer.figure, group, asked, str(by)) for group in answer.groups]
        said = {"as_of": asked.as_of, "known_at": asked.known_at, "by": by, "rows": rows}
        return cls.model_validate(cls.said(answer, asked) | said)


class TargetView(BaseModel):
    """What a figure is to count within a period, both days included."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    figure: str = Field(examples=["mentees_newly_accompanied"])
    starts_on: date
    ends_on: date
    value: int = Field(examples=[6000])
    version: int


class ProgressView(TargetView):
    """A target, what was reached by the end of a day, and what an even pace comes to by then.

    The pace: the value, times the days of the period up to that day, by all its days.
    """

    label: TextView
    definition: TextView
    as_of: date
    known_at: datetime | None
    reached: int = Field(examples=[3412])
    expected: float = Field(examples=[3353.4])
    ahead_by: float = Field(description="More than expected; negative when behind.")
    pace: Literal["to_come", "ahead", "behind"]
    list: str = Field(description="The rows that were reached.")

    @classmethod
    def of(cls, progress: Progress) -> Self:
        target, asked = progress.target, progress.asked
        return cls(
            **target.model_dump(),
            label=TextView.model_validate(progress.figure.label),
            definition=TextView.model_validate(progress.figure.definition),
            as_of=asked.as_of,
            known_at=asked.known_at,
            reached=progress.reached,
            expected=progress.expected,
            ahead_by=progress.ahead_by,
            pace=progress.pace,
            list=list_of(target.figure, asked),
        )


class RowView(BaseModel):
    """A row that a figure counts. What is not known, or does not apply, is null."""

    model_config = ConfigDict(from_attributes=True)

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
