"""The API's side of imports: keeps a file that is sent, and tells how far it was taken.

Files are CSV, in UTF-8, with a comma or a semicolon, or XLSX, of which the first sheet is read; a
header names the columns. What makes a file unreadable as a whole is refused at once, and nothing of
it is kept.
"""

import asyncio
import csv
import hashlib
from collections.abc import Callable, Coroutine, Iterator
from datetime import datetime
from io import TextIOWrapper
from itertools import islice
from typing import Annotated, Any, BinaryIO, TypeAlias
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, File, Response, UploadFile
from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.auth import Principal
from backbone.columns import UnreadableFile, columns_of, described, require_all
from backbone.errors import Missing
from backbone.imports import (
    Import,
    ImportFault,
    ImportPart,
    Imports,
    ImportState,
    Kind,
    Row,
)
from backbone.pages import After, Limit, Page, page
from backbone.requests import Session, UnitOfWork
from backbone.spreadsheets import Unreadable, unguarded
from backbone.workbooks import rows_of_workbook
from contracts.bounds import shown

ROWS_OF_A_PART = 2_000
ZIP = b"PK\x03\x04"

CsvFile = Annotated[
    UploadFile, File(description="CSV (UTF-8, comma or semicolon) or XLSX, with a header.")
]
Allowed: TypeAlias = Callable[..., Any]
Upload: TypeAlias = Callable[..., Coroutine[Any, Any, Import]]


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
            description=f"{kind.purpose}\n\nColumns: {described(kind.row)}.",
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
    columns, rows = await asyncio.to_thread(read, file, kind.row)
    imported = Import(
        kind=kind.name,
        file=name,
        digest=digest,
        columns=columns,
        unknown_columns=list(columns_of(columns, kind.row).unknown),
        sent_by=sent_by,
    )
    session.add(imported)
    await session.flush()
    first = 2
    while part := await asyncio.to_thread(list, islice(rows, ROWS_OF_A_PART)):
        session.add(ImportPart(import_id=imported.id, first=first, cells=orjson.dumps(part)))
        await session.flush()
        first += len(part)
        imported.rows += sum(map(bool, part))
    await session.flush()
    await session.refresh(imported)
    return imported


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


def read(file: BinaryIO, row: type[Row]) -> tuple[list[str], Iterator[list[str]]]:
    """The columns that a file names and, as they are asked for, its rows.

    Raises `UnreadableFile`, be it while the rows are read.
    """
    workbook = file.read(len(ZIP)) == ZIP
    file.seek(0)
    cells = _sheet(file) if workbook else _cells(TextIOWrapper(file, "utf-8-sig", newline=""))
    columns = [name.strip() for name in next(cells, [])]
    require_all(columns_of(columns, row), row)
    return columns, cells


def _sheet(file: BinaryIO) -> Iterator[list[str]]:
    try:
        yield from rows_of_workbook(file)
    except Unreadable as wrong:
        raise UnreadableFile(f"The workbook (XLSX) cannot be read: {wrong}.") from wrong


def _cells(lines: TextIOWrapper) -> Iterator[list[str]]:
    try:
        header = lines.readline()
        delimiter = ";" if header.count(";") > header.count(",") else ","
        yield next(csv.reader([header], delimiter=delimiter), [])
        for cells in csv.reader(lines, delimiter=delimiter):
            whole = ",".join(cells)
            if "\0" in whole:
                raise UnreadableFile("The file holds zero bytes. Save it as CSV UTF-8.")
            yield [unguarded(cell) for cell in cells] if "'" in whole else cells
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(
            "The file is not UTF-8. Save it as CSV UTF-8, then send it."
        ) from wrong
    except csv.Error as wrong:
        raise UnreadableFile(f"The file is not a CSV: {wrong}.") from wrong
