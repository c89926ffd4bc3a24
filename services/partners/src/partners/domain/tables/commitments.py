"""Commitments of either side of a convention, and their fulfilments."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, String
from sqlmodel import Field, Relationship

from contracts.enums import CommitmentKind, Party
from partners.domain.tables.base import INSTANT, Table, now
from partners.domain.tables.organisations import Organisation


class Fulfilment(Table, table=True):
    """A part of a commitment that was given; `withdrawn` if entered by mistake.

    `gift_id` is the gift of money to which it belongs.
    """

    __tablename__ = "fulfilment"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    commitment_id: UUID = Field(foreign_key="commitment.id", index=True)
    quantity: int = Field(sa_type=BigInteger)
    given_on: date
    note: str | None = None
    noted_by: str
    gift_id: UUID | None = Field(default=None, foreign_key="gift.id", index=True)
    withdrawn: bool = False


class Commitment(Table, table=True):
    """A commitment of `party` to the other side of a convention, due on `due_on` if given.

    On the partner's side it concerns one signatory, `organisation_id`. Amounts are in cents, all
    other quantities in pieces.
    """

    __tablename__ = "commitment"

    __table_args__ = (Index(None, "made_on", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    convention_id: UUID = Field(foreign_key="convention.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    party: Party = Field(sa_type=String)
    kind: CommitmentKind = Field(sa_type=String)
    quantity: int = Field(sa_type=BigInteger)
    made_on: date
    due_on: date | None = Field(default=None, index=True)
    note: str | None = None
    withdrawn_on: date | None = None
    learnt_at: datetime = Field(default_factory=now, sa_type=INSTANT)
    version: int = 1

    organisation: Organisation = Relationship(sa_relationship_kwargs={"lazy": "joined"})
    fulfilments: list[Fulfilment] = Relationship(
        sa_relationship_kwargs={
            "lazy": "selectin",
            "order_by": "(Fulfilment.given_on, Fulfilment.id)",
        }
    )

    def recorded_by(self, day: date) -> int:
        """Return the quantity recorded as given up to `day`."""
        return sum(f.quantity for f in self.fulfilments if f.given_on <= day and not f.withdrawn)
