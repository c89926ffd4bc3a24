"""How matching's facts reach the read model. Each row can be begun by any of its facts."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.db import add_new, upsert
from backbone.inbox import Handlers
from contracts import (
    ContactLogged,
    FirstInterviewHeld,
    MenteePaired,
    MentorEnrolled,
    OutcomeRecorded,
    PairingEnded,
)
from partners.read_model import Contact, Mentor, Outcome, Pairing

PAIR = {"pairing_id", "mentor_id", "mentee_id"}

projections = Handlers()


@projections.on(MentorEnrolled)
async def know_mentors(session: AsyncSession, events: Sequence[MentorEnrolled]) -> None:
    columns = {"mentor_id", "organisation_id", "enrolled_on"}
    await upsert(session, Mentor, [e.model_dump(include=columns) for e in events])


@projections.on(MenteePaired)
async def open_pairings(session: AsyncSession, events: Sequence[MenteePaired]) -> None:
    await upsert(session, Pairing, [e.model_dump(include=PAIR | {"starts_on"}) for e in events])


@projections.on(FirstInterviewHeld)
async def note_first_interviews(
    session: AsyncSession, events: Sequence[FirstInterviewHeld]
) -> None:
    rows = [e.model_dump(include=PAIR) | {"first_interview_on": e.held_on} for e in events]
    await upsert(session, Pairing, rows)


@projections.on(PairingEnded)
async def close_pairings(session: AsyncSession, events: Sequence[PairingEnded]) -> None:
    await upsert(session, Pairing, [e.model_dump(include=PAIR | {"ended_on"}) for e in events])


@projections.on(ContactLogged)
async def note_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    columns = {"contact_id", "mentor_id", "contact_on"}
    await add_new(session, Contact, [e.model_dump(include=columns) for e in events])


@projections.on(OutcomeRecorded)
async def note_outcomes(session: AsyncSession, events: Sequence[OutcomeRecorded]) -> None:
    columns = {"outcome_id", "pairing_id", "fits_qualification", "found_on"}
    await upsert(session, Outcome, [e.model_dump(include=columns) for e in events])
