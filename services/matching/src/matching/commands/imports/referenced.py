"""Rows identified by a reference of the office that sends them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.files.fields import Text
from backbone.imports.registry import Row
from matching import store
from matching.commands.imports.differences import differences
from matching.domain.corrections import as_said
from matching.domain.tables import Contact, Outcome

BY_FILE = "import"


class Referenced(Row):
    """A row with a reference of its office, by which it is found again."""

    key: ClassVar[tuple[str, ...]] = ("reference",)

    reference: Text


async def corrections_in(
    session: AsyncSession, row: Referenced, stored: Contact | Outcome, columns: Sequence[str]
) -> dict[str, Any]:
    """Return what the row corrects; empty if it repeats values from before a correction."""
    changes = differences(row, {name: getattr(stored, name) for name in columns})
    if not changes:
        return {}
    given, before = row.model_dump(mode="json", include={*columns}), as_said(stored, columns)
    for correction in await store.corrections_of(session, stored.id):
        before |= correction.before
        if all(given[name] == before[name] for name in columns if name in row.model_fields_set):
            return {}
    return changes
