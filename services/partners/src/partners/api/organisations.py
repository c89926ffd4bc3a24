from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BeforeValidator
from sqlmodel import col

from backbone.web.etags import IfMatch
from backbone.web.pagination import After, Limit, Page, paginate
from backbone.web.routes import Session, TransactionalRoute
from contracts.bounds import Day
from contracts.enums import OrganisationKind
from contracts.local_time import today_in
from contracts.spelling import register_number
from partners import queries, store
from partners.access import NationalManager, PartnerManager, Reader, organisation_scope
from partners.api.views import (
    ActivityView,
    CoverageView,
    MemberView,
    OrganisationView,
    UmbrellaView,
)
from partners.commands import Name, organisations
from partners.commands.organisations import (
    JoinUmbrella,
    LeaveUmbrella,
    Merge,
    RegisterOrganisation,
    RenameOrganisation,
)
from partners.domain.tables import Membership, Organisation

router = APIRouter(prefix="/organisations", route_class=TransactionalRoute, tags=["organisations"])
On = Annotated[Day | None, Query(description="The date of the answer; today by default.")]
Part = Annotated[Name | None, Query(description="Part of the name; case and accents are ignored.")]
Siren = Annotated[str | None, BeforeValidator(register_number), Query(pattern=r"^[0-9]{9}$")]
CoveredOn = Annotated[Day | None, Query(description="Those that a convention covers on that date.")]


@router.post("", status_code=201, response_model=OrganisationView)
async def register_organisation(
    command: RegisterOrganisation, session: Session, _by: NationalManager
) -> Organisation:
    """Register an organisation. A SIREN can be registered once."""
    return await organisations.register_organisation(session, command)


@router.get("", response_model=Page[OrganisationView])
async def list_organisations(
    session: Session,
    by: Reader,
    name: Part = None,
    kind: OrganisationKind | None = None,
    siren: Siren = None,
    covered_on: CoveredOn = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[Any]:
    """List the organisations by name; a confined manager sees their own."""
    query = queries.organisations(
        within=organisation_scope(by), name=name, kind=kind, siren=siren, covered=covered_on
    )
    order = (Organisation.folded_name, Organisation.id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/duplicates", response_model=list[list[OrganisationView]])
async def list_duplicates(session: Session, _by: NationalManager) -> list[list[Organisation]]:
    """List possible duplicates: names that differ only in legal form or order of words."""
    return await queries.duplicates(session)


@router.post("/{organisation_id}/merge", response_model=OrganisationView)
async def merge_organisations(
    organisation_id: UUID,
    command: Merge,
    session: Session,
    _by: NationalManager,
) -> Organisation:
    """Merge a duplicate into this organisation, with all references. It cannot be undone."""
    return await organisations.merge(session, organisation_id, command)


@router.get("/{organisation_id}", response_model=OrganisationView)
async def get_organisation(organisation_id: UUID, session: Session, by: Reader) -> Organisation:
    """Return an organisation, with the ETag that a change requires."""
    return await store.organisation(session, organisation_id, organisation_scope(by))


@router.patch("/{organisation_id}", response_model=OrganisationView)
async def rename_organisation(
    organisation_id: UUID,
    command: RenameOrganisation,
    session: Session,
    by: PartnerManager,
    match: IfMatch,
) -> Organisation:
    """Rename an organisation."""
    return await organisations.rename_organisation(
        session, organisation_id, command, match, organisation_scope(by)
    )


@router.post("/{organisation_id}/umbrellas", status_code=201, response_model=UmbrellaView)
async def join_umbrella(
    organisation_id: UUID, command: JoinUmbrella, session: Session, by: PartnerManager
) -> Membership:
    """Make an organisation a member of an umbrella."""
    return await organisations.join_umbrella(
        session, organisation_id, command, organisation_scope(by)
    )


@router.post("/{organisation_id}/umbrellas/{umbrella_id}/end", response_model=UmbrellaView)
async def leave_umbrella(
    organisation_id: UUID,
    umbrella_id: UUID,
    command: LeaveUmbrella,
    session: Session,
    by: PartnerManager,
) -> Membership:
    """End a membership in an umbrella on `left_on`, its last day."""
    return await organisations.leave_umbrella(
        session, organisation_id, umbrella_id, command, organisation_scope(by)
    )


@router.get("/{organisation_id}/umbrellas", response_model=Page[UmbrellaView])
async def list_umbrellas(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the umbrellas to which an organisation belongs directly, by date of joining."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    order = (col(Membership.joined_on), col(Membership.umbrella_id))
    query = queries.umbrellas_of(organisation_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/{organisation_id}/members", response_model=Page[MemberView])
async def list_members(
    organisation_id: UUID, session: Session, by: Reader, after: After = None, limit: Limit = 50
) -> Page[Any]:
    """List the direct members of an umbrella, by date of joining."""
    await store.organisation(session, organisation_id, organisation_scope(by))
    order = (col(Membership.joined_on), col(Membership.organisation_id))
    query = queries.members_of(organisation_id)
    return await paginate(session, query, by=order, after=after, limit=limit)


@router.get("/{organisation_id}/coverage")
async def coverage_of_organisation(
    organisation_id: UUID, session: Session, by: Reader, on: On = None
) -> CoverageView:
    """Return whether a convention covers an organisation on a date, which one, and through whom."""
    organisation = await store.organisation(session, organisation_id, organisation_scope(by))
    on = on or today_in(organisation.department)
    coverage = await queries.coverage_of(session, organisation_id, on)
    return CoverageView.of(organisation_id, on, coverage)


@router.get("/{organisation_id}/mentor-activity")
async def activity_of_organisation(
    organisation_id: UUID, session: Session, by: Reader, as_of: On = None
) -> ActivityView:
    """Return the activity up to a date of an organisation's and of its members' mentors."""
    organisation = await store.organisation(session, organisation_id, organisation_scope(by))
    as_of = as_of or today_in(organisation.department)
    members = await queries.members_at(session, organisation_id, as_of)
    return ActivityView.of(
        organisation_id,
        as_of,
        own=await queries.sums(session, [organisation_id], as_of),
        members=await queries.sums(session, members, as_of),
        organisations=len(members),
    )
