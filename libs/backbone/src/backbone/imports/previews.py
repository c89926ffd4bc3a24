"""Previews of files: the first rows, processed in a transaction that is undone.

The rules are those of the import itself, for its own code takes the rows: first one by one those
that are shown, then the others together. Nothing is stored or published. A preview
holds the locks of what it would change until it ends, which is after `MAX_SECONDS` at the latest,
and waits for those of others no longer than `MAX_LOCK_WAIT`.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, is_transient
from backbone.errors import Unavailable, sqlstate
from backbone.files.reading import Sheet, SheetRow, sheet_in
from backbone.imports.columns import Columns, columns_of, french_label, require_all
from backbone.imports.registry import COUNTED, Import, ImportResult, ImportType, RowError
from backbone.imports.worker import left_out, take_rows
from backbone.messaging.outbox import discard_pending

MAX_ROWS = 2_000
"""Rows that are tried; of a longer file the first ones."""
SHOWN_ROWS = 20
ROWS_AT_ONCE = 100
MAX_FAULTS = 100
MAX_SECONDS = 20.0
MAX_LOCK_WAIT = "2s"
LIMIT = text(f"SET LOCAL lock_timeout = '{MAX_LOCK_WAIT}'")
LOCK_NOT_AVAILABLE = "55P03"


class PreviewTooLong(Unavailable, kind="preview-too-long"):
    """To try the rows takes longer than a request may hold the locks of others."""


class PreviewBusy(Unavailable, kind="preview-busy"):
    """A preview that waits for another change to the same rows."""


class Outcome(StrEnum):
    """The outcome that an import of the row would have."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    WRONG = "wrong"


class FaultView(BaseModel):
    """Where a file is wrong, and why; the header is line 1."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    column: str | None
    reason: str


class PreviewColumn(BaseModel):
    """A column of the file, and what it means."""

    name: str
    field: str
    label: str | None


class PreviewRow(BaseModel):
    """A row of the file, what would become of it, and why it would be left out."""

    line: int
    cells: list[str]
    outcome: Outcome
    faults: list[FaultView]


class Preview(BaseModel):
    """The result that an import of the file would have now. Nothing of it is stored.

    `tried` are its rows that were tried; unless `complete`, it has more. `suggestions` are what
    unknown columns may mean.
    """

    kind: str
    file: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    columns: list[PreviewColumn]
    unknown_columns: list[str]
    suggestions: dict[str, str]
    first_rows: list[PreviewRow]
    tried: int
    complete: bool
    created: int
    updated: int
    unchanged: int
    refused: int
    wrong: int
    faults: list[FaultView]


async def preview_of(
    sessions: Sessions, kind: ImportType[Any], file: BinaryIO, *, name: str
) -> Preview:
    """Return what would become of a file; store nothing of it. Raises `UnreadableFile`."""
    async with sheet_in(file) as sheet:
        columns = columns_of(sheet.header, kind.row)
        require_all(columns, kind.row)
        rows = await asyncio.to_thread(list, islice(sheet.rows, MAX_ROWS + 1))
    trial = await _tried(sessions, kind, sheet, rows[:MAX_ROWS])
    return Preview(
        kind=kind.name,
        file=name,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.name,
        columns=_recognised(columns, kind),
        unknown_columns=list(columns.unknown),
        suggestions={name: field for name, field in columns.unknown.items() if field},
        first_rows=trial.shown,
        tried=len(rows[:MAX_ROWS]),
        complete=len(rows) <= MAX_ROWS,
        **{name: getattr(trial.tally, name) for name in COUNTED},
        faults=_views(trial.tally.faults[:MAX_FAULTS]),
    )


def _recognised(columns: Columns, kind: ImportType[Any]) -> list[PreviewColumn]:
    return [
        PreviewColumn(name=name, field=field, label=french_label(field, kind.row))
        for name, field in zip(columns.names, columns.fields, strict=True)
        if field
    ]


def _views(faults: Sequence[RowError]) -> list[FaultView]:
    return [FaultView.model_validate(fault) for fault in faults]


async def _tried(
    sessions: Sessions, kind: ImportType[Any], sheet: Sheet, rows: Sequence[SheetRow]
) -> "Trial":
    """Try rows in one transaction, and undo it."""
    imported = Import(kind=kind.name, file="", digest="", columns=sheet.header, sent_by="")
    try:
        async with asyncio.timeout(MAX_SECONDS), sessions() as session:
            connection = await session.connection()
            await connection.execute(LIMIT)
            trial = Trial(sessions, connection, kind, imported)
            await trial.run(rows)
            await session.rollback()
            return trial
    except TimeoutError as late:
        raise PreviewTooLong(
            f"The preview took more than {MAX_SECONDS:.0f} seconds. Try a file of fewer rows, or"
            " send it without a preview: rows that are wrong are left out and named."
        ) from late
    except DBAPIError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        raise PreviewBusy(
            "Somebody is changing what this file would change. Try again in a moment."
        ) from error


@dataclass(slots=True)
class Trial:
    """Rows that are taken on a connection whose transaction will be undone."""

    sessions: Sessions
    connection: AsyncConnection
    kind: ImportType[Any]
    imported: Import
    tally: ImportResult = field(default_factory=ImportResult)
    shown: list[PreviewRow] = field(default_factory=list)

    async def run(self, rows: Sequence[SheetRow]) -> None:
        """Try the first rows one by one, to see what becomes of each, and the others together."""
        for row in rows[:SHOWN_ROWS]:
            tally = await self._take([row])
            self.tally.add(tally)
            self.shown.append(_shown(row, tally))
        for first in range(SHOWN_ROWS, len(rows), ROWS_AT_ONCE):
            self.tally.add(await self._take(rows[first : first + ROWS_AT_ONCE]))

    async def _take(self, rows: Sequence[SheetRow]) -> ImportResult:
        """Take rows; those that fail together fewer at a time, as the worker does."""
        try:
            async with self._step() as session:
                return await take_rows(session, self.imported, self.kind, rows)
        except Exception as error:
            if is_transient(error) or _waits_for_others(error):
                raise
            if len(rows) == 1:
                return left_out(rows[0].line, error)
        middle = len(rows) // 2
        tally = await self._take(rows[:middle])
        tally.add(await self._take(rows[middle:]))
        return tally

    @asynccontextmanager
    async def _step(self) -> AsyncIterator[AsyncSession]:
        """Open a session of its own, whose commit ends a savepoint: it is undone if it raises."""
        mode: Any = {"join_transaction_mode": "create_savepoint"}
        async with self.sessions(bind=self.connection, **mode) as session:
            yield session
            await session.flush()
            discard_pending(session)
            await session.commit()


def _waits_for_others(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and sqlstate(error) == LOCK_NOT_AVAILABLE


def _shown(row: SheetRow, tally: ImportResult) -> PreviewRow:
    counted = {Outcome(name): getattr(tally, name) for name in COUNTED}
    order = (Outcome.WRONG, Outcome.REFUSED, Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
    outcome = next(each for each in order if counted[each])
    return PreviewRow(line=row.line, cells=row.cells, outcome=outcome, faults=_views(tally.faults))
