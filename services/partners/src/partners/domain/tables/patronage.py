"""Pledges, gifts, returns, and the register of tax receipts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from contracts.enums import GiftKind
from partners.domain.tables.base import INSTANT, Table, now


class Payment(StrEnum):
    """The means of payment of a gift of money."""

    TRANSFER = "transfer"
    CHEQUE = "cheque"
    CARD = "card"
    CASH = "cash"


class Pledge(Table, table=True):
    """A patron's promise of `amount` cents, to be paid by `due_on`."""

    __tablename__ = "pledge"

    __table_args__ = (Index(None, "pledged_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    amount: int = Field(sa_type=BigInteger)
    pledged_on: date
    due_on: date | None = None
    note: str | None = None


class Gift(Table, table=True):
    """A gift of `amount` cents, or of goods or skills valued at that amount.

    `days` are the working days of lent staff. `reference` is its name in the importing office.
    """

    __tablename__ = "gift"

    __table_args__ = (Index(None, "given_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    reference: str | None = Field(default=None, unique=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    pledge_id: UUID | None = Field(default=None, foreign_key="pledge.id", index=True)
    kind: GiftKind = Field(sa_type=String)
    amount: int = Field(sa_type=BigInteger)
    days: int | None = None
    description: str | None = None
    payment: Payment | None = Field(default=None, sa_type=String)
    given_on: date
    cancelled_on: date | None = None
    version: int = 1


class DonorBenefit(Table, table=True):
    """A benefit given to a patron in return, worth `amount` cents."""

    __tablename__ = "given_return"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    amount: int = Field(sa_type=BigInteger)
    description: str
    given_on: date


class ReceiptCounter(Table, table=True):
    """The counter of receipts of a year, locked from taking a number until the commit."""

    __tablename__ = "register"

    year: int = Field(primary_key=True)
    last: int
    last_on: date


class Receipt(Table, table=True):
    """An entry of the register: a gift's receipt, or the cancellation of another entry.

    `mentions` is the printed content, as issued: giver, issuer and gift.
    """

    __tablename__ = "receipt"

    __table_args__ = (
        ForeignKeyConstraint(
            ["cancels_year", "cancels_number"], ["receipt.year", "receipt.number"]
        ),
        Index("ix_receipt_cancels", "cancels_year", "cancels_number", unique=True),
    )

    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    gift_id: UUID = Field(foreign_key="gift.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    amount: int = Field(sa_type=BigInteger)
    issued_on: date
    issued_by: str
    issued_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    cancels_year: int | None = None
    cancels_number: int | None = None
    mentions: dict[str, Any] = Field(sa_type=JSONB)

    @property
    def name(self) -> str:
        """The printed number, such as 2015-0007."""
        return f"{self.year}-{self.number:04}"
