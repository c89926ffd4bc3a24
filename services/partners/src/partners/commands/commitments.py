"""Commitment commands: made, fulfilled, corrected, withdrawn."""

from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from partners import store
from partners.commands import Note
from partners.commands.conventions import AN_ORGANISATION, CommitmentNamed
from partners.domain import commitments
from partners.domain.tables import Commitment, Fulfilment


class MakeCommitment(CommitmentNamed):
    """A commitment of one side, made on the date of signature unless `made_on` is given."""

    model_config = example(
        organisation_id=AN_ORGANISATION,
        party="partner",
        kind="stand",
        quantity=1,
        due_on="2013-09-30",
        note="A stand at its yearly congress",
    )

    made_on: Day | None = None


class NoteFulfilment(Command):
    model_config = example(quantity=1, given_on="2012-09-25")

    quantity: int = Field(default=1, ge=1, le=10**12)
    given_on: Day
    note: Note | None = None


class WithdrawCommitment(Command):
    model_config = example(withdrawn_on="2015-01-31")

    withdrawn_on: Day


async def make_commitment(
    session: AsyncSession, convention_id: UUID, command: MakeCommitment, within: store.Scope
) -> Commitment:
    convention = await store.lock_convention(session, convention_id, within)
    await store.organisation(session, command.organisation_id, within)
    commitment, event = commitments.commit(convention, **command.model_dump())
    session.add(commitment)
    emit(session, event)
    return commitment


async def note_fulfilment(
    session: AsyncSession,
    commitment_id: UUID,
    command: NoteFulfilment,
    within: store.Scope,
    *,
    by: str,
) -> Fulfilment:
    commitment = await store.lock_commitment(session, commitment_id, within)
    fulfilment, event = commitments.fulfil(commitment, **command.model_dump(), by=by)
    emit(session, event)
    return fulfilment


async def take_fulfilment_back(
    session: AsyncSession, commitment_id: UUID, fulfilment_id: UUID, within: store.Scope
) -> Commitment:
    commitment = await store.lock_commitment(session, commitment_id, within)
    emit(session, commitments.take_back(commitment, fulfilment_id))
    return commitment


async def withdraw_commitment(
    session: AsyncSession,
    commitment_id: UUID,
    command: WithdrawCommitment,
    match: ExpectedVersion,
    within: store.Scope,
) -> Commitment:
    commitment = await store.lock_commitment(session, commitment_id, within)
    match.require(commitment.version)
    emit(session, commitments.withdraw(commitment, command.withdrawn_on))
    return commitment
