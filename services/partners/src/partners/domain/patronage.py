"""Patronage: pledges, gifts, benefits given in return, and tax receipts."""

from datetime import date
from textwrap import wrap
from typing import Any, NamedTuple

from backbone.errors import Invalid, Refused
from contracts import (
    GiftCancelled,
    GiftPledged,
    GiftReceived,
    ReceiptCancelled,
    ReceiptIssued,
    ReturnGiven,
)
from contracts.enums import GiftKind
from contracts.local_time import noon_in
from partners.domain.dates import require_past
from partners.domain.tables import (
    DonorBenefit,
    Gift,
    Organisation,
    Payment,
    Pledge,
    Profile,
    Receipt,
    ReceiptCounter,
)

RETURN_SHARE = 4
"""The returns to a patron in a year are worth at most a quarter of its gifts.

The tax authority requires a marked disproportion; the ministry's charter of patronage regards one
to four as such (BOI-BIC-RICI-20-30-10-20, § 150).
"""


class GiftUndescribed(Invalid, kind="gift-undescribed"):
    """Goods or skills without description, skills without days, or money without payment."""


class PledgeOfAnother(Invalid, kind="pledge-of-another"):
    """A gift that pays the pledge of another organisation."""


class GiftOver(Refused, kind="gift-over"):
    """A gift that was cancelled."""


class ReceiptStands(Refused, kind="receipt-stands"):
    """A gift with a valid receipt."""


class ReceiptVoid(Refused, kind="receipt-void"):
    """A receipt that is cancelled, or is itself a cancellation."""


class GiverUnknown(Refused, kind="giver-unknown"):
    """A giver without the address and legal form that a receipt states."""


class IssuerUnknown(Refused, kind="issuer-unknown"):
    """Missing settings of the association that a receipt states."""


class ReceiptDateOutOfOrder(Invalid, kind="receipt-backwards"):
    """A receipt dated before its gift, or before the last receipt of the year."""


class ReturnTooLarge(Refused, kind="return-too-large"):
    """A return that exceeds a quarter of the year's gifts."""


class Issuer(NamedTuple):
    """The association, as printed on receipts."""

    name: str
    number: str
    address: str
    object: str


def pledge(
    organisation: Organisation,
    *,
    amount: int,
    pledged_on: date,
    due_on: date | None,
    note: str | None,
) -> tuple[Pledge, GiftPledged]:
    """Record a pledge of `amount` cents."""
    require_past(pledged_on, [organisation.department])
    if due_on is not None and due_on < pledged_on:
        raise Invalid(f"It is promised on {pledged_on} and cannot be due before. Check both dates.")
    promised = Pledge(
        organisation_id=organisation.id,
        amount=amount,
        pledged_on=pledged_on,
        due_on=due_on,
        note=note,
    )
    return promised, GiftPledged(
        organisation_id=organisation.id,
        pledge_id=promised.id,
        amount=amount,
        pledged_on=pledged_on,
        due_on=due_on,
        occurred_at=noon_in(pledged_on, organisation.department),
    )


def receive(
    organisation: Organisation,
    *,
    promised: Pledge | None,
    kind: GiftKind,
    amount: int,
    days: int | None,
    description: str | None,
    payment: Payment | None,
    given_on: date,
) -> tuple[Gift, GiftReceived]:
    """Record a gift; goods and skills have the value that the giver declares, in cents."""
    require_past(given_on, [organisation.department])
    if promised is not None and promised.organisation_id != organisation.id:
        raise PledgeOfAnother("This is a pledge of another organisation. Name one of the giver.")
    _require_described(kind, days=days, description=description, payment=payment)
    gift = Gift(
        organisation_id=organisation.id,
        pledge_id=promised.id if promised else None,
        kind=kind,
        amount=amount,
        days=days,
        description=description,
        payment=payment,
        given_on=given_on,
    )
    return gift, GiftReceived(
        organisation_id=organisation.id,
        gift_id=gift.id,
        pledge_id=gift.pledge_id,
        gift_kind=kind,
        amount=amount,
        days=days,
        given_on=given_on,
        occurred_at=noon_in(given_on, organisation.department),
    )


def _require_described(
    kind: GiftKind, *, days: int | None, description: str | None, payment: Payment | None
) -> None:
    money, skills = kind == GiftKind.MONEY, kind == GiftKind.SKILLS
    if money != (payment is not None):
        raise GiftUndescribed(
            "Say how money was paid (payment); leave it out for goods and skills."
        )
    if skills != (days is not None):
        raise GiftUndescribed("Say how many days of work were lent (days), and only of skills.")
    if not money and description is None:
        raise GiftUndescribed("Describe the goods or the skills: the receipt lists them.")


def cancel(
    gift: Gift, organisation: Organisation, cancelled_on: date, *, receipt: Receipt | None
) -> GiftCancelled:
    """Cancel a gift unless it has a valid `receipt`. The caller has locked the row."""
    require_standing(gift)
    if receipt is not None:
        raise ReceiptStands(f"Receipt {receipt.name} stands for it. Cancel the receipt first.")
    require_past(cancelled_on, [organisation.department])
    gift.cancelled_on, gift.version = cancelled_on, gift.version + 1
    return GiftCancelled(
        organisation_id=organisation.id,
        gift_id=gift.id,
        cancelled_on=cancelled_on,
        occurred_at=noon_in(cancelled_on, organisation.department),
    )


def require_standing(gift: Gift) -> None:
    if gift.cancelled_on is not None:
        raise GiftOver(f"This gift was cancelled on {gift.cancelled_on}: it has no receipt.")


def issue(
    gift: Gift,
    organisation: Organisation,
    profile: Profile,
    issuer: Issuer | None,
    *,
    before: Receipt | None,
    counter: ReceiptCounter,
    issued_on: date,
    by: str,
) -> tuple[Receipt, ReceiptIssued]:
    """Issue the receipt of a gift with the number reserved in `counter`.

    `before` is the valid receipt of the gift, if there is one. The caller has locked the gift.
    """
    require_standing(gift)
    if before is not None:
        raise ReceiptStands(f"It has receipt {before.name}. Cancel that one, if it is wrong.")
    _require_day(gift, counter, issued_on, organisation)
    receipt = Receipt(
        year=counter.year,
        number=counter.last,
        gift_id=gift.id,
        organisation_id=organisation.id,
        amount=gift.amount,
        issued_on=issued_on,
        issued_by=by,
        mentions=_mentions(gift, organisation, profile, issuer),
    )
    return receipt, ReceiptIssued(
        organisation_id=organisation.id,
        gift_id=gift.id,
        year=receipt.year,
        number=receipt.number,
        amount=receipt.amount,
        issued_on=issued_on,
        occurred_at=noon_in(issued_on, organisation.department),
    )


def _require_day(
    gift: Gift, counter: ReceiptCounter, issued_on: date, organisation: Organisation
) -> None:
    require_past(issued_on, [organisation.department])
    if issued_on < gift.given_on:
        raise ReceiptDateOutOfOrder(
            f"The gift came on {gift.given_on}. Give that day or a later one."
        )
    if issued_on < counter.last_on:
        raise ReceiptDateOutOfOrder(
            f"The last number of {counter.year} is of {counter.last_on}."
            " Give that day or a later one."
        )


def _mentions(
    gift: Gift, organisation: Organisation, profile: Profile, issuer: Issuer | None
) -> dict[str, Any]:
    """Return what form 2041-MEC-SD requires: issuer, giver, and what was given, when and how."""
    if issuer is None:
        raise IssuerUnknown(
            "Receipts name the association. Have ISSUER_NAME, ISSUER_NUMBER, ISSUER_ADDRESS and"
            " ISSUER_OBJECT set, then try again."
        )
    if not profile.has_address or not profile.legal_form:
        raise GiverUnknown(
            f"A receipt names the giver's legal form and address. Complete legal_form, street,"
            f" postal_code and city in the profile of {organisation.name}, then try again."
        )
    return {
        "issuer": issuer._asdict(),
        "giver": {
            "name": organisation.name,
            "legal_form": profile.legal_form,
            "siren": " ".join(wrap(organisation.siren, 3)),
            "address": f"{profile.street}, {profile.postal_code} {profile.city}",
        },
        "gift": {
            "kind": gift.kind,
            "description": gift.description,
            "days": gift.days,
            "payment": gift.payment,
            "given_on": str(gift.given_on),
        },
    }


def cancel_receipt(
    receipt: Receipt,
    organisation: Organisation,
    *,
    cancelled: bool,
    counter: ReceiptCounter,
    issued_on: date,
    reason: str,
    by: str,
) -> tuple[Receipt, ReceiptCancelled]:
    """Cancel a receipt by a counter-entry; both remain in the register."""
    if cancelled or receipt.cancels_number is not None:
        raise ReceiptVoid(f"{receipt.name} is cancelled, or cancels another one itself.")
    require_past(issued_on, [organisation.department])
    if issued_on < max(counter.last_on, receipt.issued_on):
        latest = max(counter.last_on, receipt.issued_on)
        raise ReceiptDateOutOfOrder(
            f"The last number is of {latest}. Give that day or a later one."
        )
    entry = Receipt(
        year=counter.year,
        number=counter.last,
        gift_id=receipt.gift_id,
        organisation_id=organisation.id,
        amount=-receipt.amount,
        issued_on=issued_on,
        issued_by=by,
        cancels_year=receipt.year,
        cancels_number=receipt.number,
        mentions=receipt.mentions | {"reason": reason},
    )
    return entry, ReceiptCancelled(
        organisation_id=organisation.id,
        gift_id=receipt.gift_id,
        year=entry.year,
        number=entry.number,
        cancels_year=receipt.year,
        cancels_number=receipt.number,
        amount=receipt.amount,
        issued_on=issued_on,
        occurred_at=noon_in(issued_on, organisation.department),
    )


def give_back(
    organisation: Organisation,
    *,
    amount: int,
    description: str,
    given_on: date,
    given: int,
    returned: int,
) -> tuple[DonorBenefit, ReturnGiven]:
    """Record a return to a patron. The caller has locked the organisation.

    `given` and `returned` are the totals of the patron in that calendar year, in cents.
    """
    require_past(given_on, [organisation.department])
    left = given // RETURN_SHARE - returned
    if amount > left:
        raise ReturnTooLarge(
            f"In {given_on.year} {organisation.name} gave {euros(given)} and got {euros(returned)}:"
            f" no more than a quarter can come back, which leaves {euros(max(left, 0))}."
        )
    back = DonorBenefit(
        organisation_id=organisation.id, amount=amount, description=description, given_on=given_on
    )
    return back, ReturnGiven(
        organisation_id=organisation.id,
        return_id=back.id,
        amount=amount,
        given_on=given_on,
        occurred_at=noon_in(given_on, organisation.department),
    )


def euros(cents: int) -> str:
    """Format an amount of cents in French: « 1 234,50 € »."""
    whole, part = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    return f"{sign}{whole:_},{part:02} €".replace("_", "\N{NO-BREAK SPACE}")
