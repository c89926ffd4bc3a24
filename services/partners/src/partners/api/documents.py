from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, File, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse

from backbone.errors import Unavailable
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from partners import queries, store
from partners.access import Admin, PartnerManager, Reader, organisation_scope
from partners.api.convention_views import DocumentView
from partners.domain.documents import file_name
from partners.domain.tables import Document

router = APIRouter(prefix="/conventions", route_class=TransactionalRoute, tags=["documents"])
SentFile = Annotated[UploadFile, File(description="PDF, PNG or JPEG, up to 10 MB.")]


@router.post("/{convention_id}/documents", status_code=201, response_model=DocumentView)
async def attach_document(
    convention_id: UUID, file: SentFile, session: Session, by: PartnerManager, request: Request
) -> Document:
    """Attach a document to a convention, such as the scan of the signed paper."""
    await store.convention(session, convention_id, organisation_scope(by))
    stored = await run_in_threadpool(request.app.state.documents.keep, file.file)
    document = Document(
        convention_id=convention_id,
        name=file_name(file.filename, stored.media_type),
        added_by=by.subject,
        **stored._asdict(),
    )
    session.add(document)
    return document


@router.get("/{convention_id}/documents", response_model=Page[DocumentView])
async def list_documents(
    convention_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the documents of a convention, oldest first."""
    await store.convention(session, convention_id, organisation_scope(by))
    order = (Document.added_at, Document.id)
    query = queries.documents_of(convention_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.delete("/{convention_id}/documents/{document_id}", status_code=204)
async def delete_document(
    convention_id: UUID,
    document_id: UUID,
    session: Session,
    by: Admin,
    request: Request,
    afterwards: BackgroundTasks,
) -> None:
    """Delete a document, such as one that mentions a person who asked for erasure.

    The file is deleted after the commit, unless another document has the same content.
    """
    await store.convention(session, convention_id, organisation_scope(by))
    document = await store.document(session, convention_id, document_id)
    if not await store.has_other(session, document):
        afterwards.add_task(request.app.state.documents.remove, document.sha256)
    await session.delete(document)


@router.get("/{convention_id}/documents/{document_id}/content", response_class=FileResponse)
async def get_document(
    convention_id: UUID, document_id: UUID, session: Session, by: Reader, request: Request
) -> FileResponse:
    """Return the content of a document as it was sent."""
    await store.convention(session, convention_id, organisation_scope(by))
    document = await store.document(session, convention_id, document_id)
    path = request.app.state.documents.path(document.sha256)
    if not path.is_file():
        raise Unavailable(
            f"{document.name} is not in the folder of documents. Have it restored from a backup."
        )
    return FileResponse(
        path,
        media_type=document.media_type,
        filename=document.name,
        headers={"x-content-type-options": "nosniff"},
    )
