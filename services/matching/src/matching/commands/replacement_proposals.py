"""Replacement proposals: after a decline or expiry, the mentee is offered the next best mentor."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from contracts import PairingProposed
from contracts.local_time import today_in
from matching import store
from matching.domain import pairings
from matching.domain.tables import Mentee, Mentor, Pairing
from matching.solver.draft_review import DraftReview


async def offer_next_best(
    session: AsyncSession, before: Pairing, mentee: Mentee, *, on: date, answer_days: int
) -> Pairing | None:
    """Propose the best mentor with a free place, by the rules and criteria of the round.

    Return `None` for a pairing that no round proposed, or if no mentor is left: the mentee waits
    for the next round. The caller has locked the publication of rounds, so that a place is offered
    once.
    """
    if before.round_id is None:
        return None
    return await offer_best(session, before, mentee, on=on, answer_days=answer_days)


async def offer_best(
    session: AsyncSession, before: Pairing, mentee: Mentee, *, on: date, answer_days: int
) -> Pairing | None:
    """Propose the best mentor with a free place after `before`; return `None` if there is none.

    By the criteria of the round that proposed `before`, else by the newest. The caller has locked
    the publication of rounds.
    """
    await session.flush()
    inputs = await store.inputs_for_replacement(session, before, mentee, on=on)
    mentor_id = await asyncio.to_thread(lambda: DraftReview(inputs).best_of(mentee.id))
    if mentor_id is None:
        return None
    mentor = await store.mentor(session, mentor_id)
    offered, proposed = _offer(before, mentee, mentor, on=on, days=answer_days)
    session.add(offered)
    emit(session, proposed)
    return offered


def _offer(
    before: Pairing, mentee: Mentee, mentor: Mentor, *, on: date, days: int
) -> tuple[Pairing, PairingProposed]:
    answer_by = today_in(mentee.department) + timedelta(days=days)
    return pairings.proposal(mentee, mentor, on=on, answer_by=answer_by, round_id=before.round_id)


async def expire_due(session: AsyncSession, due: Sequence[UUID], *, answer_days: int) -> int:
    """Expire those of the proposals `due` that are still unanswered in time; return how many.

    One that was answered since they were listed is left as it is.
    """
    if due:
        await store.lock_round_publication(session)
    expired = 0
    for pairing_id in due:
        pairing, mentee = await store.lock_pairing(session, pairing_id, None)
        today = today_in(mentee.department)
        if not pairings.is_overdue(pairing, today=today):
            continue
        emit(session, pairings.expire(pairing, mentee, on=today))
        await offer_next_best(session, pairing, mentee, on=today, answer_days=answer_days)
        expired += 1
    return expired
