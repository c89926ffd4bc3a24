"""Commands on pairings.

A command that takes or frees a mentor's place locks the mentor's row first.
"""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import Forbidden, Refused
from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.bounds import Day
from contracts.enums import DeclineReason, EndReason, Side
from contracts.local_time import today_in
from matching import store
from matching.commands.replacement_proposals import offer_best, offer_next_best
from matching.domain import alerts, pairings, people
from matching.domain.tables import Mentee, Mentor, Pairing
from matching.solver.draft_review import DraftReview
from matching.store import DepartmentScope, OwnPairs, Scope


class NobodyLeft(Refused, kind="nobody-left"):
    """No other mentor can be proposed."""


class ProposePairing(Command):
    model_config = example(
        mentee_id="0b8f6a52-6a0e-4c0f-9a53-2f6a1f7d9d10",
        mentor_id="5e1b4f0e-7c0a-4d58-8a3b-0f8f6ad0b003",
        proposed_on="2013-09-10",
    )

    mentee_id: UUID
    mentor_id: UUID
    proposed_on: Day


class AcceptPairing(Command):
    model_config = example(by="mentor", accepted_on="2013-09-12")

    by: Side
    accepted_on: Day


class DeclinePairing(Command):
    model_config = example(by="mentee", reason="too_far", declined_on="2013-09-12")

    by: Side
    reason: DeclineReason
    declined_on: Day


class EndPairing(Command):
    model_config = example(reason="early_success", ended_on="2013-12-15")

    reason: EndReason
    ended_on: Day


async def propose_pairing(
    session: AsyncSession, command: ProposePairing, within: DepartmentScope, *, answer_days: int
) -> Pairing:
    """Propose a pair by hand, by the same rules as a round."""
    await store.lock_round_publication(session)
    mentee = await store.lock_mentee(session, command.mentee_id, within)
    mentor = await store.lock_mentor(session, command.mentor_id)
    pairings.require_admitted(mentee)
    for person in (mentee, mentor):
        people.require_remembered(person)
    pairings.require_past(command.proposed_on, today=today_in(mentee.department))
    pairings.require_free(await store.open_pairing_of(session, mentee.id))
    known = await store.inputs_for_pair(session, mentee, mentor, on=command.proposed_on)
    pairings.require_covered(known.mentors[0].covered)
    answer_by = today_in(mentee.department) + timedelta(days=answer_days)
    pairing, proposed = pairings.propose(
        mentee,
        mentor,
        on=command.proposed_on,
        proposed=await store.open_proposals(session, mentor.id),
        answer_by=answer_by,
    )
    DraftReview(known).require_eligible(mentee.id, mentor.id)
    session.add(pairing)
    emit(session, proposed)
    return pairing


def require_own_side(within: Scope, side: Side) -> None:
    """Raise `Forbidden` if a mentor or mentee answers for the other side."""
    if isinstance(within, OwnPairs) and within.side != side:
        raise Forbidden(f"You answer for yourself: give {within.side}, not {side}.")


async def accept_pairing(
    session: AsyncSession, pairing_id: UUID, command: AcceptPairing, within: Scope
) -> Pairing:
    require_own_side(within, command.by)
    pairing, mentee, mentor = await held(session, pairing_id, within)
    pairings.require_past(command.accepted_on, today=today_in(mentee.department))
    paired = pairings.accept(pairing, mentee, mentor, by=command.by, on=command.accepted_on)
    if paired is not None:
        emit(session, paired)
    return pairing


async def decline_pairing(
    session: AsyncSession,
    pairing_id: UUID,
    command: DeclinePairing,
    within: Scope,
    *,
    answer_days: int,
) -> Pairing:
    """Record that one side declines; after a round's proposal, offer the next best mentor."""
    require_own_side(within, command.by)
    await store.lock_round_publication(session)
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    pairings.require_past(command.declined_on, today=today_in(mentee.department))
    declined = pairings.decline(
        pairing, mentee, by=command.by, reason=command.reason, on=command.declined_on
    )
    emit(session, declined)
    on = command.declined_on
    await offer_next_best(session, pairing, mentee, on=on, answer_days=answer_days)
    return pairing


async def end_pairing(
    session: AsyncSession, pairing_id: UUID, command: EndPairing, within: Scope
) -> Pairing:
    """End a pair; raise an alert about the free place if another mentee waits."""
    pairing, mentee, mentor = await held(session, pairing_id, within)
    pairings.require_past(command.ended_on, today=today_in(mentee.department))
    last = await store.last_contact_on(session, pairing_id)
    ended = pairings.end(
        pairing,
        mentee,
        mentor,
        reason=command.reason,
        on=command.ended_on,
        last_contact_on=last,
    )
    emit(session, ended)
    if await store.has_waiting_mentee(session, on=command.ended_on, without=mentee.id):
        session.add(alerts.place_freed(pairing, on=command.ended_on))
    return pairing


async def rematch(
    session: AsyncSession,
    pairing_id: UUID,
    command: EndPairing,
    within: DepartmentScope,
    *,
    answer_days: int,
) -> Pairing:
    """End a pair and propose the best other mentor; raise `NobodyLeft` if there is none."""
    await store.lock_round_publication(session)
    pairing = await end_pairing(session, pairing_id, command, within)
    mentee = await store.mentee(session, pairing.mentee_id)
    offered = await offer_best(
        session, pairing, mentee, on=command.ended_on, answer_days=answer_days
    )
    if offered is None:
        raise NobodyLeft(
            "No other mentor with a place is eligible. End the pairing, and the mentee waits for "
            "the next round."
        )
    return offered


async def held(
    session: AsyncSession, pairing_id: UUID, within: Scope
) -> tuple[Pairing, Mentee, Mentor]:
    """Lock a pairing and its mentor, always the mentor first; return them with the mentee."""
    mentor = await store.lock_mentor_of(session, pairing_id)
    pairing, mentee = await store.lock_pairing(session, pairing_id, within)
    return pairing, mentee, mentor
