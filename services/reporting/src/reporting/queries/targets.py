"""Progress of targets, against an even pace."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.domain import Target
from reporting.figures import FIGURES
from reporting.figures.model import Figure
from reporting.queries.execution import totals
from reporting.queries.question import AsOf, FigureQuery

BY_PERIOD: Final = (col(Target.starts_on), col(Target.id))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The value of a target's figure by the end of a day, of rows within its period."""

    target: Target
    query: FigureQuery
    reached: int

    @property
    def figure(self) -> Figure:
        return FIGURES[self.target.figure]

    @property
    def expected(self) -> float:
        return self.target.expected(self.query.as_of)

    @property
    def ahead_by(self) -> float:
        """The value above the expected one; negative when it is behind."""
        return round(self.reached - self.expected, 1)

    @property
    def pace(self) -> Literal["to_come", "ahead", "behind"]:
        """The pace: `ahead` when exactly at it, `to_come` before the period begins."""
        if self.query.as_of < self.target.starts_on:
            return "to_come"
        return "behind" if self.ahead_by < 0 else "ahead"


async def progress_of_all(session: AsyncSession, when: AsOf, *, starts: int) -> list[Progress]:
    """Return the progress of all targets, by the beginning of their period."""
    rows = (await session.exec(select(Target).order_by(*BY_PERIOD))).all()
    return await progress_of(session, when, rows, starts=starts)


async def progress_of(
    session: AsyncSession, when: AsOf, targets: Iterable[Target], *, starts: int
) -> list[Progress]:
    """Return the progress of `targets`, in their order, by one statement for each period."""
    targets = list(targets)
    reached = dict[tuple[str, date, date], int]()
    for (from_, to), figures in _by_period(targets).items():
        query = when.within(from_, to)
        for result in await totals(session, query, figures, starts=starts):
            reached[result.figure.name, from_, to] = int(result.number.value or 0)
    return [
        Progress(
            target=target,
            query=when.within(target.starts_on, target.ends_on),
            reached=reached[target.figure, target.starts_on, target.ends_on],
        )
        for target in targets
    ]


def _by_period(targets: Iterable[Target]) -> dict[tuple[date, date], list[Figure]]:
    figures = defaultdict[tuple[date, date], list[Figure]](list)
    for target in targets:
        figures[target.starts_on, target.ends_on].append(FIGURES[target.figure])
    return figures
