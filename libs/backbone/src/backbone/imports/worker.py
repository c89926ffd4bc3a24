"""The worker's side of imports: takes kept files in, part after part, each once.

A part's effects, its faults and the count of its rows are one transaction, which also forgets the
part: killed at any moment, the import goes on with the part that was being taken.
"""

import asyncio
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import String, cast, delete, exists, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.crash import crash_point
from backbone.database.bulk import insert_all, insert_rows
from backbone.database.sessions import Sessions, is_transient, transaction
from backbone.database.tables import table_of
from backbone.database.task_failures import TaskFailure, set_aside, surviving
from backbone.errors import Refused, named_reason
from backbone.files.fields import sentence_of
from backbone.files.reading import SheetRow
from backbone.imports.columns import columns_of
from backbone.imports.registry import (
    COUNTED,
    Import,
    ImportChunk,
    ImportKey,
    ImportResult,
    ImportRowError,
    Imports,
    ImportState,
    ImportType,
    ParsedRow,
    RejectedRow,
    packed,
    unpacked,
)
from backbone.shutdown import pause

TASK = "import"
POLL_INTERVAL = 0.25  # seconds, while there is nothing to take
MOST_REJECTED = 1_000  # rows of a file that are stored, with all that is wrong in them

log = structlog.get_logger()


class ImportWorker:
    """Takes the files that were sent to a service. Several workers take turns."""

    def __init__(self, sessions: Sessions, imports: Imports) -> None:
        self.sessions, self.imports = sessions, imports

    async def run(self, stopping: asyncio.Event) -> None:
        """Process imports until `stopping` is set."""
        while not stopping.is_set():
            await surviving("import", partial(self._take_all, stopping))
            await pause(stopping, seconds=POLL_INTERVAL)

    async def _take_all(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set() and await self.process_next_chunk():
            pass

    async def process_next_chunk(self) -> bool:
        """Process the next chunk of the oldest file that is not done; return whether there was one.

        A file that fails row by row too becomes a dead letter, and the next file follows.
        """
        import_id = part = None
        try:
            async with transaction(self.sessions) as session:
                imported = await _oldest_open(session)
                if imported is None:
                    return False
                import_id = imported.id
                if part := await _next_part(session, imported):
                    await self._take(session, imported, part)
                else:
                    await _finish(session, imported)
                crash_point("import.before_commit")
            crash_point("import.after_commit")
        except Exception as error:
            if import_id is None or is_transient(error):
                raise
            await self._narrow_or_set_aside(import_id, part, error)
        return True

    async def _narrow_or_set_aside(
        self, import_id: UUID, part: ImportChunk | None, error: Exception
    ) -> None:
        cause = error
        if part is not None:
            try:
                return await self._narrow(part, error)
            except Exception as again:
                if is_transient(again):
                    raise
                cause = again
        async with transaction(self.sessions) as session:
            await set_aside(session, TASK, import_id, cause)
        return None

    async def _take(self, session: AsyncSession, imported: Import, part: ImportChunk) -> None:
        rows = unpacked(part)
        tally = await take_rows(session, imported, self.imports.kinds[imported.kind], rows)
        await _forget(session, part)
        await _note(session, imported, tally, rows)

    async def _narrow(self, part: ImportChunk, error: Exception) -> None:
        """Part what failed into halves; a row that fails alone is left out."""
        rows = unpacked(part)
        async with transaction(self.sessions) as session:
            imported = await session.get(Import, part.import_id, with_for_update=True)
            if imported is None or not await _forget(session, part):
                return  # another worker was luckier with it
            if len(rows) > 1:
                session.add_all(_halves(part, rows))
                return
            await _note(session, imported, left_out(part.first, error), rows)


async def take_rows(
    session: AsyncSession, imported: Import, kind: ImportType[Any], rows: Sequence[SheetRow]
) -> ImportResult:
    """Take rows of a file by the rules of its kind. What it raises undoes all of them."""
    tally = ImportResult()
    lines = list(_readable(kind, imported.columns, rows, tally))
    if alone := await _without_repeats(session, imported, lines, tally):
        await kind.take(session, alone, tally)
    return tally


def left_out(line: int, error: Exception) -> ImportResult:
    """Return the tally of a row that could not be processed even by itself."""
    tally = ImportResult()
    if isinstance(error, Refused):
        tally.add_error(line, str(error))
    else:
        cause = named_reason(error)
        log.warning("row not taken", line=line, reason=cause)
        tally.add_error(line, f"The row could not be taken. {cause}")
    return tally


async def _oldest_open(session: AsyncSession) -> Import | None:
    dead = exists().where(
        col(TaskFailure.task) == TASK, col(TaskFailure.about) == cast(Import.id, String)
    )
    query = select(Import).where(Import.state != ImportState.DONE, ~dead)
    query = query.order_by(col(Import.position))
    return (await session.exec(query.limit(1).with_for_update(of=Import))).first()


async def _next_part(session: AsyncSession, imported: Import) -> ImportChunk | None:
    query = select(ImportChunk).where(ImportChunk.import_id == imported.id)
    part = (await session.exec(query.order_by(col(ImportChunk.first)).limit(1))).first()
    if part:
        session.expunge(part)  # it is read after a rollback, too
    return part


async def _forget(session: AsyncSession, part: ImportChunk) -> bool:
    """Delete a chunk; return whether it was still there."""
    here = (col(ImportChunk.import_id) == part.import_id) & (col(ImportChunk.first) == part.first)
    deleted = await (await session.connection()).execute(delete(ImportChunk).where(here))
    return deleted.rowcount == 1


async def _finish(session: AsyncSession, imported: Import) -> None:
    keys = delete(ImportKey).where(col(ImportKey.import_id) == imported.id)
    await (await session.connection()).execute(keys)
    imported.state = ImportState.DONE
    imported.finished_at = await session.scalar(select(func.now()))
    log.info("import done", kind=imported.kind, rows=imported.rows, wrong=imported.wrong)


def _halves(part: ImportChunk, rows: Sequence[SheetRow]) -> Iterator[ImportChunk]:
    middle = len(rows) // 2
    for half in (rows[:middle], rows[middle:]):
        yield ImportChunk(import_id=part.import_id, first=half[0].line, cells=packed(half))


def _readable(
    kind: ImportType[Any], columns: Sequence[str], rows: Sequence[SheetRow], tally: ImportResult
) -> Iterator[ParsedRow[Any]]:
    """Return the valid rows; add an error for each invalid column of the others."""
    fields = columns_of(columns, kind.row).fields
    for number, cells, wrong, place in rows:
        if wrong:
            tally.add_error(number, wrong, column=place)
            continue
        try:
            pairs = zip(fields, cells, strict=False)
            row = kind.row.model_validate({field: cell for field, cell in pairs if field})
            yield ParsedRow(number, row)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False)
            for fault in faults:
                column = str(fault["loc"][0]) if fault["loc"] else None
                tally.add_error(number, sentence_of(fault), column=column)
            tally.wrong -= len(faults) - 1  # it is one row


async def _without_repeats(
    session: AsyncSession, imported: Import, lines: Sequence[ParsedRow[Any]], tally: ImportResult
) -> list[ParsedRow[Any]]:
    """Return the rows whose natural key does not occur earlier in the file."""
    if not lines:
        return []
    keys = [
        {"import_id": imported.id, "known_by": a.row.natural_key, "line": a.number} for a in lines
    ]
    first_of = {key["known_by"]: key for key in reversed(keys)}
    new = insert_rows(ImportKey, list(first_of.values())).on_conflict_do_nothing()
    stored = await (await session.connection()).execute(new.returning(table_of(ImportKey).c.line))
    unmet = set(stored.scalars())
    if repeats := [line for line in lines if line.number not in unmet]:
        await _blame_repeats(session, imported, repeats, tally)
    return [line for line in lines if line.number in unmet]


async def _blame_repeats(
    session: AsyncSession, imported: Import, repeats: Sequence[ParsedRow[Any]], tally: ImportResult
) -> None:
    keys = [line.row.natural_key for line in repeats]
    query = select(ImportKey.known_by, ImportKey.line).where(
        ImportKey.import_id == imported.id, col(ImportKey.known_by).in_(keys)
    )
    met = dict((await session.exec(query)).all())
    for line in repeats:
        same = f"The same stands on line {met[line.row.natural_key]}. Leave one of the two out."
        tally.add_error(line.number, same, column=", ".join(line.row.key))


async def _note(
    session: AsyncSession, imported: Import, tally: ImportResult, rows: Sequence[SheetRow]
) -> None:
    """Add up what became of a part; store the first rows that were left out, and why."""
    still_stored = max(0, MOST_REJECTED - imported.wrong)
    imported.state = ImportState.RUNNING
    imported.taken += len(rows)
    for name in COUNTED:
        setattr(imported, name, getattr(imported, name) + getattr(tally, name))
    wrong = set(islice(dict.fromkeys(fault.line for fault in tally.faults), still_stored))
    await insert_all(
        session,
        ImportRowError,
        [
            {"import_id": imported.id, "line": a.line, "column": a.column, "reason": a.reason}
            for a in tally.faults
            if a.line in wrong
        ],
    )
    session.add_all(
        RejectedRow(import_id=imported.id, line=row.line, cells=row.cells)
        for row in rows
        if row.line in wrong
    )
