"""The API of imports: stores an uploaded file, and shows its progress.

Files are CSV, or XLSX, of which the first visible sheet that holds something is read; the answer
says what was assumed. A header names the columns. What makes a file unreadable as a whole is
refused at once, and nothing of it is kept.
"""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, BinaryIO, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.files.reading import sheet_in
from backbone.files.spreadsheets import BOM, XLSX, FileFormat, Language, write_csv, write_xlsx
from backbone.imports.columns import columns_of, described, require_all
from backbone.imports.previews import FaultView, Preview, preview_of
from backbone.imports.registry import (
    Import,
    ImportChunk,
    ImportRowError,
    Imports,
    ImportState,
    ImportType,
    packed,
)
from backbone.imports.rejections import rejected_rows
from backbone.web.auth import Principal
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute, current_session
from contracts.bounds import shown

ROWS_OF_A_PART = 2_000

CsvFile = Annotated[
    UploadFile,
    File(
        description="CSV (UTF-8 or Windows-1252; semicolon, comma or tab) or XLSX, with a header."
    ),
]
Allowed: TypeAlias = Callable[..., Any]
Upload: TypeAlias = Callable[..., Coroutine[Any, Any, Import | Response]]
AsPreview = Annotated[
    bool, Query(description="Only say what would become of the file; nothing of it is stored.")
]
PREVIEWED: dict[int | str, dict[str, Any]] = {
    200: {"model": Preview, "description": "With `preview`: what would become of the file."}
}
REJECTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, XLSX: {}}, "description": "CSV, UTF-8, or a workbook."}
}
For = Annotated[Language, Query(description="For whom: semicolons for the French, or commas.")]


class ImportView(BaseModel):
    """A file that was sent, and how far it was taken, in rows.

    `unknown_columns` mean nothing to this kind of file: what stands in them was not taken.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    file: str
    digest: str
    state: ImportState
    sent_at: datetime
    finished_at: datetime | None
    unknown_columns: list[str]
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


def import_routes(imports: Imports, *, allowed: Allowed) -> APIRouter:
    """Return the routes of imports: an upload for each type, and their progress."""
    router = APIRouter(route_class=TransactionalRoute, tags=["imports"])
    for kind in imports.kinds.values():
        router.add_api_route(
            f"/imports/{kind.name}",
            _upload(kind, allowed),
            methods=["POST"],
            status_code=202,
            response_model=ImportView,
            responses=PREVIEWED,
            name=f"import_{kind.name.replace('-', '_')}",
            description=f"{kind.purpose}\n\nColumns: {described(kind.row)}.",
        )
    by = Annotated[Principal, Depends(allowed)]

    @router.get("/imports", response_model=Page[ImportView])
    async def list_imports(
        session: Session, _by: by, after: After = None, limit: Limit = 50
    ) -> Page[Any]:
        """List the files that were sent, oldest first."""
        order = (col(Import.position),)
        return await paginate(session, select(Import), by=order, after=after, limit=limit)

    @router.get("/imports/{import_id}", response_model=ImportView)
    async def get_import(import_id: UUID, session: Session, _by: by) -> Import:
        """Return the progress of an import."""
        return await _found(session, import_id)

    @router.get("/imports/{import_id}/errors", response_model=Page[FaultView])
    async def list_faults(
        import_id: UUID, session: Session, _by: by, after: After = None, limit: Limit = 50
    ) -> Page[Any]:
        """List the errors of a file, at most a thousand."""
        await _found(session, import_id)
        faults = select(ImportRowError).where(ImportRowError.import_id == import_id)
        order = (col(ImportRowError.line), col(ImportRowError.position))
        return await paginate(session, faults, by=order, after=after, limit=limit)

    @router.get("/imports/{import_id}/rejected.{form}", response_class=Response, responses=REJECTED)
    async def get_rejected_rows(
        import_id: UUID, form: FileFormat, session: Session, _by: by, lang: For = "fr"
    ) -> Response:
        """Return the rejected rows, to be corrected and sent again: the first thousand.

        They stand as in the file, each with its line and the reason at the end.
        """
        imported = await _found(session, import_id)
        row = imports.kinds[imported.kind].row
        rejected = await rejected_rows(session, imported, row, lang)
        if form == FileFormat.XLSX:
            name = rejected.name
            content = await asyncio.to_thread(write_xlsx, rejected.header, rejected.rows, name=name)
            media = XLSX
        else:
            rows = [rejected.header, *rejected.rows]
            content = BOM + (await asyncio.to_thread(write_csv, rows, lang)).encode()
            media = "text/csv; charset=utf-8"
        attached = f'attachment; filename="{rejected.name}.{form}"'
        return Response(content, media_type=media, headers={"content-disposition": attached})

    return router


def _upload(kind: ImportType[Any], allowed: Allowed) -> Upload:
    async def upload(
        file: CsvFile,
        by: Annotated[Principal, Depends(allowed)],
        request: Request,
        response: Response,
        *,
        preview: AsPreview = False,
    ) -> Import | Response:
        if preview:
            return await _preview(request, kind, file)
        session = await current_session(request)
        imported = await keep(
            session, kind, file.file, name=shown(file.filename or kind.name), sent_by=by.subject
        )
        response.headers["location"] = f"/v1/imports/{imported.id}"
        return imported

    return upload


async def _preview(request: Request, kind: ImportType[Any], file: UploadFile) -> Response:
    """Return what a file would do. It holds names: no cache and no stored answer keeps it."""
    name = shown(file.filename or kind.name)
    preview = await preview_of(request.app.state.sessions, kind, file.file, name=name)
    return Response(
        preview.model_dump_json(),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


async def _found(session: AsyncSession, import_id: UUID) -> Import:
    found = await session.get(Import, import_id)
    if found is None:
        raise NotFound("There is no such import. Look for it in the list of imports.")
    return found


async def keep(
    session: AsyncSession, kind: ImportType[Any], file: BinaryIO, *, name: str, sent_by: str
) -> Import:
    """Store a file until the worker has processed it; one that waits already is not stored twice.

    It is hashed and read in threads, so that the event loop goes on. Raises `UnreadableFile` for
    what is no file of this kind.
    """
    digest = await asyncio.to_thread(_digest, file)
    if waiting := await _open(session, kind, digest):
        return waiting
    async with sheet_in(file) as sheet:
        columns = columns_of(sheet.header, kind.row)
        require_all(columns, kind.row)
        imported = Import(
            kind=kind.name,
            file=name,
            digest=digest,
            columns=sheet.header,
            unknown_columns=list(columns.unknown),
            sent_by=sent_by,
            encoding=sheet.encoding,
            delimiter=sheet.delimiter,
            sheet=sheet.name,
        )
        session.add(imported)
        await session.flush()
        while rows := await asyncio.to_thread(list, islice(sheet.rows, ROWS_OF_A_PART)):
            session.add(ImportChunk(import_id=imported.id, first=rows[0].line, cells=packed(rows)))
            await session.flush()
            imported.rows += len(rows)
    await session.flush()
    await session.refresh(imported)
    return imported


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    for block in iter(lambda: file.read(1 << 18), b""):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


async def _open(session: AsyncSession, kind: ImportType[Any], digest: str) -> Import | None:
    query = select(Import).where(
        Import.state != ImportState.DONE, Import.kind == kind.name, Import.digest == digest
    )
    return (await session.exec(query)).first()
