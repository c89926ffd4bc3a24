"""Rounds, their drafts, documents and explanations."""

import asyncio
from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backbone.database.tables import table_of
from backbone.errors import NotFound
from matching import store
from matching.domain.tables import Proposal, Round, RoundState
from matching.solver.comparison import Comparison, compare
from matching.solver.compression import json_of
from matching.solver.explanations import PairExplanation, UnmatchedExplanation, explainer_of


def rounds(*, within: Collection[str] | None, state: RoundState | None) -> SelectOfScalar[Round]:
    """Select the rounds about these departments or fewer, without their inputs and certificates."""
    heavy = (defer(column) for column in (Round.inputs, Round.certificate))  # type: ignore[arg-type]
    query = select(Round).options(*heavy)  # megabytes a round, which no list needs
    if within is not None:
        query = query.where(table_of(Round).c.departments.contained_by(sorted(within)))
    return query if state is None else query.where(Round.state == state)


def proposals(round_id: UUID) -> SelectOfScalar[Proposal]:
    return select(Proposal).where(Proposal.round_id == round_id)


async def inputs(session: AsyncSession, round_id: UUID, within: Collection[str] | None) -> bytes:
    """Return the inputs of a round as JSON; raise `NotFound` before it is started."""
    found = await store.round_(session, round_id, within)
    return await asyncio.to_thread(json_of, _require_solved(found.inputs))


async def certificate(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None
) -> bytes:
    """Return the certificate of a round as JSON; raise `NotFound` while there is none."""
    found = await store.round_(session, round_id, within)
    return await asyncio.to_thread(json_of, _require_solved(found.certificate))


async def explanation(
    session: AsyncSession,
    round_id: UUID,
    within: Collection[str] | None,
    *,
    mentee_id: UUID,
    mentor_id: UUID,
) -> PairExplanation:
    """Return why a draft proposes a pair, or why not.

    Computed in a thread: the first question about a round takes longer than the loop may block.
    """
    inputs, proof = await _worked_out(session, round_id, within)
    proposed_to = await _proposed_to(session, round_id, mentee_id)

    def explain() -> PairExplanation:
        return explainer_of(inputs, proof).of_pair(mentee_id, mentor_id, proposed_to=proposed_to)

    return await asyncio.to_thread(explain)


async def why_waiting(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None, *, mentee_id: UUID
) -> UnmatchedExplanation:
    """Return why a mentee has no proposal in a draft, or which; computed in a thread."""
    inputs, proof = await _worked_out(session, round_id, within)
    proposed_to = await _proposed_to(session, round_id, mentee_id)

    def explain() -> UnmatchedExplanation:
        return explainer_of(inputs, proof).of_waiting(mentee_id, proposed_to=proposed_to)

    return await asyncio.to_thread(explain)


async def comparison(
    session: AsyncSession, round_id: UUID, other: UUID, within: Collection[str] | None
) -> Comparison:
    """Return the comparison of two drafts."""
    for each in (round_id, other):
        _require_solved((await store.round_(session, each, within)).certificate)
    first, second = [await store.chosen_pairs(session, each) for each in (round_id, other)]
    return await asyncio.to_thread(compare, first, second)


async def _proposed_to(session: AsyncSession, round_id: UUID, mentee_id: UUID) -> UUID | None:
    proposal = await session.get(Proposal, (round_id, mentee_id))
    return proposal.mentor_id if proposal else None


async def _worked_out(
    session: AsyncSession, round_id: UUID, within: Collection[str] | None
) -> tuple[bytes, bytes]:
    """Return a round's compressed inputs and certificate; raise `NotFound` before it is solved."""
    found = await store.round_(session, round_id, within)
    return _require_solved(found.inputs), _require_solved(found.certificate)


def _require_solved(document: bytes | None) -> bytes:
    if document is None:
        raise NotFound("This round is not worked out. Wait until it is a draft, or ask a new one.")
    return document
