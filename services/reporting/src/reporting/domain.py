"""Targets: what a figure is to come to within a period, and at what pace."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from backbone.database.tables import NamedTable, service_registry
from backbone.errors import Invalid, Refused


class PeriodReversed(Invalid, kind="period-reversed"):
    """A period ends on the day it starts, or later."""


class TargetSet(Refused, kind="target-set"):
    """The figure has a target for this period."""


class Table(NamedTable, registry=service_registry()):
    """Tables that reporting owns."""


class Target(Table, table=True):
    """What a figure is to count within a period, both days included."""

    __tablename__ = "target"

    __table_args__ = (
        UniqueConstraint("figure", "starts_on", "ends_on"),
        Index(None, "starts_on", "id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    figure: str
    starts_on: date
    ends_on: date
    value: int
    version: int = 1

    def expected(self, as_of: date) -> float:
        """What an even pace comes to by the end of that day.

        It is value * d / n, to one decimal: n are the days of the period, d those of them up to
        that day, it included. So nothing before the period, and the whole value after it.
        """
        days = (self.ends_on - self.starts_on).days + 1
        gone = (min(as_of, self.ends_on) - self.starts_on).days + 1
        return round(self.value * max(gone, 0) / days, 1)


def set_target(*, figure: str, starts_on: date, ends_on: date, value: int) -> Target:
    if ends_on < starts_on:
        raise PeriodReversed(f"It starts on {starts_on} and cannot end before. Check both days.")
    return Target(figure=figure, starts_on=starts_on, ends_on=ends_on, value=value)


def change_target(target: Target, value: int) -> None:
    """Let the target be another number. The caller holds the row."""
    target.value, target.version = value, target.version + 1
