"""Data of the map: presence of organisations and openings of the programme."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.enums import OrganisationKind
from contracts.territories import DEPARTMENTS, Region, region_of
from partners.domain.tables import DepartmentOpening

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
""")  # noqa: S608  (constant text)
"""Mentors count at the seat alone, so that a sum over departments counts each once."""

REACH = text(f"""
WITH {PRESENT}
SELECT department, bool_or(organisation_id = :organisation_id) AS itself,
       count(DISTINCT organisation_id) FILTER (WHERE organisation_id <> :organisation_id) AS members
FROM present WHERE organisation_id = ANY(CAST(:organisations AS uuid[]))
GROUP BY department ORDER BY department
""")  # noqa: S608  (constant text)


@dataclass(frozen=True, slots=True)
class MapDepartment:
    """A department on a date: when it opened, and the numbers of organisations and mentors.

    An organisation counts where it has its seat, an establishment or a declared presence; its
    mentors count at the seat.
    """

    department: str
    opened_on: date | None
    organisations: int
    signatories: int
    patrons: int
    mentors: int


@dataclass(frozen=True, slots=True)
class ReachedDepartment:
    """A department where an organisation is present itself, or through `members` of its members."""

    department: str
    itself: bool
    members: int
    opened_on: date | None


@dataclass(frozen=True, slots=True)
class OpenRegion:
    """A region on a date, with the number of its departments and of the open ones.

    `covered_since` is the date since which all of them have been open.
    """

    region: Region
    departments: int
    open: int
    opened_on: date | None
    covered_since: date | None


async def openings(session: AsyncSession, as_of: date) -> dict[str, date]:
    """Return the date of opening of each department that is open on `as_of`."""
    found = await session.exec(
        select(DepartmentOpening).where(DepartmentOpening.opened_on <= as_of)
    )
    return {opening.department: opening.opened_on for opening in found}


async def map_of(
    session: AsyncSession, as_of: date, kind: OrganisationKind | None
) -> list[MapDepartment]:
    """Return the map, one entry for each department, ordered by code."""
    parameters = {"as_of": as_of, "kind": kind}
    rows = (await (await session.connection()).execute(MAP, parameters)).all()
    counted = {row.department: row for row in rows}
    opened = await openings(session, as_of)

    def on_map(code: str) -> MapDepartment:
        row = counted.get(code)
        numbers = (
            (row.organisations, row.signatories, row.patrons, row.mentors) if row else (0,) * 4
        )
        return MapDepartment(code, opened.get(code), *map(int, numbers))

    return [on_map(code) for code in sorted(DEPARTMENTS)]


async def reach_of(
    session: AsyncSession, organisation_id: UUID, members: Collection[UUID], as_of: date
) -> list[ReachedDepartment]:
    """Return the departments where an organisation or one of its members is present."""
    parameters = {
        "organisation_id": organisation_id,
        "organisations": [organisation_id, *members],
    }
    rows = (await (await session.connection()).execute(REACH, parameters)).all()
    opened = await openings(session, as_of)
    return [
        ReachedDepartment(row.department, row.itself, row.members, opened.get(row.department))
        for row in rows
    ]


async def regions_on(session: AsyncSession, as_of: date) -> list[OpenRegion]:
    """Return the regions as they were on `as_of`, by code, with their openings."""
    opened, parts = await openings(session, as_of), defaultdict[Region, list[str]](list)
    for code in DEPARTMENTS:
        parts[region_of(code, as_of)].append(code)

    def open_region(region: Region) -> OpenRegion:
        codes = parts[region]
        days = [opened[code] for code in codes if code in opened]
        whole = max(days) if len(days) == len(codes) else None
        return OpenRegion(region, len(codes), len(days), min(days, default=None), whole)

    return [open_region(region) for region in sorted(parts)]
