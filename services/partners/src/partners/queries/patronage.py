"""Gifts, pledges, receipts, and the yearly declaration."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import OrganisationKind
from partners import store
from partners.domain.tables import DonorBenefit, Gift, Organisation, Pledge, Receipt

DECLARED = text("""
SELECT count(*) AS receipts, coalesce(sum(amount), 0) AS amount,
       count(DISTINCT organisation_id) AS givers
FROM receipt
WHERE year = :year AND cancels_number IS NULL AND NOT EXISTS (
    SELECT FROM receipt AS entry
    WHERE entry.cancels_year = receipt.year AND entry.cancels_number = receipt.number
)
""")


@dataclass(frozen=True, slots=True)
class Declaration:
    """The receipts of a year to declare for tax: those not cancelled, total in cents."""

    year: int
    receipts: int
    amount: int
    givers: int
    entries: int


@dataclass(frozen=True, slots=True)
class PledgePaid:
    """A pledge, and the cents paid of it up to a date."""

    pledge: Pledge
    paid: int


def gifts(*, within: store.Scope, organisation_id: UUID | None) -> SelectOfScalar[Gift]:
    query = select(Gift)
    if within is not None:
        query = query.where(col(Gift.organisation_id).in_(within))
    return (
        query if organisation_id is None else query.where(Gift.organisation_id == organisation_id)
    )


def returns_of(organisation_id: UUID) -> SelectOfScalar[DonorBenefit]:
    return select(DonorBenefit).where(DonorBenefit.organisation_id == organisation_id)


def receipts(*, year: int | None) -> SelectOfScalar[Receipt]:
    query = select(Receipt)
    return query if year is None else query.where(Receipt.year == year)


def patrons(
    as_of: date, *, within: store.Scope, kind: OrganisationKind | None
) -> SelectOfScalar[Organisation]:
    """Select organisations with a gift by `as_of` that was not cancelled then."""
    gave = select(Gift.id).where(
        Gift.organisation_id == Organisation.id,
        Gift.given_on <= as_of,
        func.coalesce(Gift.cancelled_on, date.max) > as_of,
    )
    query = select(Organisation).where(gave.exists())
    if within is not None:
        query = query.where(col(Organisation.id).in_(within))
    return query if kind is None else query.where(Organisation.kind == kind)


async def pledges(session: AsyncSession, organisation_id: UUID, as_of: date) -> list[PledgePaid]:
    """Return the pledges of an organisation with the cents paid by `as_of`, oldest first."""
    paid = (
        select(Gift.pledge_id, func.sum(Gift.amount))
        .where(
            Gift.organisation_id == organisation_id,
            Gift.given_on <= as_of,
            col(Gift.cancelled_on).is_(None),
        )
        .group_by(col(Gift.pledge_id))
    )
    by_pledge = dict((await session.exec(paid)).all())
    query = select(Pledge).where(Pledge.organisation_id == organisation_id)
    found = (await session.exec(query.order_by(col(Pledge.pledged_on), col(Pledge.id)))).all()
    return [PledgePaid(each, int(by_pledge.get(each.id, 0))) for each in found]


async def declaration(session: AsyncSession, year: int) -> Declaration:
    """Return the declaration of a year, due on 31 December of the next."""
    row = (await (await session.connection()).execute(DECLARED, {"year": year})).one()
    entries = select(func.count()).select_from(Receipt).where(col(Receipt.year) == year)
    return Declaration(
        year=year,
        receipts=row.receipts,
        amount=int(row.amount),
        givers=row.givers,
        entries=(await session.exec(entries)).one(),
    )
