"""Rows that an office calls by references of its own, by which they are found again."""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Text
from backbone.imports import Line, Row, Tally
from matching import store
from matching.domain.tables import Contact, Outcome, Pairing


class Referenced(Row):
    """A row that its office calls by a reference of its own."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text


R = TypeVar("R", bound=Referenced)


async def new_ones(
    session: AsyncSession,
    table: type[Pairing | Contact | Outcome],
    lines: Sequence[Line[R]],
    tally: Tally,
) -> list[Line[R]]:
    """The lines of which nothing is known; what is known already is not taken again."""
    known = await store.known(session, table, [line.row.reference for line in lines])
    new = [line for line in lines if line.row.reference not in known]
    tally.unchanged += len(lines) - len(new)
    return new
