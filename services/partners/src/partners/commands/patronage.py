"""Patronage commands: pledges, gifts, returns and receipts."""

from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example, examples
from contracts.bounds import Day
from contracts.enums import GiftKind
from contracts.local_time import today_in
from partners import store
from partners.commands import Note
from partners.domain import commitments, patronage
from partners.domain.patronage import Issuer
from partners.domain.tables import HOME, DonorBenefit, Gift, Payment, Pledge, Receipt

CENTS = Field(ge=1, le=10**12, description="In cents.")


class PledgeGift(Command):
    model_config = example(amount=500_000, pledged_on="2014-09-01", due_on="2014-12-31")

    amount: int = CENTS
    pledged_on: Day
    due_on: Day | None = None
    note: Note | None = None


class ReceiveGift(Command):
    """A gift: money with its payment, or goods or skills, described, at their declared value."""

    model_config = examples(
        {"amount": 500_000, "given_on": "2014-10-15", "payment": "transfer"},
        {
            "kind": "skills",
            "amount": 240_000,
            "days": 6,
            "description": "A recruiter for three workshops",
            "given_on": "2014-11-30",
        },
    )

    kind: GiftKind = GiftKind.MONEY
    amount: int = CENTS
    days: int | None = Field(default=None, ge=1, le=10_000)
    description: Note | None = None
    payment: Payment | None = None
    given_on: Day
    pledge_id: UUID | None = None


class CancelGift(Command):
    model_config = example(cancelled_on="2015-01-12")

    cancelled_on: Day


class IssueReceipt(Command):
    """A receipt dated today, or on a given date not before the last one of its year."""

    model_config = example(issued_on="2015-01-12")

    issued_on: Day | None = None


class CancelReceipt(Command):
    model_config = example(reason="Wrong amount")

    reason: Note
    cancelled_on: Day | None = None


class GiveReturn(Command):
    model_config = example(
        amount=40_000, description="A space at the national meeting", given_on="2014-11-20"
    )

    amount: int = CENTS
    description: Note
    given_on: Day


async def pledge_gift(
    session: AsyncSession, organisation_id: UUID, command: PledgeGift, within: store.Scope
) -> Pledge:
    organisation = await store.organisation(session, organisation_id, within)
    promised, event = patronage.pledge(organisation, **command.model_dump())
    session.add(promised)
    emit(session, event)
    return promised


async def receive_gift(
    session: AsyncSession,
    organisation_id: UUID,
    command: ReceiveGift,
    within: store.Scope,
    *,
    by: str,
) -> Gift:
    """Record a gift; money pays the amounts that the giver's conventions promise."""
    organisation = await store.organisation(session, organisation_id, within)
    promised = await store.pledge(session, command.pledge_id) if command.pledge_id else None
    gift, event = patronage.receive(
        organisation, promised=promised, **command.model_dump(exclude={"pledge_id"})
    )
    session.add(gift)
    emit(session, event)
    if gift.kind == GiftKind.MONEY:
        await session.flush()
        owed = await store.lock_amounts_owed(session, organisation_id, gift.given_on)
        emit(session, *(event for _, event in commitments.pay(owed, gift, by=by)))
    return gift


async def cancel_gift(
    session: AsyncSession, gift_id: UUID, command: CancelGift, within: store.Scope
) -> Gift:
    gift = await store.lock_gift(session, gift_id, within)
    organisation = await store.organisation(session, gift.organisation_id)
    receipt = await store.standing_receipt(session, gift_id)
    emit(session, patronage.cancel(gift, organisation, command.cancelled_on, receipt=receipt))
    for part in await store.lock_paid_by(session, gift_id):
        commitment = await store.lock_commitment(session, part.commitment_id, None)
        emit(session, commitments.take_back(commitment, part.id))
    return gift


async def issue_receipt(
    session: AsyncSession,
    gift_id: UUID,
    command: IssueReceipt,
    issuer: Issuer | None,
    *,
    by: str,
) -> Receipt:
    """Issue the receipt of a gift; its number is reserved and used in one transaction."""
    gift = await store.lock_gift(session, gift_id)
    issued_on = command.issued_on or today_in(HOME)
    receipt, event = patronage.issue(
        gift,
        await store.organisation(session, gift.organisation_id),
        await store.profile(session, gift.organisation_id),
        issuer,
        before=await store.standing_receipt(session, gift_id),
        counter=await store.next_number(session, issued_on.year),
        issued_on=issued_on,
        by=by,
    )
    await store.keep_day(session, issued_on)
    session.add(receipt)
    emit(session, event)
    return receipt


async def cancel_receipt(
    session: AsyncSession, year: int, number: int, command: CancelReceipt, *, by: str
) -> Receipt:
    """Cancel a receipt by a counter-entry with the next number of its own year."""
    receipt = await store.receipt(session, year, number)
    await store.lock_gift(session, receipt.gift_id)
    on = command.cancelled_on or today_in(HOME)
    entry, event = patronage.cancel_receipt(
        receipt,
        await store.organisation(session, receipt.organisation_id),
        cancelled=await store.is_cancelled(session, receipt),
        counter=await store.next_number(session, on.year),
        issued_on=on,
        reason=command.reason,
        by=by,
    )
    await store.keep_day(session, on)
    session.add(entry)
    emit(session, event)
    return entry


async def give_return(
    session: AsyncSession, organisation_id: UUID, command: GiveReturn, within: store.Scope
) -> DonorBenefit:
    organisation = await store.lock_organisation(session, organisation_id, within)
    given, returned = await store.given_and_returned(
        session, organisation_id, command.given_on.year
    )
    back, event = patronage.give_back(
        organisation, **command.model_dump(), given=given, returned=returned
    )
    session.add(back)
    emit(session, event)
    return back
