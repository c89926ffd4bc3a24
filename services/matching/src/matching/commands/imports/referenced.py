"""Rows that an office calls by references of its own, by which they are found again."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.cells import Text
from backbone.imports import Row
from matching import store
from matching.commands.imports.differences import differences
from matching.domain.corrections import as_said
from matching.domain.tables import Contact, Outcome

BY_FILE = "import"


class Referenced(Row):
    """A row that its office calls by a reference of its own."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text


async def corrections_in(
    session: AsyncSession, row: Referenced, stored: Contact | Outcome, columns: Sequence[str]
) -> dict[str, Any]:
    """Return what the row corrects; nothing if it says what was stored before a correction."""
    changes = differences(row, {name: getattr(stored, name) for name in columns})
    if not changes:
        return {}
    said, before = row.model_dump(mode="json", include={*columns}), as_said(stored, columns)
    for correction in await store.corrections_of(session, stored.id):
        before |= correction.before
        if all(said[name] == before[name] for name in columns if name in row.model_fields_set):
            return {}
    return changes
