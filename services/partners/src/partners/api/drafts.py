from typing import Any
from uuid import UUID

from fastapi import APIRouter

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from partners import queries, store
from partners.access import NationalManager
from partners.api.convention_views import ConventionView, DraftView
from partners.commands import conventions
from partners.commands.conventions import SignDraft, WriteDraft
from partners.domain.tables import Convention, Draft

router = APIRouter(
    prefix="/convention-drafts", route_class=TransactionalRoute, tags=["conventions"]
)


@router.post("", status_code=201, response_model=DraftView)
async def write_draft(command: WriteDraft, session: Session, by: NationalManager) -> Draft:
    """Create a draft of a convention: it binds no side and may be incomplete."""
    return await conventions.write_draft(session, command, by=by.subject)


@router.get("", response_model=Page[DraftView])
async def list_drafts(
    session: Session, _by: NationalManager, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the drafts by the time of their last change."""
    order = (Draft.written_at, Draft.id)
    return await paginate(session, queries.drafts(), by=order, after=after, limit=limit)


@router.get("/{draft_id}", response_model=DraftView)
async def get_draft(draft_id: UUID, session: Session, _by: NationalManager) -> Draft:
    """Return a draft, with the ETag that a change requires."""
    return await store.draft(session, draft_id)


@router.put("/{draft_id}", response_model=DraftView)
async def rewrite_draft(
    draft_id: UUID,
    command: WriteDraft,
    session: Session,
    by: NationalManager,
    match: IfMatch,
) -> Draft:
    """Replace a draft."""
    return await conventions.rewrite_draft(session, draft_id, command, match, by=by.subject)


@router.delete("/{draft_id}", status_code=204)
async def discard_draft(
    draft_id: UUID, session: Session, _by: NationalManager, match: IfMatch
) -> None:
    """Delete a draft."""
    await conventions.discard_draft(session, draft_id, match)


@router.post("/{draft_id}/signature", status_code=201, response_model=ConventionView)
async def sign_draft(
    draft_id: UUID,
    command: SignDraft,
    session: Session,
    _by: NationalManager,
    match: IfMatch,
) -> Convention:
    """Sign a draft: it becomes a convention with the same id."""
    return await conventions.sign_draft(session, draft_id, command, match)
