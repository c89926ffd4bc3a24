"""Commands on rounds: request, review, change, publish, cancel."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.etags import ExpectedVersion
from backbone.web.schemas import Command, example
from contracts import PairingProposed, RoundPublished
from contracts.bounds import Day
from contracts.local_time import noon_in, today_in
from matching import store
from matching.domain import pairings
from matching.domain import rounds as draft_review
from matching.domain.rounds import DraftStale
from matching.domain.tables import Mentee, Mentor, Pairing, Proposal, Round
from matching.solver.draft_review import DraftReview
from matching.solver.explanations import explainer_of
from matching.solver.inputs import Inputs
from matching.solver.report import Chosen
from matching.store import DepartmentScope

PARIS = "75"
"""The department whose time zone gives the date of a round, which may cover several."""
AT_A_TIME = 100
"""Pairs that are written at once."""


class AskRound(Command):
    """A round for the mentees who wait on `on`; a past date uses what is known of that day.

    `min_priority` is how many of the proposed mentees shall live in priority neighbourhoods, as far
    as possible. `based_on` is a draft whose locked pairs stay.
    """

    model_config = example(on="2013-09-10", min_priority=20)

    on: Day
    min_priority: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    criteria: str | None = None
    based_on: UUID | None = None


class ChangeProposal(Command):
    """Another mentor for a mentee of a draft, or none; `locked` pairs stay in the next round."""

    model_config = example(mentor_id="5e1b4f0e-7c0a-4d58-8a3b-0f8f6ad0b003", locked=True)

    mentor_id: UUID | None
    locked: bool = False


async def ask_round(
    session: AsyncSession, command: AskRound, within: DepartmentScope, *, by: str
) -> Round:
    """Request a round; the worker solves it, after which it is a draft."""
    pairings.require_past(command.on, today=today_in(PARIS))
    criteria = await store.criteria(session, command.criteria)
    locked = list[list[str]]()
    if command.based_on is not None:
        before = await store.round_(session, command.based_on, within)
        pairs = await store.locked_pairs(session, before.id)
        locked = [[str(mentee), str(mentor)] for mentee, mentor in pairs]
    round_ = Round(
        on=command.on,
        departments=None if within is None else sorted(within),
        min_priority=command.min_priority,
        criteria=criteria.version,
        based_on=command.based_on,
        locked=locked,
        asked_by=by,
    )
    session.add(round_)
    await session.flush()
    await session.refresh(round_)
    return round_


async def cancel_round(session: AsyncSession, round_id: UUID, within: DepartmentScope) -> Round:
    """Cancel a round; a worker that solves it stops."""
    found = await store.lock_round(session, round_id, within)
    draft_review.cancel(found, now=datetime.now(UTC))
    return found


async def change_proposal(  # noqa: PLR0917  (who, where, what, which version)
    session: AsyncSession,
    round_id: UUID,
    mentee_id: UUID,
    command: ChangeProposal,
    within: DepartmentScope,
    match: ExpectedVersion,
) -> Round:
    """Propose another mentor to a mentee of a draft, by the rules of the round."""
    found = await store.lock_round(session, round_id, within)
    match.require(found.version)
    draft_review.require_draft(found)
    before = await session.get(Proposal, (round_id, mentee_id))
    previous = before.mentor_id if before is not None else None
    others = await store.proposals_of_mentor(session, round_id, command.mentor_id, mentee_id)
    reasons = await asyncio.to_thread(explainer_of, found.inputs, found.certificate)
    proposal = await asyncio.to_thread(_proposal, reasons.review, mentee_id, command, others)
    if proposal is not None:
        await session.merge(Proposal(round_id=round_id, **proposal))
    elif before is not None:
        await session.delete(before)
    await session.flush()
    pairs = await store.chosen_pairs(session, round_id)
    differs = found.changed or previous != command.mentor_id
    now = await asyncio.to_thread(reasons.now, found.report, pairs, differs=differs)
    found.changed, found.report = now
    found.version += 1
    return found


def _proposal(
    review: DraftReview, mentee_id: UUID, command: ChangeProposal, others: int
) -> dict[str, Any] | None:
    """Return the proposal for a mentee by the rules of the round; `None` for no mentor."""
    review.require_in_round(mentee_id)
    if command.mentor_id is None:
        return None
    review.require_place(command.mentor_id, others)
    score, contributions = review.scored(mentee_id, command.mentor_id)
    scored = {"score": score, "contributions": contributions}
    return {"mentee_id": mentee_id, **command.model_dump(), **scored}


async def publish_round(
    session: AsyncSession,
    round_id: UUID,
    within: DepartmentScope,
    match: ExpectedVersion,
    *,
    answer_days: int,
) -> Round:
    """Propose the pairs of a draft to mentees and mentors, all or none.

    Raise `DraftStale` if a pair is no longer free, covered or willing since the draft was solved.
    """
    await store.lock_round_publication(session)
    found = await store.lock_round(session, round_id, within)
    match.require(found.version)
    draft_review.require_draft(found)
    chosen = await store.chosen_pairs(session, round_id)
    now = await store.inputs(session, found)
    await asyncio.to_thread(_require_fresh, now, chosen)
    people = await _people(session, found, chosen)
    for first in range(
        0, len(people), AT_A_TIME
    ):  # between two parts, the loop serves other requests
        await _propose_all(session, found, people[first : first + AT_A_TIME], days=answer_days)
    draft_review.publish(found, now=datetime.now(UTC))
    reasons = await asyncio.to_thread(explainer_of, found.inputs, found.certificate)
    waiting = len(reasons.inputs.mentees) - len(chosen)
    emit(session, _published(found, proposed=len(chosen), waiting=waiting))
    return found


async def _propose_all(
    session: AsyncSession, found: Round, people: Sequence[tuple[Mentee, Mentor]], *, days: int
) -> None:
    for mentee, mentor in people:
        pairing, proposed = _propose(found, mentee, mentor, days=days)
        session.add(pairing)
        emit(session, proposed)
    await session.flush()


def _propose(
    found: Round, mentee: Mentee, mentor: Mentor, *, days: int
) -> tuple[Pairing, PairingProposed]:
    """Return the proposal, to be answered within `days` days from today: `on` may be long past."""
    answer_by = today_in(mentee.department) + timedelta(days=days)
    return pairings.proposal(mentee, mentor, on=found.on, answer_by=answer_by, round_id=found.id)


async def _people(
    session: AsyncSession, found: Round, chosen: Sequence[Chosen]
) -> Sequence[tuple[Mentee, Mentor]]:
    waiting = await store.waiting_mentees(session, on=found.on, within=found.departments)
    offering = await store.mentors_with_room(session, on=found.on)
    mentees = {mentee.id: mentee for mentee in waiting}
    mentors = {mentor.id: mentor for mentor, _ in offering}
    return [(mentees[pair.mentee_id], mentors[pair.mentor_id]) for pair in chosen]


def _published(found: Round, *, proposed: int, waiting: int) -> RoundPublished:
    return RoundPublished(
        round_id=found.id,
        on=found.on,
        criteria=found.criteria,
        proposed=proposed,
        unmatched=waiting,
        min_priority=found.min_priority,
        optimal=not found.changed,
        occurred_at=noon_in(found.on, PARIS),
    )


def _require_fresh(now: Inputs, chosen: Sequence[Chosen]) -> None:
    """Raise `DraftStale` unless all pairs of a draft are still free, covered and willing."""
    review, room = DraftReview(now), Counter(pair.mentor_id for pair in chosen)
    stale = [
        pair
        for pair in chosen
        if not review.allows(pair.mentee_id, pair.mentor_id, places=room[pair.mentor_id])
    ]
    if stale:
        raise DraftStale(
            f"{len(stale)} of {len(chosen)} pairs can no longer be proposed, such as mentee "
            f"{stale[0].mentee_id} and mentor {stale[0].mentor_id}. Nothing was published: ask for "
            "a round based on this one, which keeps what you locked."
        )
