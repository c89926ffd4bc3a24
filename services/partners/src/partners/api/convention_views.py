"""Response bodies about conventions."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AliasPath, Field

from backbone.web.schemas import View
from contracts.enums import CommitmentKind, ConventionKind, Party
from partners.commands.conventions import Proposal
from partners.domain.tables import AlertRule, ConventionState
from partners.queries import Balance, CommitmentStatus


class SignatoryView(View):
    """A signatory, bound from `accedes_on` to `withdrawn_on`, both included."""

    organisation_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("organisation", "name"))]
    accedes_on: date
    withdrawn_on: date | None


class SuspensionView(View):
    from_on: date
    until_on: date | None
    reason: str | None


class RenewalView(View):
    previous_ends_on: date
    ends_on: date
    renewed_on: date
    tacit: bool


class ConventionView(View):
    """A convention, in force from `effective_on` to `ended_on`, else `ends_on`, both included.

    `state` is that of today; during its suspensions it covers nobody.
    """

    id: UUID
    kind: ConventionKind
    state: ConventionState
    signed_on: date
    effective_on: date
    ends_on: date | None
    ended_on: date | None
    renews_for_months: int | None
    notice_days: int
    notice_given_on: date | None
    signatories: list[SignatoryView]
    suspensions: list[SuspensionView]
    renewals: list[RenewalView]
    version: int


class DraftView(View):
    """A convention that is not signed yet."""

    id: UUID
    title: str
    proposal: Proposal
    written_by: str
    written_at: datetime
    version: int


class AmendmentView(View):
    """An amendment, with the values before and after it."""

    number: int
    amended_on: date
    summary: str
    before: dict[str, Any]
    after: dict[str, Any]
    amended_by: str


class DocumentView(View):
    id: UUID
    name: str
    media_type: str
    bytes: int
    sha256: str
    added_at: datetime
    added_by: str


class FulfilmentView(View):
    id: UUID
    quantity: int
    given_on: date
    note: str | None
    noted_by: str
    withdrawn: bool


class CommitmentView(View):
    """A commitment of `party` with its fulfilments; amounts in cents."""

    id: UUID
    convention_id: UUID
    organisation_id: UUID
    name: Annotated[str, Field(validation_alias=AliasPath("organisation", "name"))]
    party: Party
    kind: CommitmentKind
    quantity: int
    made_on: date
    due_on: date | None
    note: str | None
    withdrawn_on: date | None
    fulfilments: list[FulfilmentView]
    version: int


class OwedView(View):
    """A commitment on a date, with the quantities given and missing, and whether it is overdue."""

    commitment: CommitmentView
    given: int
    missing: int
    overdue: bool


class BalanceView(View):
    """The totals of one side for one kind of commitment."""

    party: Party
    kind: CommitmentKind
    owed: int
    given: int
    missing: int
    overdue: int


class LedgerView(View):
    """The ledger of both sides on a date: totals, and every commitment."""

    as_of: date
    balances: list[BalanceView]
    entries: list[OwedView]

    @classmethod
    def of(cls, as_of: date, entries: list[CommitmentStatus], balances: list[Balance]) -> Self:
        return cls.model_validate(
            {"as_of": as_of, "balances": balances, "entries": entries}, from_attributes=True
        )


class StepOfConventionView(View):
    """A past or agreed future step of a convention."""

    happened_on: date
    what: str
    id: UUID
    details: dict[str, Any]


class AlertView(View):
    """An alert for partner managers, settled automatically once its cause no longer exists."""

    id: UUID
    rule: AlertRule
    due_on: date
    convention_id: UUID | None
    commitment_id: UUID | None
    lead_id: UUID | None
    raised_at: datetime
    settled_at: datetime | None
    settled_by: str | None
