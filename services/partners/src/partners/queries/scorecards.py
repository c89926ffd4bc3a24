"""Scorecards: contributions up to a date of an organisation, umbrella, network or kind."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from contracts.enums import OrganisationKind
from partners.domain.tables import Organisation

SCORES = text("""
WITH mine AS (
    SELECT unnest(CAST(:organisations AS uuid[])) AS organisation_id
), staff AS (
    SELECT mentor_id, enrolled_on FROM mentor
    JOIN organisation ON organisation.id = mentor.organisation_id
    JOIN mine ON mine.organisation_id = coalesce(merged_into, organisation.id)
), begun AS MATERIALIZED (
    SELECT pairing.* FROM pairing JOIN staff USING (mentor_id) WHERE starts_on <= :as_of
), found AS (
    SELECT fits_qualification FROM outcome JOIN begun USING (pairing_id) WHERE found_on <= :as_of
), owed AS (
    SELECT commitment.id, party, commitment.quantity,
           coalesce(sum(fulfilment.quantity), 0) AS given
    FROM commitment JOIN mine USING (organisation_id)
    LEFT JOIN fulfilment ON commitment_id = commitment.id AND given_on <= :as_of AND NOT withdrawn
    WHERE made_on <= :as_of AND coalesce(withdrawn_on, 'infinity') > :as_of
    GROUP BY commitment.id
), held AS (
    SELECT organised_by FROM stand_booking JOIN mine USING (organisation_id)
    JOIN stand ON stand.id = stand_id JOIN event ON event.id = event_id
    WHERE starts_on <= :as_of AND NOT released AND cancelled_on IS NULL
), gave AS (
    SELECT gift.* FROM gift JOIN mine USING (organisation_id)
    WHERE given_on <= :as_of AND coalesce(cancelled_on, 'infinity') > :as_of
), referred AS (
    SELECT youth_id, is_first FROM referral JOIN mine USING (organisation_id)
    WHERE referred_on <= :as_of
), offered AS (
    SELECT housing_offer.* FROM housing_offer JOIN mine USING (organisation_id)
    WHERE offered_on <= :as_of
)
SELECT
    (SELECT count(*) FROM mine) AS organisations,
    (SELECT count(*) FROM staff WHERE enrolled_on <= :as_of) AS mentors,
    (SELECT count(DISTINCT mentee_id) FROM begun) AS mentees,
    (SELECT count(DISTINCT mentee_id) FROM begun
     WHERE starts_on >= :year_from) AS mentees_this_year,
    (SELECT count(*) FROM begun) AS pairings,
    (SELECT count(*) FROM begun WHERE ended_on IS NULL OR ended_on >= :as_of) AS active_pairings,
    (SELECT count(*) FROM begun WHERE first_interview_on <= :as_of) AS first_interviews,
    (SELECT count(*) FROM contact JOIN staff USING (mentor_id)
     WHERE contact_on <= :as_of) AS contacts,
    (SELECT count(*) FROM introduction JOIN staff USING (mentor_id)
     WHERE introduced_on <= :as_of) AS introductions,
    (SELECT count(*) FROM found) AS outcomes,
    (SELECT count(*) FROM found WHERE fits_qualification) AS outcomes_fitting,
    (SELECT count(*) FROM found WHERE fits_qualification IS NULL) AS outcomes_unknown,
    (SELECT count(*) FROM owed WHERE party = 'partner') AS commitments,
    (SELECT count(*) FROM owed WHERE party = 'partner' AND given >= quantity) AS commitments_kept,
    (SELECT count(*) FROM owed WHERE party = 'programme') AS our_commitments,
    (SELECT count(*) FROM owed
     WHERE party = 'programme' AND given >= quantity) AS our_commitments_kept,
    (SELECT count(*) FROM held WHERE organised_by IS NOT NULL) AS stands_given,
    (SELECT count(*) FROM held WHERE organised_by IS NULL) AS stands_received,
    (SELECT count(DISTINCT organisation_id) FROM gave) AS patrons,
    (SELECT count(*) FROM gave) AS gifts,
    (SELECT coalesce(sum(amount), 0) FROM gave) AS gifts_amount,
    (SELECT count(*) FROM referred) AS referrals,
    (SELECT count(*) FROM referred WHERE is_first) AS referrals_first,
    (SELECT count(DISTINCT youth_id) FROM referred
     JOIN youth_application USING (youth_id)
     LEFT JOIN merged ON duplicate_id = youth_application.mentee_id
     JOIN mentee ON mentee.mentee_id = coalesce(merged.mentee_id, youth_application.mentee_id)
     WHERE is_first AND admitted_on <= :as_of) AS referrals_admitted,
    (SELECT count(*) FROM offered) AS homes_offered,
    (SELECT count(*) FROM housing_need JOIN mine ON organisation_id = housed_by
     WHERE closed_on <= :as_of) AS homes_taken
""")
"""`staff` includes the mentors of duplicates that were merged into the organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The contributions of organisations up to a date, included.

    The API returns it as it is: it names nobody. `mentees_this_year` began in the current programme
    year. `commitments` are those of the partners, `our_commitments` those of the programme;
    `stands_given` are ours at their events, `stands_received` theirs at ours. Gifts are in cents.
    `referrals_admitted` counts youths for whom they have the credit.
    """

    as_of: date
    organisations: int
    mentors: int
    mentees: int
    mentees_this_year: int
    pairings: int
    active_pairings: int
    first_interviews: int
    contacts: int
    introductions: int
    outcomes: int
    outcomes_fitting: int
    outcomes_unknown: int
    commitments: int
    commitments_kept: int
    our_commitments: int
    our_commitments_kept: int
    stands_given: int
    stands_received: int
    patrons: int
    gifts: int
    gifts_amount: int
    referrals: int
    referrals_first: int
    referrals_admitted: int
    homes_offered: int
    homes_taken: int


def year_from(as_of: date, starts: int) -> date:
    """Return the first day of the current programme year, which begins in month `starts`."""
    return date(as_of.year - (as_of.month < starts), starts, 1)


async def scores(
    session: AsyncSession, organisations: Collection[UUID], as_of: date, *, year_starts: int
) -> Scores:
    """Return the contributions of these organisations up to `as_of`."""
    parameters = {
        "organisations": list(organisations),
        "as_of": as_of,
        "year_from": year_from(as_of, year_starts),
    }
    row = (await (await session.connection()).execute(SCORES, parameters)).mappings().one()
    return Scores(as_of=as_of, **{name: int(value) for name, value in row.items()})


async def of_kind(session: AsyncSession, kind: OrganisationKind) -> list[UUID]:
    """Return the ids of all organisations of a kind."""
    query = select(Organisation.id).where(
        Organisation.kind == kind, col(Organisation.merged_into).is_(None)
    )
    return list((await session.exec(query)).all())
