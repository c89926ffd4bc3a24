"""Mentees and mentors who were erased, or merged with another: what they take part in follows."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.outbox import emit
from contracts.words import HousingEnd
from partners import store
from partners.commands import sourcing
from partners.commands.happenings import cancel_registration
from partners.domain import housing
from partners.domain.tables import Registration, RegistrationState

STANDING = (
    *(RegistrationState.ATTENDED, RegistrationState.ABSENT),
    *(RegistrationState.REGISTERED, RegistrationState.WAITING),
)
"""What is worth more goes first: of two registrations of one person for a session, it stays."""


async def leave_sessions(session: AsyncSession, people: Collection[UUID]) -> None:
    """Free the places of people at sessions to come; who waited longest gets them."""
    for place in await store.registrations_to_come(session, people):
        event = await store.event_to_join(session, place.event_id)
        part = await store.session_to_change(session, place.event_id, place.session_id)
        registration = await _registration(session, place)
        if registration.state in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
            await cancel_registration(session, event, part, registration)


async def withdraw_needs(session: AsyncSession, mentees: Collection[UUID]) -> None:
    """Look for homes of these mentees no more, and remove what they wished for."""
    for need in await store.needs_to_change(session, mentees):
        need.rooms = need.most_rent = None
        if need.end is None:
            offers, end = await store.offers_of(session, need.id), HousingEnd.CONSENT_WITHDRAWN
            emit(session, housing.close(need, offers, end=end, closed_on=None))


async def forget_youths(session: AsyncSession, mentees: Collection[UUID]) -> None:
    """Forget the youths who became these mentees; the credit of who referred them stays."""
    await sourcing.forget(session, await store.youths_to_forget(session, mentees))


async def join_mentees(session: AsyncSession, duplicates: Collection[UUID]) -> None:
    """Let what a duplicate takes part in be that of the application that stayed."""
    for duplicate in duplicates:
        kept = await store.who_stayed(session, duplicate)
        for place in await store.registrations_of(session, duplicate):
            await _move(session, place, kept)
        for need in await store.needs_to_change(session, [duplicate]):
            need.mentee_id = kept


async def _move(session: AsyncSession, place: store.Held, kept: UUID) -> None:
    """Let a registration be another application's; of two places at one session, free one."""
    event = await store.event_to_join(session, place.event_id)
    part = await store.session_to_change(session, place.event_id, place.session_id)
    registration = await _registration(session, place)
    before = await store.registration_of(session, part.id, kept)
    if before is not None and registration.state != RegistrationState.CANCELLED:
        stays, goes = sorted((before, registration), key=lambda one: STANDING.index(one.state))
        if goes.state not in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
            return  # both were there: nothing of the past changes
        await cancel_registration(session, event, part, goes)
        await session.flush()
        registration = stays
    registration.attendee_id = kept


async def _registration(session: AsyncSession, place: store.Held) -> Registration:
    return await store.registration(
        session, place.session_id, place.registration_id, own=None, within=None
    )
