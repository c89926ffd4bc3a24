"""Whether somebody lives in a priority neighbourhood: in, out or unknown, and how we know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from shapely import Point, STRtree, from_wkb

from backbone.errors import Invalid, Refused
from contracts import PriorityNeighbourhoodCorrected
from contracts.moments import moment
from contracts.territories import is_overseas
from contracts.words import Established, PriorityNeighbourhood
from matching.domain.tables import Mentee, NeighbourhoodCorrection

CONFIDENT = 0.8
LISTS_FROM = {
    2024: (date(2024, 1, 1), date(2025, 1, 1)),
    2015: (date(2015, 1, 1), date(2015, 1, 1)),
}
"""From which day the State's list of a year is in force, in mainland France and overseas."""


class NotFrozen(Refused, kind="not-frozen"):
    """Only what an admission was taken on is corrected; before it, the application is mended."""


class NothingToCorrect(Refused, kind="nothing-to-correct"):
    """The correction says what is known already."""


class AreaIncoherent(Invalid, kind="area-incoherent"):
    """An area is of a list, and whoever lives in one lives in a priority neighbourhood."""


class Place(NamedTuple):
    """Where an address is, in degrees, and how sure the geocoder is, from 0 to 1."""

    longitude: float
    latitude: float
    confidence: float


class Geocoder(Protocol):
    async def place(self, address: str) -> Place | None:
        """Where an address is; `None` if nobody can tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known, and how; the area's code in the list of the year `area_vintage`."""

    priority_neighbourhood: PriorityNeighbourhood = PriorityNeighbourhood.UNKNOWN
    area_code: str | None = None
    area_vintage: int | None = None
    established: Established | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The columns of a mentee that hold it."""
        return {name: getattr(self, name) for name in self.__slots__}


NOTHING = Finding()


class Areas:
    """The outlines of a list, ready to be looked in."""

    def __init__(self, vintage: int, outlines: Iterable[tuple[str, bytes]]) -> None:
        known = list(outlines)
        self.vintage = vintage
        self.codes = [code for code, _ in known]
        self.tree = STRtree([from_wkb(outline) for _, outline in known])

    def find(self, place: Place) -> Finding:
        """In an area, or in none of them; of a list without outlines nothing can be said.

        A place on the edge is in; where outlines touch, the first by code is taken.
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
    """The year of the list in force on a day; before 2015 there was none."""
    for vintage, (mainland, overseas) in LISTS_FROM.items():
        if day >= (overseas if is_overseas(department) else mainland):
            return vintage
    return None


def said(
    status: PriorityNeighbourhood, code: str | None, vintage: int | None, by: Established
) -> Finding:
    """What somebody says. Raises `AreaIncoherent` for an area without its list, or one not in."""
    if code is not None and (vintage is None or status != PriorityNeighbourhood.IN):
        raise AreaIncoherent(
            "An area_code comes with its area_vintage and with priority_neighbourhood in. "
            "Give all three, or no area."
        )
    if status == PriorityNeighbourhood.UNKNOWN:
        return NOTHING
    return Finding(status, code, vintage, by)


def of(mentee: Mentee) -> Finding:
    """What is known of a mentee."""
    return Finding(**{name: getattr(mentee, name) for name in Finding.__slots__})


def establish(mentee: Mentee, finding: Finding) -> None:
    for name, value in finding.kept.items():
        setattr(mentee, name, value)


def correct(
    mentee: Mentee, finding: Finding, *, by: str, on: date
) -> tuple[NeighbourhoodCorrection, PriorityNeighbourhoodCorrected]:
    """Correct what an admission was taken on; the decision itself keeps what it was taken on."""
    if not mentee.is_admitted:
        raise NotFrozen("Nobody was admitted on this. Mend the application instead.")
    before, after = mentee.priority_neighbourhood, finding.priority_neighbourhood
    if (before, mentee.area_code) == (after, finding.area_code):
        raise NothingToCorrect(f"It is known to be {before} already. There is nothing to correct.")
    establish(mentee, finding)
    mentee.version += 1
    said: dict[str, Any] = {
        "mentee_id": mentee.id,
        "before": before,
        "after": after,
        "area_code": finding.area_code,
        "area_vintage": finding.area_vintage,
        "corrected_on": on,
    }
    at = moment(on, mentee.department)
    return (
        NeighbourhoodCorrection(**said, corrected_by=by),
        PriorityNeighbourhoodCorrected(**said, occurred_at=at),
    )
