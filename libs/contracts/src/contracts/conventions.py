"""What partners tells of a convention's life after its signature."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import CommitmentKind, Party


class ConventionFact(Event):
    """Something that happened to a convention that was signed."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    convention_id: UUID


class SignatoryWithdrew(ConventionFact):
    """An organisation is bound by a convention for the last time on `withdrawn_on`."""

    type: Literal["signatory-withdrew.v1"] = "signatory-withdrew.v1"
    organisation_id: UUID
    withdrawn_on: date


class ConventionSuspended(ConventionFact):
    """A convention covers nobody on certain days, both included; until resumed without a last."""

    type: Literal["convention-suspended.v1"] = "convention-suspended.v1"
    from_on: date
    until_on: date | None


class ConventionResumed(ConventionFact):
    """A suspension, told by its first day, lasts until `until_on`, that day included."""

    type: Literal["convention-resumed.v1"] = "convention-resumed.v1"
    from_on: date
    until_on: date


class ConventionAmended(ConventionFact):
    """Both sides changed the term of a convention: these are its last day and its renewal now."""

    type: Literal["convention-amended.v1"] = "convention-amended.v1"
    amended_on: date
    ends_on: date | None
    renews_for_months: int | None
    notice_days: int


class ConventionNoticeGiven(ConventionFact):
    """One side let the other know that the convention is not to be renewed after its term."""

    type: Literal["convention-notice-given.v1"] = "convention-notice-given.v1"
    party: Party
    given_on: date
    ends_on: date


class ConventionRenewed(ConventionFact):
    """A convention goes on after its term, by a signature or, tacitly, because nobody objected."""

    type: Literal["convention-renewed.v1"] = "convention-renewed.v1"
    renewed_on: date
    previous_ends_on: date
    ends_on: date
    tacit: bool


class ConventionExpiring(ConventionFact):
    """In so many days a convention ends that nobody has renewed; told once for each number.

    `contacts` are those of the signatories who are to be told.
    """

    type: Literal["convention-expiring.v1"] = "convention-expiring.v1"
    days: int
    ends_on: date
    due_on: date
    organisations: tuple[UUID, ...]
    contacts: tuple[UUID, ...] = ()


class CommitmentFact(Event):
    """Something that happened to what one side of a convention owes the other."""

    topic: ClassVar[str] = "partners.commitments"
    keyed_by: ClassVar[str] = "commitment_id"

    commitment_id: UUID
    organisation_id: UUID


class CommitmentMade(CommitmentFact):
    """The programme, or a signatory, owes the other so much; of an amount, so many cents."""

    type: Literal["commitment-made.v1"] = "commitment-made.v1"
    convention_id: UUID
    party: Party
    commitment_kind: CommitmentKind
    quantity: int
    made_on: date
    due_on: date | None


class CommitmentWithdrawn(CommitmentFact):
    """A commitment is owed no more; what was given of it stays given."""

    type: Literal["commitment-withdrawn.v1"] = "commitment-withdrawn.v1"
    withdrawn_on: date


class CommitmentFulfilled(CommitmentFact):
    """So much of a commitment was given on a day; of an amount, so many cents."""

    type: Literal["commitment-fulfilled.v1"] = "commitment-fulfilled.v1"
    fulfilment_id: UUID
    quantity: int
    given_on: date


class FulfilmentWithdrawn(CommitmentFact):
    """What was said to be given was not."""

    type: Literal["fulfilment-withdrawn.v1"] = "fulfilment-withdrawn.v1"
    fulfilment_id: UUID


class CommitmentOverdue(CommitmentFact):
    """A commitment's day is over and so much of it is still owed; told once.

    `contacts` of a partner that owes it are to be told.
    """

    type: Literal["commitment-overdue.v1"] = "commitment-overdue.v1"
    missing: int
    due_on: date
    commitment_kind: CommitmentKind | None = None
    contacts: tuple[UUID, ...] = ()
