"""Conventions, alerts, and the ledger of commitments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.enums import CommitmentKind, ConventionKind, Party
from partners import store
from partners.domain.tables import (
    Alert,
    AlertRule,
    Amendment,
    Commitment,
    Convention,
    Document,
    Draft,
    Signature,
    Suspension,
)


def conventions(
    *,
    within: store.Scope,
    organisation_id: UUID | None,
    kind: ConventionKind | None,
    in_force_on: date | None,
    ends_by: date | None,
) -> SelectOfScalar[Convention]:
    query = select(Convention)
    if within is not None:
        query = query.where(_signed_by(within))
    if organisation_id is not None:
        query = query.where(_signed_by([organisation_id]))
    if kind is not None:
        query = query.where(Convention.kind == kind)
    last_day = func.coalesce(Convention.ended_on, Convention.ends_on)
    if in_force_on is not None:
        query = query.where(
            Convention.effective_on <= in_force_on,
            or_(last_day.is_(None), last_day >= in_force_on),
            ~_suspended(in_force_on),
        )
    return query if ends_by is None else query.where(last_day <= ends_by)


def _suspended(on: date) -> ColumnElement[bool]:
    lasting = select(Suspension.convention_id).where(
        Suspension.convention_id == Convention.id,
        Suspension.from_on <= on,
        func.coalesce(Suspension.until_on, date.max) >= on,
    )
    return lasting.exists()


def _signed_by(organisations: Collection[UUID]) -> ColumnElement[bool]:
    signatures = select(Signature.convention_id).where(
        Signature.convention_id == Convention.id,
        col(Signature.organisation_id).in_(organisations),
    )
    return signatures.exists()


def drafts() -> SelectOfScalar[Draft]:
    return select(Draft)


def amendments_of(convention_id: UUID) -> SelectOfScalar[Amendment]:
    return select(Amendment).where(Amendment.convention_id == convention_id)


def documents_of(convention_id: UUID) -> SelectOfScalar[Document]:
    return select(Document).where(Document.convention_id == convention_id)


def alerts(*, within: store.Scope, rule: AlertRule | None, settled: bool) -> SelectOfScalar[Alert]:
    """Select the alerts that the caller sees."""
    over = col(Alert.settled_at).is_not(None) if settled else col(Alert.settled_at).is_(None)
    query = select(Alert).where(store.alert_visible_to(within), over)
    return query if rule is None else query.where(Alert.rule == rule)


@dataclass(frozen=True, slots=True)
class CommitmentStatus:
    """A commitment on a date, with the quantities given and missing, and whether it is overdue."""

    commitment: Commitment
    given: int
    missing: int
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """The totals of one side for one kind of commitment: owed, given, missing and overdue."""

    party: Party
    kind: CommitmentKind
    owed: int
    given: int
    missing: int
    overdue: int


async def owed(
    session: AsyncSession,
    as_of: date,
    *,
    convention_id: UUID | None = None,
    organisation_id: UUID | None = None,
    within: store.Scope = None,
) -> list[CommitmentStatus]:
    """Return the commitments of a convention or an organisation on a date, oldest first."""
    query = select(Commitment).where(Commitment.made_on <= as_of)
    if convention_id is not None:
        query = query.where(Commitment.convention_id == convention_id)
    if organisation_id is not None:
        query = query.where(Commitment.organisation_id == organisation_id)
    if within is not None:
        query = query.where(col(Commitment.organisation_id).in_(within))
    order = col(Commitment.made_on), col(Commitment.id)
    found = (await session.exec(query.order_by(*order))).all()
    given = await store.given_quantities(session, found, as_of)
    return [_owed(commitment, given[commitment.id], as_of) for commitment in found]


def _owed(commitment: Commitment, given: int, as_of: date) -> CommitmentStatus:
    withdrawn = commitment.withdrawn_on is not None and commitment.withdrawn_on <= as_of
    missing = 0 if withdrawn else max(commitment.quantity - given, 0)
    late = commitment.due_on is not None and commitment.due_on < as_of
    return CommitmentStatus(commitment, given, missing, late and missing > 0)


def balances(entries: Collection[CommitmentStatus]) -> list[Balance]:
    """Return the totals of a ledger by side and kind."""
    return [
        Balance(
            party=party,
            kind=kind,
            owed=sum(each.given + each.missing for each in part),
            given=sum(each.given for each in part),
            missing=sum(each.missing for each in part),
            overdue=sum(each.missing for each in part if each.overdue),
        )
        for party in Party
        for kind in CommitmentKind
        if (
            part := [e for e in entries if (e.commitment.party, e.commitment.kind) == (party, kind)]
        )
    ]
