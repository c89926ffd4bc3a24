"""Results of referrals, and of housing needs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import false, text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from partners import store
from partners.domain.tables import HousingNeed, HousingOffer, Referral

BECAME = text("""
SELECT count(*) AS referred,
       count(*) FILTER (WHERE is_first) AS first,
       count(*) FILTER (WHERE applied_on <= :as_of) AS applied,
       count(*) FILTER (WHERE admitted_on <= :as_of) AS admitted,
       count(*) FILTER (WHERE refused_on <= :as_of) AS refused,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM pairing WHERE pairing.mentee_id = who.mentee_id AND starts_on <= :as_of
       )) AS accompanied,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM outcome WHERE outcome.mentee_id = who.mentee_id AND found_on <= :as_of
       )) AS with_outcome,
       count(*) FILTER (WHERE EXISTS (
           SELECT FROM outcome
           WHERE outcome.mentee_id = who.mentee_id AND found_on <= :as_of AND fits_qualification
       )) AS with_fitting_outcome
FROM referral
LEFT JOIN (
    SELECT youth_id, applied_on, coalesce(merged.mentee_id, application.mentee_id) AS mentee_id
    FROM youth_application AS application
    LEFT JOIN merged ON merged.duplicate_id = application.mentee_id
) AS who USING (youth_id)
LEFT JOIN mentee ON mentee.mentee_id = who.mentee_id
LEFT JOIN refusal ON refusal.mentee_id = who.mentee_id
WHERE referral.organisation_id = ANY(CAST(:organisations AS uuid[]))
  AND referred_on <= :as_of AND (is_first OR NOT :first_only)
""")
"""A duplicate application counts as the mentee that remained (`merged`)."""

HOMES = text("""
SELECT count(*) AS needs,
       count(*) FILTER (WHERE offers > 0) AS with_offer,
       count(*) FILTER (WHERE need.end = 'housed' AND closed_on <= :as_of) AS housed,
       count(*) FILTER (WHERE need.end IS NULL OR closed_on > :as_of) AS open,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY first_offer_on - asked_on)
           AS median_days_to_offer,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_on - asked_on)
           FILTER (WHERE need.end = 'housed' AND closed_on <= :as_of) AS median_days_to_home
FROM housing_need AS need
LEFT JOIN LATERAL (
    SELECT count(*) AS offers, min(offered_on) AS first_offer_on FROM housing_offer
    WHERE need_id = need.id AND offered_on <= :as_of
) AS made ON true
WHERE asked_on <= :as_of AND (CAST(:department AS text) IS NULL OR department = :department)
""")
"""The lateral join counts only the offers made by `:as_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralOutcomes:
    """The number of youths referred up to a date, and of those who reached each step by then.

    `first` counts referrals with the credit: nobody had referred the youth before.
    """

    referred: int
    first: int
    applied: int
    admitted: int
    refused: int
    accompanied: int
    with_outcome: int
    with_fitting_outcome: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HousingFigures:
    """The number of housing needs up to a date, their results by then, and median days."""

    needs: int
    with_offer: int
    housed: int
    open: int
    median_days_to_offer: float | None
    median_days_to_home: float | None


def referrals_of(organisation_id: UUID) -> SelectOfScalar[Referral]:
    return select(Referral).where(Referral.organisation_id == organisation_id)


async def became(
    session: AsyncSession,
    organisations: Collection[UUID],
    as_of: date,
    *,
    first_only: bool = False,
) -> ReferralOutcomes:
    """Return the results of the referrals by these organisations."""
    parameters = {"organisations": list(organisations), "as_of": as_of, "first_only": first_only}
    row = (await (await session.connection()).execute(BECAME, parameters)).mappings().one()
    return ReferralOutcomes(**row)


def needs(
    *, within: store.Scope, department: str | None, is_open: bool | None
) -> SelectOfScalar[HousingNeed]:
    query = select(HousingNeed)
    if within is not None:
        invited = (col(HousingNeed.invited).contains([str(each)]) for each in within)
        query = query.where(or_(false(), *invited))
    if department is not None:
        query = query.where(HousingNeed.department == department)
    if is_open is not None:
        ended = col(HousingNeed.end).is_not(None)
        query = query.where(~ended if is_open else ended)
    return query


def offers(*, need_id: UUID, within: store.Scope) -> SelectOfScalar[HousingOffer]:
    """Select the offers for a need; a confined caller sees those of its organisations."""
    query = select(HousingOffer).where(HousingOffer.need_id == need_id)
    return query if within is None else query.where(col(HousingOffer.organisation_id).in_(within))


async def homes(session: AsyncSession, as_of: date, department: str | None) -> HousingFigures:
    """Return the housing figures of a department, or of all."""
    parameters = {"as_of": as_of, "department": department}
    row = (await (await session.connection()).execute(HOMES, parameters)).mappings().one()
    return HousingFigures(**row)
