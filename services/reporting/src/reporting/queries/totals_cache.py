"""The totals of figures, computed once until another message is applied."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from reporting.figures.model import Figure
from reporting.queries.execution import FigureResult, totals
from reporting.queries.question import FigureQuery

MAX_ENTRIES = 200
# Differs after each batch, and after a rebuild or a restore too: xmin is the writer's id.
POSITION = text("""
SELECT string_agg(concat_ws(' ', topic, partition, messages, xmin), ',' ORDER BY topic, partition)
FROM applied
""")

Key: TypeAlias = tuple[date, datetime | None, frozenset[tuple[str, object]], tuple[str, ...], int]


class TotalsCache:
    """The last totals that a process computed, all of one state of the read model.

    They are numbers without personal data. Once another message is applied, all are discarded.
    """

    def __init__(self) -> None:
        self._position: str | None = None
        self._entries = OrderedDict[Key, list[FigureResult]]()

    async def of(
        self, session: AsyncSession, query: FigureQuery, figures: Sequence[Figure], *, starts: int
    ) -> list[FigureResult]:
        """Return each figure's number as of now; programme years begin in month `starts`.

        The position is read first: totals computed after it are as new, or newer.
        """
        position = await session.scalar(POSITION)
        if position != self._position:
            self._position, self._entries = position, OrderedDict()
        key = _key(query, figures, starts)
        if (cached := self._entries.get(key)) is not None:
            self._entries.move_to_end(key)
            return cached
        results = await totals(session, query, figures, starts=starts)
        if position == self._position:  # else another request has seen a newer state
            self._entries[key] = results
            if len(self._entries) > MAX_ENTRIES:
                self._entries.popitem(last=False)
        return results


def _key(query: FigureQuery, figures: Sequence[Figure], starts: int) -> Key:
    names = tuple(figure.name for figure in figures)
    return query.as_of, query.known_at, frozenset(query.filters.items()), names, starts
