"""Where organisations are, and where the programme is open: a map's data."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.territories import DEPARTMENTS, Region, region_of
from contracts.words import OrganisationKind
from partners.domain.tables import Opening

PRESENT = """
present AS (
    SELECT id AS organisation_id, department FROM organisation
    UNION
    SELECT organisation_id, department FROM place
    UNION
    SELECT organisation_id, jsonb_array_elements_text(departments) FROM profile
)
"""

MAP = text(f"""
WITH {PRESENT}, there AS (
    SELECT present.department, organisation.id, organisation.kind,
           organisation.department = present.department AS is_seat
    FROM present JOIN organisation ON organisation.id = organisation_id
    WHERE registered_on <= :as_of AND merged_into IS NULL
      AND (CAST(:kind AS text) IS NULL OR kind = :kind)
)
SELECT department, count(*) AS organisations,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM signature WHERE organisation_id = there.id AND accedes_on <= :as_of
       )) AS signatories,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM gift WHERE organisation_id = there.id AND given_on <= :as_of
             AND coalesce(cancelled_on, 'infinity') > :as_of
       )) AS patrons,
       coalesce(sum((
           SELECT count(*) FROM mentor JOIN organisation AS employer
             ON employer.id = mentor.organisation_id
           WHERE coalesce(employer.merged_into, employer.id) = there.id AND enrolled_on <= :as_of
       )) FILTER (WHERE is_seat), 0) AS mentors
FROM there GROUP BY department
""")  # noqa: S608  (text of ours)

REACH = text(f"""
WITH {PRESENT}
SELECT department, bool_or(organisation_id = :organisation_id) AS itself,
       count(DISTINCT organisation_id) FILTER (WHERE organisation_id <> :organisation_id) AS members
FROM present WHERE organisation_id = ANY(CAST(:organisations AS uuid[]))
GROUP BY department ORDER BY department
""")  # noqa: S608  (text of ours)


@dataclass(frozen=True, slots=True)
class OnMap:
    """A department on a day: whether the programme is open there, and which organisations are.

    Organisations are counted where they have their seat, a place, or say to be present; the mentors
    of each, where it has its seat.
    """

    department: str
    opened_on: date | None
    organisations: int
    signatories: int
    patrons: int
    mentors: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A department where an organisation is itself, or so many of its members are."""

    department: str
    itself: bool
    members: int
    opened_on: date | None


@dataclass(frozen=True, slots=True)
class OpenRegion:
    """A region of a day: in how many of its departments the programme is open, and since when.

    `covered_since`: all of them have been open since that day.
    """

    region: Region
    departments: int
    open: int
    opened_on: date | None
    covered_since: date | None


async def openings(session: AsyncSession, as_of: date) -> dict[str, date]:
    """Since when the programme has been open in each department where it is on a day."""
    found = await session.exec(select(Opening).where(Opening.opened_on <= as_of))
    return {opening.department: opening.opened_on for opening in found}


async def map_of(session: AsyncSession, as_of: date, kind: OrganisationKind | None) -> list[OnMap]:
    """Every department, by its code."""
    asked = {"as_of": as_of, "kind": kind}
    rows = (await (await session.connection()).execute(MAP, asked)).all()
    counted = {row.department: row for row in rows}
    opened = await openings(session, as_of)

    def on_map(code: str) -> OnMap:
        row = counted.get(code)
        numbers = (
            (row.organisations, row.signatories, row.patrons, row.mentors) if row else (0,) * 4
        )
        return OnMap(code, opened.get(code), *map(int, numbers))

    return [on_map(code) for code in sorted(DEPARTMENTS)]


async def reach_of(
    session: AsyncSession, organisation_id: UUID, members: Collection[UUID], as_of: date
) -> list[Reached]:
    """The departments where an organisation is, or its members are."""
    asked = {
        "organisation_id": organisation_id,
        "organisations": [organisation_id, *members],
    }
    rows = (await (await session.connection()).execute(REACH, asked)).all()
    opened = await openings(session, as_of)
    return [
        Reached(row.department, row.itself, row.members, opened.get(row.department)) for row in rows
    ]


async def regions_on(session: AsyncSession, as_of: date) -> list[OpenRegion]:
    """The regions of a day, by code, and how far the programme is open in each."""
    opened, parts = await openings(session, as_of), defaultdict[Region, list[str]](list)
    for code in DEPARTMENTS:
        parts[region_of(code, as_of)].append(code)

    def told(region: Region) -> OpenRegion:
        codes = parts[region]
        days = [opened[code] for code in codes if code in opened]
        whole = max(days) if len(days) == len(codes) else None
        return OpenRegion(region, len(codes), len(days), min(days, default=None), whole)

    return [told(region) for region in sorted(parts)]
