from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from backbone.web.routes import Session, TransactionalRoute
from backbone.web.schemas import View
from contracts.enums import OrganisationKind
from contracts.local_time import today_in
from contracts.territories import department_name, region_of
from partners import queries, store
from partners.access import Reader, organisation_scope
from partners.api.views import AsOf
from partners.domain.tables import HOME

router = APIRouter(route_class=TransactionalRoute, tags=["territories"])


class PlacedView(View):
    """A department, and its region on the date of the request."""

    department: str
    department_name: str
    region: str
    region_name: str
    opened_on: date | None

    @classmethod
    def at(cls, place: queries.MapDepartment | queries.ReachedDepartment, as_of: date) -> Self:
        region = region_of(place.department, as_of)
        values = {name: getattr(place, name) for name in place.__slots__}
        return cls(
            department_name=department_name(place.department),
            region=region.code,
            region_name=region.name,
            **values,
        )


class OnMapView(PlacedView):
    """The numbers of partners and mentors in a department."""

    organisations: int
    signatories: int
    patrons: int
    mentors: int


class ReachedView(PlacedView):
    """A department where an organisation is present itself, or through `members` of its members."""

    itself: bool
    members: int


class RegionView(View):
    """The openings of a region: the first, and since when all departments have been open."""

    region: str
    region_name: str
    departments: int
    open: int
    opened_on: date | None
    covered_since: date | None


@router.get("/map")
async def get_map(
    session: Session, _by: Reader, as_of: AsOf = None, kind: OrganisationKind | None = None
) -> list[OnMapView]:
    """List every department with the data of the map, of all organisations or of a kind."""
    as_of = as_of or today_in(HOME)
    return [OnMapView.at(each, as_of) for each in await queries.map_of(session, as_of, kind)]


@router.get("/regions")
async def list_regions(session: Session, _by: Reader, as_of: AsOf = None) -> list[RegionView]:
    """List the regions as they were on a date, with their openings."""
    return [
        RegionView(
            region=each.region.code,
            region_name=each.region.name,
            departments=each.departments,
            open=each.open,
            opened_on=each.opened_on,
            covered_since=each.covered_since,
        )
        for each in await queries.regions_on(session, as_of or today_in(HOME))
    ]


@router.get("/organisations/{organisation_id}/departments")
async def reach_of_organisation(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> list[ReachedView]:
    """List the departments where an organisation or one of its members is present."""
    organisation = await store.organisation(session, organisation_id, organisation_scope(by))
    as_of = as_of or today_in(organisation.department)
    members = await queries.members_at(session, organisation_id, as_of)
    found = await queries.reach_of(session, organisation_id, members, as_of)
    return [ReachedView.at(each, as_of) for each in found]
