"""Loading of pledges, gifts and the register of receipts."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.tables import table_of
from backbone.errors import NotFound
from partners.domain.tables import DonorBenefit, Gift, Pledge, Receipt, ReceiptCounter
from partners.store.organisations import Scope, is_within


async def pledge(session: AsyncSession, pledge_id: UUID) -> Pledge:
    found = await session.get(Pledge, pledge_id)
    if found is None:
        raise NotFound("There is no such pledge. Look for it among those of the organisation.")
    return found


async def lock_gift(session: AsyncSession, gift_id: UUID, within: Scope = None) -> Gift:
    found = await session.get(Gift, gift_id, with_for_update=True)
    if found is None or not is_within([found.organisation_id], within):
        raise NotFound("There is no such gift. Look for it in the list of gifts.")
    return found


async def receipt(session: AsyncSession, year: int, number: int) -> Receipt:
    found = await session.get(Receipt, (year, number))
    if found is None:
        raise NotFound(f"There is no receipt {year}-{number:04}. Look for it in the register.")
    return found


async def standing_receipt(session: AsyncSession, gift_id: UUID) -> Receipt | None:
    """Return the receipt of a gift that is not cancelled, if there is one."""
    query = select(Receipt).where(
        Receipt.gift_id == gift_id, col(Receipt.cancels_number).is_(None), ~_cancelled(Receipt)
    )
    return (await session.exec(query)).first()


async def is_cancelled(session: AsyncSession, receipt: Receipt) -> bool:
    return await standing_receipt(session, receipt.gift_id) is not receipt


def _cancelled(receipt: type[Receipt]) -> sa.Exists:
    entry = table_of(Receipt).alias("entry")
    return sa.exists().where(
        entry.c.cancels_year == col(receipt.year), entry.c.cancels_number == col(receipt.number)
    )


async def next_number(session: AsyncSession, year: int) -> ReceiptCounter:
    """Reserve the next number of a year; the row is locked until the transaction ends.

    After a rollback the number is free again, so that the register has no gap.
    """
    table = table_of(ReceiptCounter)
    first = {"year": year, "last": 1, "last_on": date(year, 1, 1)}
    statement = (
        insert(table)
        .values(first)
        .on_conflict_do_update(index_elements=["year"], set_={"last": table.c.last + 1})
    )
    row = (await (await session.connection()).execute(statement.returning(table))).one()
    return ReceiptCounter(year=row.year, last=row.last, last_on=row.last_on)


async def keep_day(session: AsyncSession, day: date) -> None:
    """Store the date of the last receipt of its year."""
    table = table_of(ReceiptCounter)
    statement = sa.update(table).where(table.c.year == day.year).values(last_on=day)
    await (await session.connection()).execute(statement)


async def given_and_returned(
    session: AsyncSession, organisation_id: UUID, year: int
) -> tuple[int, int]:
    """Return the totals of an organisation's gifts and returns in a calendar year, in cents."""

    async def total(table: type[Gift | DonorBenefit], *more: sa.ColumnElement[bool]) -> int:
        query = select(sa.func.coalesce(sa.func.sum(table.amount), 0)).where(
            col(table.organisation_id) == organisation_id,
            sa.extract("year", col(table.given_on)) == year,
            *more,
        )
        return int((await session.exec(query)).one())

    return await total(Gift, col(Gift.cancelled_on).is_(None)), await total(DonorBenefit)
