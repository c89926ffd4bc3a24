"""The API's side of imports: keeps a file that is sent, and tells how far it was taken.

Files are CSV, or XLSX, of which the first visible sheet that holds something is read; the answer
says what was assumed. A header names the columns. What makes a file unreadable as a whole is
refused at once, and nothing of it is kept.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, BinaryIO, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, File, Response, UploadFile
from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.auth import Principal
from backbone.errors import Missing
from backbone.imports import (
    Import,
    ImportFault,
    ImportPart,
    Imports,
    ImportState,
    Kind,
    Row,
    packed,
)
from backbone.pages import After, Limit, Page, page
from backbone.reading import Sheet, UnreadableFile, read_sheet
from backbone.requests import Session, UnitOfWork
from contracts.bounds import shown

ROWS_OF_A_PART = 2_000

CsvFile = Annotated[
    UploadFile,
    File(
        description="CSV (UTF-8 or Windows-1252; semicolon, comma or tab) or XLSX, with a header."
    ),
]
Allowed: TypeAlias = Callable[..., Any]
Upload: TypeAlias = Callable[..., Coroutine[Any, Any, Import]]


class ImportView(BaseModel):
    """A file that was sent, and how far it was taken, in rows."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    file: str
    digest: str
    state: ImportState
    sent_at: datetime
    finished_at: datetime | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int
    taken: int
    created: int
    updated: int
    unchanged: int
    refused: int
    wrong: int


class FaultView(BaseModel):
    """Where a file is wrong, and why; the header is line 1."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    column: str | None
    reason: str


def import_routes(imports: Imports, *, allowed: Allowed) -> APIRouter:
    """An address for each kind of file, and those that tell how the imports go."""
    router = APIRouter(route_class=UnitOfWork, tags=["imports"])
    for kind in imports.kinds.values():
        router.add_api_route(
            f"/imports/{kind.name}",
            _upload(kind, allowed),
            methods=["POST"],
            status_code=202,
            response_model=ImportView,
            name=f"import_{kind.name.replace('-', '_')}",
            description=f"{kind.purpose}\n\nColumns: {_told(kind.row)}.",
        )
    by = Annotated[Principal, Depends(allowed)]

    @router.get("/imports", response_model=Page[ImportView])
    async def list_imports(
        session: Session, _by: by, after: After = None, limit: Limit = 50
    ) -> Page[Any]:
        """The files that were sent, oldest first."""
        order = (col(Import.position),)
        return await page(session, select(Import), by=order, after=after, limit=limit)

    @router.get("/imports/{import_id}", response_model=ImportView)
    async def get_import(import_id: UUID, session: Session, _by: by) -> Import:
        """How far a file was taken."""
        return await _found(session, import_id)

    @router.get("/imports/{import_id}/faults", response_model=Page[FaultView])
    async def list_faults(
        import_id: UUID, session: Session, _by: by, after: After = None, limit: Limit = 50
    ) -> Page[Any]:
        """What is wrong with a file, its first thousand rows that are."""
        await _found(session, import_id)
        faults = select(ImportFault).where(ImportFault.import_id == import_id)
        order = (col(ImportFault.line), col(ImportFault.position))
        return await page(session, faults, by=order, after=after, limit=limit)

    return router


def _upload(kind: Kind[Any], allowed: Allowed) -> Upload:
    async def upload(
        file: CsvFile,
        session: Session,
        by: Annotated[Principal, Depends(allowed)],
        response: Response,
    ) -> Import:
        imported = await keep(
            session, kind, file.file, name=shown(file.filename or kind.name), sent_by=by.subject
        )
        response.headers["location"] = f"/v1/imports/{imported.id}"
        return imported

    return upload


async def _found(session: AsyncSession, import_id: UUID) -> Import:
    found = await session.get(Import, import_id)
    if found is None:
        raise Missing("There is no such import. Look for it in the list of imports.")
    return found


async def keep(
    session: AsyncSession, kind: Kind[Any], file: BinaryIO, *, name: str, sent_by: str
) -> Import:
    """Store a file until the worker has processed it; one that waits already is not stored twice.

    It is hashed and read in threads, so that the event loop goes on. Raises `UnreadableFile` for
    what is no file of this kind.
    """
    digest = await asyncio.to_thread(_digest, file)
    if waiting := await _open(session, kind, digest):
        return waiting
    async with _sheet_in(file) as sheet:
        _check_header(sheet.header, kind.row)
        imported = Import(
            kind=kind.name,
            file=name,
            digest=digest,
            columns=sheet.header,
            sent_by=sent_by,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            sheet=sheet.name,
        )
        session.add(imported)
        await session.flush()
        while rows := await asyncio.to_thread(list, islice(sheet.rows, ROWS_OF_A_PART)):
            session.add(ImportPart(import_id=imported.id, first=rows[0].line, cells=packed(rows)))
            await session.flush()
            imported.rows += len(rows)
    await session.flush()
    await session.refresh(imported)
    return imported


@asynccontextmanager
async def _sheet_in(file: BinaryIO) -> AsyncIterator[Sheet]:
    sheet = await asyncio.to_thread(read_sheet, file)
    try:
        yield sheet
    finally:
        await asyncio.to_thread(sheet.close)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(1 << 18), b""):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


async def _open(session: AsyncSession, kind: Kind[Any], digest: str) -> Import | None:
    query = select(Import).where(
        Import.state != ImportState.DONE, Import.kind == kind.name, Import.digest == digest
    )
    return (await session.exec(query)).first()


def _check_header(names: Sequence[str], row: type[Row]) -> None:
    needed = [name for name, info in row.model_fields.items() if info.is_required()]
    if missing := [name for name in needed if name not in names]:
        raise UnreadableFile(
            f"The first line lacks the columns {', '.join(missing)}. It must name: {_told(row)}."
        )


def _told(row: type[Row]) -> str:
    return ", ".join(row.model_fields)
