"""Headline figures, computed once while no message is applied."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.queries.answers import Answer, headlines
from reporting.queries.asked import Asked
from reporting.queries.figure import Figure

MAX_ANSWERS = 200
# Another one after each batch, and after a rebuild or a restore too: xmin is the writer's id.
POSITION = text("""
SELECT string_agg(concat_ws(' ', topic, partition, messages, xmin), ',' ORDER BY topic, partition)
FROM applied
""")

Question: TypeAlias = tuple[
    date, datetime | None, frozenset[tuple[str, object]], tuple[str, ...], int
]


class Headlines:
    """The last answers of a process, all of one state of the read model.

    They are numbers without personal data. When a message was applied since, all are forgotten.
    """

    def __init__(self) -> None:
        self._position: str | None = None
        self._answers = OrderedDict[Question, list[Answer]]()

    async def of(
        self, session: AsyncSession, asked: Asked, figures: Sequence[Figure], *, starts: int
    ) -> list[Answer]:
        """Return each figure's number, as it is now; programme years begin in month `starts`.

        The position is read first: what is computed after it is as new, or newer.
        """
        position = await session.scalar(POSITION)
        if position != self._position:
            self._position, self._answers = position, OrderedDict()
        question = _question(asked, figures, starts)
        if (known := self._answers.get(question)) is not None:
            self._answers.move_to_end(question)
            return known
        answers = await headlines(session, asked, figures, starts=starts)
        if position == self._position:
            self._answers[question] = answers
            if len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answers


def _question(asked: Asked, figures: Sequence[Figure], starts: int) -> Question:
    names = tuple(figure.name for figure in figures)
    return asked.as_of, asked.known_at, frozenset(asked.filters.items()), names, starts
