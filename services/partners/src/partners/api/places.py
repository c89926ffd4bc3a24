from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from backbone.requests import Session, UnitOfWork
from contracts.moments import today_in
from contracts.territories import department_name, region_of
from contracts.words import OrganisationKind
from partners import queries, store
from partners.access import Reader
from partners.access import organisations as theirs
from partners.api.views import AsOf, View
from partners.domain.tables import HOME

router = APIRouter(route_class=UnitOfWork, tags=["territories"])


class PlacedView(View):
    """A department, and the region it was of on the day asked about."""

    department: str
    department_name: str
    region: str
    region_name: str
    opened_on: date | None

    @classmethod
    def at(cls, place: queries.OnMap | queries.Reached, as_of: date) -> Self:
        region = region_of(place.department, as_of)
        said = {name: getattr(place, name) for name in place.__slots__}
        return cls(
            department_name=department_name(place.department),
            region=region.code,
            region_name=region.name,
            **said,
        )


class OnMapView(PlacedView):
    """What there is of the programme's partners in a department."""

    organisations: int
    signatories: int
    patrons: int
    mentors: int


class ReachedView(PlacedView):
    """A department where an organisation is itself, or so many of its members are."""

    itself: bool
    members: int


class RegionView(View):
    """How far the programme is open in a region: since when anywhere, and everywhere."""

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
    """Every department with what a map shows of it, of all organisations or of a kind."""
    as_of = as_of or today_in(HOME)
    return [OnMapView.at(each, as_of) for each in await queries.map_of(session, as_of, kind)]


@router.get("/regions")
async def list_regions(session: Session, _by: Reader, as_of: AsOf = None) -> list[RegionView]:
    """The regions of a day, and how far the programme is open in each."""
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


@router.get("/organisations/{organisation_id}/reach")
async def reach_of_organisation(
    organisation_id: UUID, session: Session, by: Reader, as_of: AsOf = None
) -> list[ReachedView]:
    """The departments where an organisation is, by its seat, places and profile; or its members."""
    organisation = await store.organisation(session, organisation_id, theirs(by))
    as_of = as_of or today_in(organisation.department)
    members = await queries.members_at(session, organisation_id, as_of)
    found = await queries.reach_of(session, organisation_id, members, as_of)
    return [ReachedView.at(each, as_of) for each in found]
