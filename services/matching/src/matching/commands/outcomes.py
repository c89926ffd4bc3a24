"""Commands on the outcomes of mentees."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound
from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import Contract, Evidence
from contracts.local_time import today_in
from matching import store
from matching.commands.base import Change
from matching.commands.person_fields import SectorCode
from matching.domain import outcomes, pairings
from matching.domain.tables import Outcome
from matching.store import DepartmentScope


class RecordOutcome(Command):
    model_config = example(
        mentee_id="0b8f6a52-6a0e-4c0f-9a53-2f6a1f7d9d10",
        contract="cdi",
        fits_qualification=True,
        evidence="contract_seen",
        sector="J",
        found_on="2013-12-01",
    )

    mentee_id: UUID
    pairing_id: UUID | None = None
    contract: Contract
    months: int | None = Field(default=None, ge=1, le=120)
    fits_qualification: bool | None = None
    evidence: Evidence
    sector: SectorCode | None = None
    found_on: Day


class CorrectOutcome(Change):
    model_config = example(contract="cdi", fits_qualification=True)
    nullable: ClassVar[frozenset[str]] = frozenset({"months", "fits_qualification", "sector"})

    contract: Contract | None = None
    months: int | None = Field(default=None, ge=1, le=120)
    fits_qualification: bool | None = None
    evidence: Evidence | None = None
    sector: SectorCode | None = None
    found_on: Day | None = None


async def record_outcome(
    session: AsyncSession, command: RecordOutcome, within: DepartmentScope
) -> Outcome:
    mentee = await store.mentee(session, command.mentee_id, within)
    pairings.require_past(command.found_on, today=today_in(mentee.department))
    if command.pairing_id is not None:
        pairing = await store.pairing(session, command.pairing_id, within)
        if pairing.mentee_id != mentee.id:
            raise NotFound("This mentee has no such pairing. Look at their pairings.")
    outcome, recorded = outcomes.record(mentee, **command.model_dump(exclude={"mentee_id"}))
    session.add(outcome)
    emit(session, recorded)
    return outcome


async def correct_outcome(
    session: AsyncSession,
    outcome_id: UUID,
    command: CorrectOutcome,
    match: ExpectedVersion,
    within: DepartmentScope,
    *,
    by: str,
) -> Outcome:
    """Correct an outcome and keep its previous values."""
    outcome, mentee = await store.lock_outcome(session, outcome_id, within)
    match.require(outcome.version)
    if command.found_on is not None:
        pairings.require_past(command.found_on, today=today_in(mentee.department))
    if corrected := outcomes.correct(outcome, command.changes, by=by):
        correction, event = corrected
        session.add(correction)
        emit(session, event)
    return outcome


async def withdraw_outcome(
    session: AsyncSession,
    outcome_id: UUID,
    match: ExpectedVersion,
    within: DepartmentScope,
    *,
    by: str,
) -> None:
    """Void an outcome entered by mistake, keeping its history."""
    outcome, _ = await store.lock_outcome(session, outcome_id, within)
    match.require(outcome.version)
    correction, event = outcomes.withdraw(outcome, by=by)
    session.add(correction)
    emit(session, event)
