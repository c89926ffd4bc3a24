"""Events about gifts, pledges, tax receipts and returns."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import GiftKind


class PatronFact(Event):
    """A fact about a patron's gift, its pledge, receipt or return."""

    topic: ClassVar[str] = "partners.patronage"
    keyed_by: ClassVar[str] = "organisation_id"

    organisation_id: UUID


class GiftPledged(PatronFact):
    """A patron promised `amount` cents, to be paid by `due_on` if that is set."""

    type: Literal["gift-pledged.v1"] = "gift-pledged.v1"
    pledge_id: UUID
    amount: int
    pledged_on: date
    due_on: date | None


class GiftReceived(PatronFact):
    """A patron gave `amount` cents, or goods or skills of that value; for skills also `days`."""

    type: Literal["gift-received.v1"] = "gift-received.v1"
    gift_id: UUID
    pledge_id: UUID | None
    gift_kind: GiftKind
    amount: int
    days: int | None
    given_on: date


class GiftCancelled(PatronFact):
    """A gift is void: never received, or refunded."""

    type: Literal["gift-cancelled.v1"] = "gift-cancelled.v1"
    gift_id: UUID
    cancelled_on: date


class ReceiptIssued(PatronFact):
    """A tax receipt was issued for a gift; its number is the next of the year."""

    type: Literal["receipt-issued.v1"] = "receipt-issued.v1"
    gift_id: UUID
    year: int
    number: int
    amount: int
    issued_on: date


class ReceiptCancelled(PatronFact):
    """A receipt is void, by a counter-entry that has a number of its own."""

    type: Literal["receipt-cancelled.v1"] = "receipt-cancelled.v1"
    gift_id: UUID
    year: int
    number: int
    cancels_year: int
    cancels_number: int
    amount: int
    issued_on: date


class ReturnGiven(PatronFact):
    """A patron received a benefit worth `amount` cents in return for its gifts."""

    type: Literal["return-given.v1"] = "return-given.v1"
    return_id: UUID
    amount: int
    given_on: date
