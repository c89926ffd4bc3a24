"""Events about commitments: what one side of a convention owes the other."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import CommitmentKind, Party


class CommitmentFact(Event):
    """A fact about a commitment: what one side of a convention owes the other."""

    topic: ClassVar[str] = "partners.commitments"
    keyed_by: ClassVar[str] = "commitment_id"

    commitment_id: UUID
    organisation_id: UUID


class CommitmentMade(CommitmentFact):
    """The programme or a signatory committed itself to a `quantity`; amounts are in cents."""

    type: Literal["commitment-made.v1"] = "commitment-made.v1"
    convention_id: UUID
    party: Party
    commitment_kind: CommitmentKind
    quantity: int
    made_on: date
    due_on: date | None


class CommitmentWithdrawn(CommitmentFact):
    """A commitment is no longer owed; its fulfilments remain valid."""

    type: Literal["commitment-withdrawn.v1"] = "commitment-withdrawn.v1"
    withdrawn_on: date


class CommitmentFulfilled(CommitmentFact):
    """A `quantity` of a commitment was given on `given_on`; amounts are in cents."""

    type: Literal["commitment-fulfilled.v1"] = "commitment-fulfilled.v1"
    fulfilment_id: UUID
    quantity: int
    given_on: date


class FulfilmentWithdrawn(CommitmentFact):
    """A fulfilment was entered by mistake and is void."""

    type: Literal["fulfilment-withdrawn.v1"] = "fulfilment-withdrawn.v1"
    fulfilment_id: UUID


class CommitmentOverdue(CommitmentFact):
    """A commitment was due on `due_on` and `missing` of it is still owed; published once.

    `contacts` are the contact persons of the partner that owes it; they are to be notified.
    """

    type: Literal["commitment-overdue.v1"] = "commitment-overdue.v1"
    missing: int
    due_on: date
    commitment_kind: CommitmentKind | None = None
    contacts: tuple[UUID, ...] = ()
