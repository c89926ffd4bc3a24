"""Questions to the figures: the day, the instant of knowledge, and filters."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.bounds import Day, Instant
from contracts.territories import zone_of
from reporting.figures.breakdowns import BREAKDOWNS


def today() -> date:
    return datetime.now(zone_of("75")).date()


class AsOf(BaseModel):
    """The day that figures are about, and the instant whose knowledge they rest on."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    as_of: Day = Field(
        default_factory=today,
        description="The day whose end is looked at; today in Paris, if left out.",
        examples=["2014-01-06"],
    )
    known_at: Instant | None = Field(
        default=None,
        description="Leave out facts that were recorded after this instant.",
        examples=["2014-02-01T00:00:00Z"],
    )

    def within(self, from_: date, to: date) -> "FigureQuery":
        """Return the query for what happened from `from_` to `to`, both included."""
        return FigureQuery(as_of=self.as_of, known_at=self.known_at, from_=from_, to=to)


class FigureQuery(AsOf):
    """A question to a figure: as of which day, and which of its rows."""

    from_: Day | None = Field(
        default=None, alias="from", description="Only rows of this day or later."
    )
    to: Day | None = Field(default=None, description="Only rows of this day or earlier.")
    region: str | None = Field(
        default=None,
        pattern="^([0-9]{2}|unknown)$",
        description="INSEE code of a region of that day, or `unknown`.",
        examples=["11"],
    )
    department: str | None = Field(
        default=None, pattern="^([0-9]{2,3}|2[AB]|unknown)$", examples=["93"]
    )
    organisation_id: UUID | Literal["unknown"] | None = None
    umbrella_id: UUID | Literal["none"] | None = Field(
        default=None, description="An umbrella: itself, its members and theirs; or `none`."
    )
    convention_id: UUID | Literal["none"] | None = None
    programme_year: str | None = Field(
        default=None, pattern="^[0-9]{4}(-[0-9]{4})?$", examples=["2013-2014"]
    )

    @model_validator(mode="after")
    def check_period(self) -> Self:
        if self.from_ and self.to and self.from_ > self.to:
            raise ValueError("`from` is after `to`: swap them.")
        return self

    @property
    def filters(self) -> dict[str, Any]:
        """The values of the filters that are set, by parameter, `from` and `to` included."""
        names = ["from", "to", *(b.parameter for b in BREAKDOWNS.values())]
        values = self.model_dump(mode="json", by_alias=True, include=_FIELDS)
        return {name: values[name] for name in names if values[name] is not None}

    def params(self, **changes: Any) -> dict[str, str]:  # noqa: ANN401  (JSON values)
        """Return the parameters of a URL with the same query, with `changes`."""
        known_at = {"known_at": self.known_at.isoformat()} if self.known_at else {}
        return {"as_of": str(self.as_of)} | known_at | self.filters | changes


class NamedFiguresQuery(FigureQuery):
    """A question to the figures of these names, or to all."""

    names: tuple[Annotated[str, Field(max_length=100)], ...] = Field(
        default=(),
        max_length=100,
        description="Only the figures of these names, in this order; all, if left out.",
        examples=[["mentees_accompanied", "outcomes_fitting"]],
    )


_FIELDS = {"from_", "to", *(breakdown.parameter for breakdown in BREAKDOWNS.values())}
