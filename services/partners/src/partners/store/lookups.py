"""Lookup of rows that an imported file refers to."""

from collections.abc import Collection
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.errors import NotFound
from partners.domain.tables import Convention, Gift, Lead, ProgrammeEvent, Table

Named = TypeVar("Named", Convention, Lead, Gift, ProgrammeEvent)
Known = TypeVar("Known", bound=Table)


async def by_reference(
    session: AsyncSession, table: type[Named], references: Collection[str]
) -> dict[str, Named]:
    """Return rows by reference: the importing office's, else the id, as in exports."""
    ids = {_id_in(reference): reference for reference in references}
    ids.pop(None, None)
    condition = or_(col(table.reference).in_(references), col(table.id).in_(ids))
    found = (await session.exec(select(table).where(condition))).all()
    return {(each.reference or str(each.id)): each for each in found}


def _id_in(reference: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(reference)
    return None


def get_by_reference(known: dict[str, Named], reference: str, what: str) -> Named:
    """Return the row with this reference; raise `NotFound` that names the kind of row."""
    if reference not in known:
        raise NotFound(f"There is no {what} {reference}. Import it first.")
    return known[reference]


async def row_with(session: AsyncSession, table: type[Known], **columns: object) -> Known | None:
    """Return the row with these column values, if there is one."""
    same = (table_of(table).c[name] == value for name, value in columns.items())
    return (await session.exec(select(table).where(*same).limit(1))).first()
