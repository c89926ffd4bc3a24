"""Projections of matching's events. Each row can be created by any of its events."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import func
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.bulk import Rows, insert_missing, insert_rows, rows_from, upsert
from backbone.database.merges import merge_duplicates
from backbone.messaging.inbox import Handlers
from contracts import (
    ApplicationTurnedDown,
    ContactCorrected,
    ContactLogged,
    ContactWithdrawn,
    FirstInterviewHeld,
    IntroductionMade,
    MenteeAdmitted,
    MenteeErased,
    MenteePaired,
    MenteeRefused,
    MenteesMerged,
    MentorEnrolled,
    MentorErased,
    OutcomeCorrected,
    OutcomeRecorded,
    OutcomeWithdrawn,
    PairingEnded,
    YouthApplied,
)
from partners.read_model import (
    Contact,
    ErasedPerson,
    Introduction,
    Mentee,
    Mentor,
    Merged,
    Outcome,
    Pairing,
    Refusal,
    YouthApplication,
)

PAIR = ("pairing_id", "mentor_id", "mentee_id")

projections = Handlers()


@projections.on(MentorEnrolled)
async def know_mentors(session: AsyncSession, events: Sequence[MentorEnrolled]) -> None:
    await upsert(session, Mentor, rows_from(events, "mentor_id", "organisation_id", "enrolled_on"))


@projections.on(MenteeAdmitted)
async def know_mentees(session: AsyncSession, events: Sequence[MenteeAdmitted]) -> None:
    await upsert(session, Mentee, rows_from(events, "mentee_id", "admitted_on"))


@projections.on(MenteePaired)
async def open_pairings(session: AsyncSession, events: Sequence[MenteePaired]) -> None:
    await upsert(session, Pairing, rows_from(events, *PAIR, "starts_on"))


@projections.on(FirstInterviewHeld)
async def note_first_interviews(
    session: AsyncSession, events: Sequence[FirstInterviewHeld]
) -> None:
    await upsert(session, Pairing, rows_from(events, *PAIR, first_interview_on="held_on"))


@projections.on(PairingEnded)
async def close_pairings(session: AsyncSession, events: Sequence[PairingEnded]) -> None:
    await upsert(session, Pairing, rows_from(events, *PAIR, "ended_on"))


@projections.on(ContactLogged)
async def note_contacts(session: AsyncSession, events: Sequence[ContactLogged]) -> None:
    await insert_missing(
        session, Contact, rows_from(events, "contact_id", "mentor_id", "contact_on")
    )


@projections.on(OutcomeRecorded)
async def note_outcomes(session: AsyncSession, events: Sequence[OutcomeRecorded]) -> None:
    columns = ("outcome_id", "mentee_id", "pairing_id", "fits_qualification", "found_on")
    await upsert(session, Outcome, rows_from(events, *columns))


@projections.on(OutcomeCorrected)
async def correct_outcomes(session: AsyncSession, events: Sequence[OutcomeCorrected]) -> None:
    columns = ("outcome_id", "mentee_id", "pairing_id", "fits_qualification", "found_on")
    await upsert(session, Outcome, rows_from(events, *columns))


@projections.on(ContactCorrected)
async def correct_contacts(session: AsyncSession, events: Sequence[ContactCorrected]) -> None:
    contacts = [event for event in events if event.made]
    await upsert(session, Contact, rows_from(contacts, "contact_id", "mentor_id", "contact_on"))


@projections.on(ContactWithdrawn)
async def forget_contacts(session: AsyncSession, events: Sequence[ContactWithdrawn]) -> None:
    ids = [event.contact_id for event in events]
    connection = await session.connection()
    await connection.execute(delete(Contact).where(col(Contact.contact_id).in_(ids)))


@projections.on(OutcomeWithdrawn)
async def forget_outcomes(session: AsyncSession, events: Sequence[OutcomeWithdrawn]) -> None:
    ids = [event.outcome_id for event in events]
    connection = await session.connection()
    await connection.execute(delete(Outcome).where(col(Outcome.outcome_id).in_(ids)))


@projections.on(YouthApplied)
async def know_applications(session: AsyncSession, events: Sequence[YouthApplied]) -> None:
    rows = rows_from(events, "youth_id", "mentee_id", "applied_on")
    await upsert(session, YouthApplication, rows)


@projections.on(MenteesMerged)
async def know_merged(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    survivors = {duplicate: event.mentee_id for event in events for duplicate in event.duplicates}
    await merge_duplicates(session, Merged, survivors)


@projections.on(MenteeErased)
async def note_erased_mentees(session: AsyncSession, events: Sequence[MenteeErased]) -> None:
    rows = [
        {"person_id": person_id, "erased_on": event.erased_on}
        for event in events
        for person_id in (event.mentee_id, *event.duplicates)
    ]
    await _note_erased(session, rows)


@projections.on(MentorErased)
async def note_erased_mentors(session: AsyncSession, events: Sequence[MentorErased]) -> None:
    await _note_erased(session, rows_from(events, "erased_on", person_id="mentor_id"))


async def _note_erased(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the first date of erasure of each person, in whatever order the events are applied."""
    if not rows:
        return
    first = sorted(rows, key=itemgetter("erased_on"), reverse=True)
    statement = insert_rows(ErasedPerson, Rows.of(first).last_of_each(["person_id"]))
    erased_on = func.least(ErasedPerson.erased_on, statement.excluded.erased_on)
    await (await session.connection()).execute(
        statement.on_conflict_do_update(index_elements=["person_id"], set_={"erased_on": erased_on})
    )


@projections.on(MenteeRefused)
async def know_refusals(session: AsyncSession, events: Sequence[MenteeRefused]) -> None:
    await upsert(session, Refusal, rows_from(events, "mentee_id", "refused_on"))


@projections.on(ApplicationTurnedDown)
async def know_turned_down(session: AsyncSession, events: Sequence[ApplicationTurnedDown]) -> None:
    rows = [{"mentee_id": e.mentee_id, "refused_on": e.turned_down_on} for e in events]
    await upsert(session, Refusal, rows)


@projections.on(IntroductionMade)
async def know_introductions(session: AsyncSession, events: Sequence[IntroductionMade]) -> None:
    rows = rows_from(events, "introduction_id", "mentor_id", "introduced_on")
    await upsert(session, Introduction, rows)
