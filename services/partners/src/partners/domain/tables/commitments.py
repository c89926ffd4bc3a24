"""What each side of a convention owes the other, and what was given."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, Index, String
from sqlmodel import Field, Relationship

from contracts.words import CommitmentKind, Party
from partners.domain.tables.base import INSTANT, Table, now
from partners.domain.tables.organisations import Organisation


class Fulfilment(Table, table=True):
    """So much of a commitment was given on a day; `withdrawn` if it never was.

    `gift_id` is the gift of money that it is a part of.
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
    """What `party` owes the other side of a convention, by a day if there is one.

    The other side of the programme is always one signatory, `organisation_id`. An amount is counted
    in cents; everything else in pieces.
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

    def noted_by_then(self, day: date) -> int:
        """How much of it was noted as given up to a day."""
        return sum(f.quantity for f in self.fulfilments if f.given_on <= day and not f.withdrawn)
