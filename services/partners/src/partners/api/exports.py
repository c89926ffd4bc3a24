"""Exports as CSV or XLSX, with the columns that the imports accept."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from backbone.errors import NotFound
from backbone.files.spreadsheets import BOM, XLSX, FileFormat, Language, write_csv, write_xlsx
from backbone.web.routes import Session, TransactionalRoute
from contracts.local_time import today_in
from partners import queries
from partners.access import PartnerManager, organisation_scope
from partners.domain.tables import HOME

router = APIRouter(prefix="/exports", route_class=TransactionalRoute, tags=["exports"])
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}, XLSX: {}}, "description": "CSV, UTF-8, or a workbook."}
}
For = Annotated[
    Language,
    Query(
        description="The language of the reader: French files have semicolons, English ones commas."
    ),
]


@router.get("")
async def list_exports(_by: PartnerManager) -> list[str]:
    """List the kinds of files that can be exported."""
    return list(queries.EXPORTS)


@router.get("/{kind}.{form}", response_class=Response, responses=FILES)
async def export(
    kind: str, form: FileFormat, session: Session, by: PartnerManager, lang: For = "fr"
) -> Response:
    """Return all rows of a kind that the caller sees, as a file that can be imported again."""
    if kind not in queries.EXPORTS:
        raise NotFound(f"There is no such export. Ask for one of {', '.join(queries.EXPORTS)}.")
    found = await queries.exported(session, kind, organisation_scope(by))
    if form == FileFormat.XLSX:
        content = await asyncio.to_thread(write_xlsx, found.columns, found.rows, name=kind)
        media = XLSX
    else:
        written = await asyncio.to_thread(write_csv, [found.columns, *found.rows], lang)
        content, media = BOM + written.encode(), "text/csv; charset=utf-8"
    name = f"{kind}-{today_in(HOME)}.{form}"
    attached = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media, headers=attached)
