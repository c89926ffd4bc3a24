"""Consequences of the erasure and merge of mentees and mentors: registrations, needs, youths."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from contracts.enums import HousingEnd
from partners import store
from partners.commands import sourcing
from partners.commands.events import cancel_registration
from partners.domain import housing
from partners.domain.tables import Registration, RegistrationState

STANDING = (
    *(RegistrationState.ATTENDED, RegistrationState.ABSENT),
    *(RegistrationState.REGISTERED, RegistrationState.WAITING),
)
"""Registration states by rank: of two registrations for a session, the first in rank remains."""


async def leave_sessions(session: AsyncSession, people: Collection[UUID]) -> None:
    """Cancel the future registrations of people; the places go to the waiting lists."""
    for place in await store.registrations_to_come(session, people):
        event = await store.lock_event_shared(session, place.event_id)
        part = await store.lock_session(session, place.event_id, place.session_id)
        registration = await _registration(session, place)
        if registration.state in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
            await cancel_registration(session, event, part, registration)


async def withdraw_needs(session: AsyncSession, mentees: Collection[UUID]) -> None:
    """Close the open housing needs of these mentees, and delete what they wished for."""
    for need in await store.lock_needs(session, mentees):
        need.rooms = need.most_rent = None
        if need.end is None:
            offers, end = await store.offers_of(session, need.id), HousingEnd.CONSENT_WITHDRAWN
            emit(session, housing.close(need, offers, end=end, closed_on=None))


async def forget_youths(session: AsyncSession, mentees: Collection[UUID]) -> None:
    """Erase the youths who became these mentees; the credit for the referrals remains."""
    await sourcing.forget(session, await store.lock_youths_to_erase(session, mentees))


async def join_mentees(session: AsyncSession, duplicates: Collection[UUID]) -> None:
    """Transfer registrations and housing needs of duplicates to the applications that remain."""
    for duplicate in duplicates:
        mentee_id = await store.surviving_mentee_id(session, duplicate)
        for place in await store.registrations_of(session, duplicate):
            await _move(session, place, mentee_id)
        for need in await store.lock_needs(session, [duplicate]):
            need.mentee_id = mentee_id


async def _move(session: AsyncSession, place: store.Held, mentee_id: UUID) -> None:
    """Transfer a registration to another application; of two places at a session, free one."""
    event = await store.lock_event_shared(session, place.event_id)
    part = await store.lock_session(session, place.event_id, place.session_id)
    registration = await _registration(session, place)
    before = await store.registration_of(session, part.id, mentee_id)
    if before is not None and registration.state != RegistrationState.CANCELLED:
        stays, goes = sorted((before, registration), key=lambda one: STANDING.index(one.state))
        if goes.state not in {RegistrationState.REGISTERED, RegistrationState.WAITING}:
            return  # both were there: nothing of the past changes
        await cancel_registration(session, event, part, goes)
        await session.flush()
        registration = stays
    registration.attendee_id = mentee_id


async def _registration(session: AsyncSession, place: store.Held) -> Registration:
    return await store.registration(
        session, place.session_id, place.registration_id, own=None, within=None
    )
