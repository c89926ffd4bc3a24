"""Events about conventions after their signature, and about their commitments."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.event import Event
from contracts.words import CommitmentKind, Party


class ConventionFact(Event):
    """A fact about a signed convention."""

    topic: ClassVar[str] = "partners.conventions"
    keyed_by: ClassVar[str] = "convention_id"

    convention_id: UUID


class SignatoryWithdrew(ConventionFact):
    """An organisation withdrew from a convention; `withdrawn_on` is the last day that binds it."""

    type: Literal["signatory-withdrew.v1"] = "signatory-withdrew.v1"
    organisation_id: UUID
    withdrawn_on: date


class ConventionSuspended(ConventionFact):
    """A convention covers no one from `from_on` to `until_on` (both included), or until resumed."""

    type: Literal["convention-suspended.v1"] = "convention-suspended.v1"
    from_on: date
    until_on: date | None


class ConventionResumed(ConventionFact):
    """The suspension that began on `from_on` ends; `until_on` is its last day."""

    type: Literal["convention-resumed.v1"] = "convention-resumed.v1"
    from_on: date
    until_on: date


class ConventionAmended(ConventionFact):
    """Both sides changed the term of a convention: these are its complete new values."""

    type: Literal["convention-amended.v1"] = "convention-amended.v1"
    amended_on: date
    ends_on: date | None
    renews_for_months: int | None
    notice_days: int


class ConventionNoticeGiven(ConventionFact):
    """One side gave notice that the convention is not renewed after its term."""

    type: Literal["convention-notice-given.v1"] = "convention-notice-given.v1"
    party: Party
    given_on: date
    ends_on: date


class ConventionRenewed(ConventionFact):
    """A convention continues after its term, by a signature or tacitly, without objection."""

    type: Literal["convention-renewed.v1"] = "convention-renewed.v1"
    renewed_on: date
    previous_ends_on: date
    ends_on: date
    tacit: bool


class ConventionExpiring(ConventionFact):
    """A convention that is not renewed ends in `days`; published once for each number of days.

    `contacts` are the contact persons of its signatories who are to be notified.
    """

    type: Literal["convention-expiring.v1"] = "convention-expiring.v1"
    days: int
    ends_on: date
    due_on: date
    organisations: tuple[UUID, ...]
    contacts: tuple[UUID, ...] = ()


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
