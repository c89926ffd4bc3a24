"""Priority neighbourhoods: whether a mentee lives in one (in, out, unknown), and the source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from shapely import Point, STRtree, from_wkb

from backbone.errors import Invalid, Refused
from contracts import PriorityNeighbourhoodCorrected
from contracts.enums import Established, PriorityNeighbourhood
from contracts.local_time import noon_in
from contracts.territories import is_overseas
from matching.domain.tables import Mentee, NeighbourhoodCorrection

CONFIDENT = 0.8
LISTS_FROM = {
    2024: (date(2024, 1, 1), date(2025, 1, 1)),
    2015: (date(2015, 1, 1), date(2015, 1, 1)),
}
"""First day of each State list, in mainland France and overseas."""


class NotFrozen(Refused, kind="not-frozen"):
    """Only what an admission rests on is corrected; before it, the application is changed."""


class NothingToCorrect(Refused, kind="nothing-to-correct"):
    """The correction repeats what is known."""


class AreaIncoherent(Invalid, kind="area-incoherent"):
    """An area needs its list, and living in one means living in a priority neighbourhood."""


class Place(NamedTuple):
    """The position of an address in degrees, and the geocoder's confidence, from 0 to 1."""

    longitude: float
    latitude: float
    confidence: float


class Geocoder(Protocol):
    async def place(self, address: str) -> Place | None:
        """Return the position of an address; `None` if it is unknown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A neighbourhood as far as known, and its source; `area_code` is of list `area_vintage`."""

    priority_neighbourhood: PriorityNeighbourhood = PriorityNeighbourhood.UNKNOWN
    area_code: str | None = None
    area_vintage: int | None = None
    established: Established | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a mentee that hold the finding."""
        return {name: getattr(self, name) for name in self.__slots__}


NOTHING = Finding()


class Areas:
    """The outlines of a list, indexed for search."""

    def __init__(self, vintage: int, outlines: Iterable[tuple[str, bytes]]) -> None:
        known = list(outlines)
        self.vintage = vintage
        self.codes = [code for code, _ in known]
        self.tree = STRtree([from_wkb(outline) for _, outline in known])

    def find(self, place: Place) -> Finding:
        """Return whether a place is in an area; `NOTHING` for a list without outlines.

        A place on the edge is in; where outlines touch, the first area by code is returned.
        """
        if not self.codes:
            return NOTHING
        point = Point(place.longitude, place.latitude)
        found = sorted(self.codes[at] for at in self.tree.query(point, predicate="intersects"))
        if not found:
            out = PriorityNeighbourhood.OUT
            return Finding(out, None, self.vintage, Established.GEOCODED)
        return Finding(PriorityNeighbourhood.IN, found[0], self.vintage, Established.GEOCODED)


def vintage_on(day: date, department: str) -> int | None:
    """Return the year of the list in force on `day`; `None` before 2015."""
    for vintage, (mainland, overseas) in LISTS_FROM.items():
        if day >= (overseas if is_overseas(department) else mainland):
            return vintage
    return None


def declared(
    status: PriorityNeighbourhood, code: str | None, vintage: int | None, by: Established
) -> Finding:
    """Return a declared finding; raise `AreaIncoherent` for an area without list or not `in`."""
    if code is not None and (vintage is None or status != PriorityNeighbourhood.IN):
        raise AreaIncoherent(
            "An area_code comes with its area_vintage and with priority_neighbourhood in. "
            "Give all three, or no area."
        )
    if status == PriorityNeighbourhood.UNKNOWN:
        return NOTHING
    return Finding(status, code, vintage, by)


def of(mentee: Mentee) -> Finding:
    """Return what is stored of a mentee's neighbourhood."""
    return Finding(**{name: getattr(mentee, name) for name in Finding.__slots__})


def establish(mentee: Mentee, finding: Finding) -> None:
    for name, value in finding.columns.items():
        setattr(mentee, name, value)


def correct(
    mentee: Mentee, finding: Finding, *, by: str, on: date
) -> tuple[NeighbourhoodCorrection, PriorityNeighbourhoodCorrected]:
    """Correct what an admission rests on; the decision itself keeps its own inputs."""
    if not mentee.is_admitted:
        raise NotFrozen("No admission rests on this. Change the application instead.")
    before, after = mentee.priority_neighbourhood, finding.priority_neighbourhood
    if (before, mentee.area_code) == (after, finding.area_code):
        raise NothingToCorrect(f"It is known to be {before} already. There is nothing to correct.")
    establish(mentee, finding)
    mentee.version += 1
    values: dict[str, Any] = {
        "mentee_id": mentee.id,
        "before": before,
        "after": after,
        "area_code": finding.area_code,
        "area_vintage": finding.area_vintage,
        "corrected_on": on,
    }
    at = noon_in(on, mentee.department)
    return (
        NeighbourhoodCorrection(**values, corrected_by=by),
        PriorityNeighbourhoodCorrected(**values, occurred_at=at),
    )
