from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from contracts.bounds import Day
from contracts.enums import MenteeStatus
from matching import queries, store
from matching.access import Admin, Coordinator, Settings, departments
from matching.api.views import (
    CoveredView,
    MenteeStatusView,
    MentorView,
)
from matching.commands import people
from matching.domain.tables import Mentee, Mentor
from matching.read_model import Organisation

router = APIRouter(route_class=TransactionalRoute, tags=["people"])


@router.get("/mentees", response_model=Page[MenteeStatusView])
async def list_mentees(
    session: Session,
    by: Coordinator,
    waiting: Annotated[
        bool | None, Query(description="Admitted, and looking for a mentor.")
    ] = None,
    status: Annotated[MenteeStatus | None, Query(description="Where they are now.")] = None,
    decided: Annotated[bool | None, Query(description="Whether a decision was taken.")] = None,
    department: str | None = None,
    reference: Annotated[str | None, Query(description="The office's full reference.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the mentees of the caller's regions by reference."""
    query = queries.mentees(
        within=departments(by),
        waiting=waiting,
        decided=decided,
        department=department,
        reference=reference,
        status=status,
    )
    found = await paginate(session, query, by=(Mentee.reference,), after=after, limit=limit)
    return Page(items=await _with_status(session, found.items), next=found.next)


@router.get("/mentees/{mentee_id}")
async def get_mentee(mentee_id: UUID, session: Session, by: Coordinator) -> MenteeStatusView:
    """Return a mentee, with their status and the decision on them."""
    mentee = await store.mentee(session, mentee_id, departments(by))
    [view] = await _with_status(session, [mentee])
    return view


async def _with_status(
    session: AsyncSession, mentees: Sequence[Mentee]
) -> Sequence[MenteeStatusView]:
    statuses = await queries.statuses(session, [mentee.id for mentee in mentees])
    views = map(MenteeStatusView.model_validate, mentees)
    return [view.model_copy(update={"status": statuses[view.id]}) for view in views]


@router.delete("/mentees/{mentee_id}/personal-data", status_code=204)
async def erase_mentee(mentee_id: UUID, session: Session, _by: Admin, settings: Settings) -> None:
    """Erase a mentee's personal data in all services; their pair ends. No figure changes."""
    await people.erase_mentee(session, mentee_id, answer_days=settings.answer_days)


@router.get("/mentors", response_model=Page[MentorView])
async def list_mentors(
    session: Session,
    _by: Coordinator,
    organisation_id: UUID | None = None,
    with_room: bool | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the mentors by reference. They belong to no region: any coordinator may propose them."""
    query = queries.mentors(organisation_id=organisation_id, with_room=with_room)
    return await paginate(session, query, by=(Mentor.reference,), after=after, limit=limit)


@router.get("/mentors/{mentor_id}", response_model=MentorView)
async def get_mentor(mentor_id: UUID, session: Session, _by: Coordinator) -> Mentor:
    """Return a mentor, with the places offered and taken."""
    return await store.mentor(session, mentor_id)


@router.delete("/mentors/{mentor_id}/personal-data", status_code=204)
async def erase_mentor(mentor_id: UUID, session: Session, _by: Admin, settings: Settings) -> None:
    """Erase a mentor's personal data in all services; their pairs end. No figure changes."""
    await people.erase_mentor(session, mentor_id, answer_days=settings.answer_days)


@router.get("/covered-organisations", response_model=Page[CoveredView])
async def list_covered_organisations(
    on: Day, session: Session, _by: Coordinator, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the organisations known from partners, and whether they are covered on a date."""
    order = (col(Organisation.siren), col(Organisation.organisation_id))
    found = await paginate(session, select(Organisation), by=order, after=after, limit=limit)
    coverage = await store.coverage(session)
    found.items = [
        {**known.model_dump(), "covered": coverage.covers(known.organisation_id, on)}
        for known in found.items
    ]
    return found
