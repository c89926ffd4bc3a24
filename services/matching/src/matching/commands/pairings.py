"""Commands on pairs. Whatever takes or frees a mentor's place holds the mentor's row first."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.outbox import emit
from contracts.moments import today_in
from contracts.words import DeclineReason, EndReason, Medium, Side
from matching import store
from matching.commands.offering import offer_next_best
from matching.domain import pairings
from matching.domain.rounds.reviewing import Review
from matching.domain.tables import Contact, Mentee, Mentor, Pairing

Within = Collection[str] | None


class Command(BaseModel):
    """A body names only what it may name."""

    model_config = ConfigDict(extra="forbid")


class ProposePairing(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mentee_id": "0b8f6a52-6a0e-4c0f-9a53-2f6a1f7d9d10",
                    "mentor_id": "5e1b4f0e-7c0a-4d58-8a3b-0f8f6ad0b003",
                    "proposed_on": "2013-09-10",
                }
            ]
        },
    )

    mentee_id: UUID
    mentor_id: UUID
    proposed_on: date


class AcceptPairing(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"by": "mentor", "accepted_on": "2013-09-12"}]},
    )

    by: Side
    accepted_on: date


class DeclinePairing(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"by": "mentee", "reason": "too_far", "declined_on": "2013-09-12"}]
        },
    )

    by: Side
    reason: DeclineReason
    declined_on: date


class HoldFirstInterview(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"held_on": "2013-09-20", "minutes": 60}]}
    )

    held_on: date
    minutes: int | None = Field(default=60, ge=1, le=600)


class LogContact(Command):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"contact_on": "2013-10-15", "medium": "phone", "minutes": 30}]
        },
    )

    contact_on: date
    medium: Medium
    minutes: int | None = Field(default=None, ge=1, le=600)


class EndPairing(Command):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "early_success", "ended_on": "2013-12-15"}]},
    )

    reason: EndReason
    ended_on: date


async def propose_pairing(
    session: AsyncSession, command: ProposePairing, within: Within, *, answer_days: int
) -> Pairing:
    """Propose a pair by hand, by the same rules as a round."""
    await store.hold_round(session)
    mentee = await store.mentee_to_change(session, command.mentee_id, within)
    mentor = await store.mentor_to_change(session, command.mentor_id)
    pairings.require_past(command.proposed_on, today=today_in(mentee.department))
    pairings.require_free(await store.open_pairing_of(session, mentee.id))
    known = await store.single(session, mentee, mentor, on=command.proposed_on)
    pairings.require_covered(known.mentors[0].covered)
    answer_by = today_in(mentee.department) + timedelta(days=answer_days)
    pairing, proposed = pairings.propose(
        mentee, mentor, on=command.proposed_on, answer_by=answer_by
    )
    Review(known).require_eligible(mentee.id, mentor.id)
    session.add(pairing)
    emit(session, proposed)
    return pairing


async def accept_pairing(
    session: AsyncSession, pairing_id: UUID, command: AcceptPairing, within: Within
) -> Pairing:
    pairing, mentee, mentor = await _held(session, pairing_id, within)
    pairings.require_past(command.accepted_on, today=today_in(mentee.department))
    paired = pairings.accept(pairing, mentee, mentor, by=command.by, on=command.accepted_on)
    if paired is not None:
        emit(session, paired)
    return pairing


async def decline_pairing(
    session: AsyncSession,
    pairing_id: UUID,
    command: DeclinePairing,
    within: Within,
    *,
    answer_days: int,
) -> Pairing:
    """Note that one side declines; who was proposed by a round is offered the next best."""
    await store.hold_round(session)
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    pairings.require_past(command.declined_on, today=today_in(mentee.department))
    declined = pairings.decline(
        pairing, mentee, by=command.by, reason=command.reason, on=command.declined_on
    )
    emit(session, declined)
    on = command.declined_on
    await offer_next_best(session, pairing, mentee, on=on, answer_days=answer_days)
    return pairing


async def hold_first_interview(
    session: AsyncSession, pairing_id: UUID, command: HoldFirstInterview, within: Within
) -> Pairing:
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    pairings.require_past(command.held_on, today=today_in(mentee.department))
    held = pairings.hold_first_interview(
        pairing, mentee, on=command.held_on, minutes=command.minutes
    )
    emit(session, held)
    return pairing


async def log_contact(
    session: AsyncSession, pairing_id: UUID, command: LogContact, within: Within
) -> Contact:
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    pairings.require_past(command.contact_on, today=today_in(mentee.department))
    logged = pairings.log_contact(
        pairing,
        mentee.department,
        on=command.contact_on,
        medium=command.medium,
        minutes=command.minutes,
    )
    contact = Contact(**pairings.contact_row(logged))
    session.add(contact)
    emit(session, logged)
    return contact


async def end_pairing(
    session: AsyncSession, pairing_id: UUID, command: EndPairing, within: Within
) -> Pairing:
    pairing, mentee, mentor = await _held(session, pairing_id, within)
    pairings.require_past(command.ended_on, today=today_in(mentee.department))
    ended = pairings.end(pairing, mentee, mentor, reason=command.reason, on=command.ended_on)
    emit(session, ended)
    return pairing


async def _held(
    session: AsyncSession, pairing_id: UUID, within: Within
) -> tuple[Pairing, Mentee, Mentor]:
    """A pairing and its two, held in one order by all: mentor, then pairing."""
    mentor = await store.mentor_of_to_change(session, pairing_id)
    pairing, mentee = await store.pairing_to_change(session, pairing_id, within)
    return pairing, mentee, mentor
