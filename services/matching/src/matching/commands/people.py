"""Commands that erase people: their pairs end, and no personal data remains."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.privacy.erased_persons import note_erased
from backbone.privacy.erasure import erase_answers, erase_rows_of_files
from contracts.enums import DeclineReason, EndReason, Side
from contracts.local_time import today_in
from matching import store
from matching.commands.pairings import held
from matching.commands.replacement_proposals import offer_next_best
from matching.domain import alerts, pairings, people
from matching.domain.tables import Mentee, Mentor, Pairing, PairingState


async def erase_mentee(session: AsyncSession, mentee_id: UUID, *, answer_days: int) -> None:
    """Erase a mentee with all their applications; end their pair.

    A merged application stands for the one it was merged into. Of a person without any published
    event, only the erased contact card is published.
    """
    await store.lock_round_publication(session)
    mentee_id = (await store.mentee(session, mentee_id)).merged_into or mentee_id
    await _leave_pairs(session, Side.MENTEE, mentee_id, answer_days=answer_days)
    mentee = await store.lock_mentee(session, mentee_id)
    duplicates = await store.merged_into(session, mentee_id)
    for each in duplicates:
        duplicate = await store.lock_mentee(session, each)
        await _note_erased(session, duplicate)
        people.forget_reference(duplicate)
    await _erase_copies(session, Side.MENTEE, mentee, duplicates)
    emit(session, *people.erase(mentee))
    if mentee.is_decided or await store.was_referred(session, (mentee_id, *duplicates)):
        emit(session, people.mentee_erased(mentee, duplicates))
    await store.remove_traces(session, Side.MENTEE, mentee_id)


async def erase_mentor(session: AsyncSession, mentor_id: UUID, *, answer_days: int) -> None:
    """Erase a mentor and end their pairs; mentees who were proposed to them are offered another."""
    await store.lock_round_publication(session)
    mentor = await store.lock_mentor(session, mentor_id)
    await _erase_copies(session, Side.MENTOR, mentor)
    emit(session, *people.erase(mentor), people.mentor_erased(mentor))
    await _leave_pairs(session, Side.MENTOR, mentor_id, answer_days=answer_days)
    await store.remove_traces(session, Side.MENTOR, mentor_id)


async def _erase_copies(
    session: AsyncSession, side: Side, person: Mentee | Mentor, duplicates: Sequence[UUID] = ()
) -> None:
    """Erase what stored responses and import errors repeat about a person."""
    pairs = await store.pairings_of(session, side, person.id)
    await erase_answers(session, [person.id, *duplicates, *pairs])
    if not person.erased:
        await _note_erased(session, person)


async def _note_erased(session: AsyncSession, person: Mentee | Mentor) -> None:
    """Register a person's keys as erased, and delete them from errors of imports."""
    names = person.given_name, person.family_name
    values = [person.reference, person.email, person.phone, " ".join(names), " ".join(names[::-1])]
    await erase_rows_of_files(session, values)
    await note_erased(session, store.keys_of_person(person), on=today_in(person.department))


async def _leave_pairs(
    session: AsyncSession, side: Side, person_id: UUID, *, answer_days: int
) -> None:
    """End the running pairs of one side and withdraw its proposals.

    The caller has locked the publication of rounds.
    """
    for pairing_id in await store.open_pairings(session, side, person_id):
        pairing, mentee, mentor = await held(session, pairing_id, None)
        if pairing.state == PairingState.PROPOSED:
            await _withdraw(session, pairing, mentee, side, answer_days=answer_days)
        else:
            await _end(session, pairing, mentee, mentor, side)


async def _withdraw(
    session: AsyncSession, pairing: Pairing, mentee: Mentee, side: Side, *, answer_days: int
) -> None:
    today = today_in(mentee.department)
    declined = pairings.decline(
        pairing, mentee, by=side, reason=DeclineReason.OTHER, on=today, erased_side=side
    )
    emit(session, declined)
    if side == Side.MENTOR:
        await offer_next_best(session, pairing, mentee, on=today, answer_days=answer_days)


async def _end(
    session: AsyncSession, pairing: Pairing, mentee: Mentee, mentor: Mentor, side: Side
) -> None:
    """End a pair; raise an alert about the free place if another mentee waits."""
    today, reason = today_in(mentee.department), EndReason.WITHDRAWN
    ended = pairings.end(pairing, mentee, mentor, reason=reason, on=today, erased_side=side)
    emit(session, ended)
    remains = side == Side.MENTEE and not mentor.erased
    if remains and await store.has_waiting_mentee(session, on=today, without=mentee.id):
        session.add(alerts.place_freed(pairing, on=today))
