"""How far a target is reached, against an even pace."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.domain import Target
from reporting.queries.answers import headlines
from reporting.queries.asked import Asked, When
from reporting.queries.figure import Figure
from reporting.queries.figures import FIGURES

BY_PERIOD: Final = (col(Target.starts_on), col(Target.id))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a target's figure has come to by the end of a day, of what happened in its period."""

    target: Target
    asked: Asked
    reached: int

    @property
    def figure(self) -> Figure:
        return FIGURES[self.target.figure]

    @property
    def expected(self) -> float:
        return self.target.expected(self.asked.as_of)

    @property
    def ahead_by(self) -> float:
        """How much more than expected; negative when it is behind."""
        return round(self.reached - self.expected, 1)

    @property
    def pace(self) -> Literal["to_come", "ahead", "behind"]:
        """Exactly at pace is ahead; before the period begins there is none."""
        if self.asked.as_of < self.target.starts_on:
            return "to_come"
        return "behind" if self.ahead_by < 0 else "ahead"


async def progress_of(
    session: AsyncSession, when: When, targets: Iterable[Target], *, starts: int
) -> list[Progress]:
    """Each target's progress, in their order; those of one period are counted together."""
    targets = list(targets)
    reached = dict[tuple[str, date, date], int]()
    for (from_, to), figures in _by_period(targets).items():
        asked = when.within(from_, to)
        for answer in await headlines(session, asked, figures, starts=starts):
            reached[answer.figure.name, from_, to] = int(answer.number.value or 0)
    return [
        Progress(
            target=target,
            asked=when.within(target.starts_on, target.ends_on),
            reached=reached[target.figure, target.starts_on, target.ends_on],
        )
        for target in targets
    ]


def _by_period(targets: Iterable[Target]) -> dict[tuple[date, date], list[Figure]]:
    figures = defaultdict[tuple[date, date], list[Figure]](list)
    for target in targets:
        figures[target.starts_on, target.ends_on].append(FIGURES[target.figure])
    return figures
