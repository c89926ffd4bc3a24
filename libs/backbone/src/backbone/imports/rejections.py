"""The rows of a file that were left out, as a file to correct and to send again.

They are personal data: they are deleted after `rejected_rows_days`, and with who was erased.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.files.spreadsheets import Language
from backbone.imports.columns import REJECTION, columns_of
from backbone.imports.registry import Import, ImportRowError, RejectedRow, Row


@dataclass(frozen=True, slots=True)
class RejectedRows:
    """A header and the rows under it, with the columns of the line and the reason at the end."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]


async def rejected_rows(
    session: AsyncSession, imported: Import, row: type[Row], lang: Language
) -> RejectedRows:
    """Return the rows of a file that were left out. Raises `NotFound` once they were deleted."""
    query = select(RejectedRow).where(RejectedRow.import_id == imported.id)
    found = (await session.exec(query.order_by(col(RejectedRow.line)))).all()
    if imported.wrong and not found:
        raise NotFound(
            "The rows that were left out are not stored any longer. Send the file again."
        )
    reasons = await _reasons(session, imported, row)
    return RejectedRows(
        f"{imported.kind}-{REJECTION[lang][1]}",
        [*imported.columns, *REJECTION[lang]],
        [
            [*_padded(row.cells, len(imported.columns)), row.line, " ".join(reasons[row.line])]
            for row in found
        ],
    )


def _padded(cells: Sequence[str], length: int) -> Sequence[str]:
    return [cell for cell, _ in zip(chain(cells, repeat("")), range(length), strict=False)]


async def _reasons(session: AsyncSession, imported: Import, row: type[Row]) -> dict[int, list[str]]:
    """Return why each line was left out, with the columns by the file's own names."""
    columns = columns_of(imported.columns, row)
    names = dict(zip(columns.fields, columns.names, strict=True))
    query = select(ImportRowError).where(ImportRowError.import_id == imported.id)
    reasons = defaultdict[int, list[str]](list)
    for fault in await session.exec(query.order_by(col(ImportRowError.position))):
        where = f"{names.get(fault.column, fault.column)}: " if fault.column else ""
        reasons[fault.line].append(f"{where}{fault.reason}")
    return reasons
