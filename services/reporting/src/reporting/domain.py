"""Tables that reporting owns: targets, and the entries of the live stream."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
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
    """The value that a figure is to reach within a period, both days included."""

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
        """Return what an even pace reaches by the end of `as_of`.

        It is value * d / n, to one decimal: n are the days of the period, d those of them up to
        `as_of`, it included. So nothing before the period, and the whole value after it.
        """
        days = (self.ends_on - self.starts_on).days + 1
        elapsed = (min(as_of, self.ends_on) - self.starts_on).days + 1
        return round(self.value * max(elapsed, 0) / days, 1)


class StreamEntry(Table, table=True):
    """An event of the live stream. Positions ascend in the order of commits and are never reused.

    Written by a reaction, so a rebuild neither re-sends events nor changes positions.
    """

    __tablename__ = "happening"

    position: int | None = Field(
        default=None, primary_key=True, sa_type=BigInteger, sa_column_args=[Identity(always=True)]
    )
    event_id: UUID
    type: str
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    facts: dict[str, Any] = Field(sa_type=JSONB)


def set_target(*, figure: str, starts_on: date, ends_on: date, value: int) -> Target:
    if ends_on < starts_on:
        raise PeriodReversed(f"It starts on {starts_on} and cannot end before. Check both days.")
    return Target(figure=figure, starts_on=starts_on, ends_on=ends_on, value=value)


def change_target(target: Target, value: int) -> None:
    """Set the value of `target`, whose row the caller has locked."""
    target.value, target.version = value, target.version + 1
