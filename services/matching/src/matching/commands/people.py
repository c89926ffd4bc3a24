"""Commands on single persons, and what became of them."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Missing
from backbone.outbox import emit
from contracts.moments import today_in
from contracts.words import Contract, Evidence
from matching import store
from matching.commands.pairings import Command
from matching.domain import pairings, people
from matching.domain.tables import Outcome


class RecordOutcome(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mentee_id": "0b8f6a52-6a0e-4c0f-9a53-2f6a1f7d9d10",
                    "contract": "cdi",
                    "fits_qualification": True,
                    "evidence": "contract_seen",
                    "found_on": "2013-12-01",
                }
            ]
        },
    )

    mentee_id: UUID
    pairing_id: UUID | None = None
    contract: Contract
    months: int | None = Field(default=None, ge=1, le=120)
    fits_qualification: bool | None = None
    evidence: Evidence
    found_on: date


async def erase_mentee(session: AsyncSession, mentee_id: UUID) -> None:
    """Forget someone, and what an office called their other applications."""
    emit(session, *people.erase(await store.mentee_to_change(session, mentee_id)))
    for each in await store.merged_into(session, mentee_id):
        people.forget_reference(await store.mentee_to_change(session, each))


async def erase_mentor(session: AsyncSession, mentor_id: UUID) -> None:
    emit(session, *people.erase(await store.mentor_to_change(session, mentor_id)))


async def record_outcome(
    session: AsyncSession, command: RecordOutcome, within: Collection[str] | None
) -> Outcome:
    mentee = await store.mentee(session, command.mentee_id, within)
    pairings.require_past(command.found_on, today=today_in(mentee.department))
    if command.pairing_id is not None:
        pairing = await store.pairing(session, command.pairing_id, within)
        if pairing.mentee_id != mentee.id:
            raise Missing("This mentee has no such pairing. Look at their pairings.")
    outcome, recorded = people.record_outcome(mentee, **command.model_dump(exclude={"mentee_id"}))
    session.add(outcome)
    emit(session, recorded)
    return outcome
