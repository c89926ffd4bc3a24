"""Timelines: what happened, by date, as a union of queries for each type of step.

Steps are read from the rows that store them: nothing is stored twice, so that a timeline cannot
differ from its sources.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB


class Step(NamedTuple):
    """A type of step as SQL: its name, keys, details and source.

    `keys` are the date, the id, and the ids of `Timeline.about`; `details` may be empty; `source`
    is what follows `FROM`.
    """

    name: str
    keys: str
    details: str
    source: str


class Timeline:
    """The steps of things of which each has an id in a column named in `about`."""

    def __init__(self, steps: Sequence[Step], *, about: Sequence[str]) -> None:
        columns: tuple[sa.ColumnClause[Any], ...] = (
            sa.column("happened_on", sa.Date()),
            sa.column("id", sa.Uuid()),
            *(sa.column(name, sa.Uuid()) for name in about),
            sa.column("rank", sa.Integer()),
            sa.column("what", sa.String()),
            sa.column("details", JSONB()),
        )
        union, names = _union(steps), ", ".join(column.name for column in columns)
        text = sa.text(f"SELECT * FROM ({union}) AS steps ({names})")  # noqa: S608  (constants)
        self._step = text.columns(*columns).subquery("step")
        self.columns = self._step.c
        self.order = (self.columns.happened_on, self.columns.rank, self.columns.id)
        """By date; on one date, in the order in which `steps` lists their types."""

    def where(self, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
        """Select the dated steps that fulfil `condition`."""
        return sa.select(self._step).where(condition, self.columns.happened_on.is_not(None))


def _union(steps: Sequence[Step]) -> str:
    return " UNION ALL ".join(
        f"SELECT {step.keys}, {rank}, '{step.name}', {_details(step.details)} FROM {step.source}"  # noqa: S608
        for rank, step in enumerate(steps)
    )


def _details(columns: str) -> str:
    names = [column for column in columns.split(", ") if column]
    pairs = ", ".join(f"'{name.rpartition('.')[2]}', {name}" for name in names)
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))"
