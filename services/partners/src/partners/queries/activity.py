"""The activity of the mentors of organisations, from matching's events."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

SUMS = text("""
WITH mine AS (
    SELECT mentor_id, enrolled_on FROM mentor
    WHERE organisation_id IN (
        SELECT id FROM organisation
        WHERE coalesce(merged_into, id) = ANY(CAST(:organisations AS uuid[]))
    )
), begun AS (
    SELECT pairing.* FROM pairing JOIN mine USING (mentor_id) WHERE starts_on <= :as_of
), found AS (
    SELECT fits_qualification FROM outcome
    JOIN pairing USING (pairing_id) JOIN mine USING (mentor_id) WHERE found_on <= :as_of
)
SELECT
    (SELECT count(*) FROM mine WHERE enrolled_on <= :as_of) AS mentors,
    (SELECT count(DISTINCT mentee_id) FROM begun) AS mentees,
    (SELECT count(*) FROM begun) AS pairings,
    (SELECT count(*) FROM begun WHERE ended_on IS NULL OR ended_on >= :as_of) AS active_pairings,
    (SELECT count(*) FROM begun WHERE first_interview_on <= :as_of) AS first_interviews,
    (SELECT count(*) FROM contact JOIN mine USING (mentor_id)
     WHERE contact_on <= :as_of) AS contacts,
    (SELECT count(*) FROM found) AS outcomes,
    (SELECT count(*) FROM found WHERE fits_qualification) AS outcomes_fitting,
    (SELECT count(*) FROM found WHERE fits_qualification IS NULL) AS outcomes_unknown
""")
"""`mine` are the mentors of the organisations and of duplicates that were merged into them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorActivity:
    """The activity of mentors up to a date, included."""

    mentors: int
    mentees: int
    pairings: int
    active_pairings: int
    first_interviews: int
    contacts: int
    outcomes: int
    outcomes_fitting: int
    outcomes_unknown: int


async def sums(
    session: AsyncSession, organisations: Collection[UUID], as_of: date
) -> MentorActivity:
    """Return the activity of the mentors of these organisations up to `as_of`."""
    parameters = {"organisations": list(organisations), "as_of": as_of}
    row = (await (await session.connection()).execute(SUMS, parameters)).mappings().one()
    return MentorActivity(**row)
