"""Reactions to matching's events, done once: a rebuild of the read model does not repeat them."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.handlers import Handlers
from backbone.privacy.erasure import erase_answers
from contracts import MenteeErased, MenteesMerged, MentorErased, YouthApplied
from partners import store
from partners.commands import people

reactions = Handlers()


@reactions.on(MenteesMerged)
async def follow_merges(session: AsyncSession, events: Sequence[MenteesMerged]) -> None:
    await people.join_mentees(session, sorted({d for event in events for d in event.duplicates}))


@reactions.on(MenteeErased)
async def erase_mentees(session: AsyncSession, events: Sequence[MenteeErased]) -> None:
    """Cancel the registrations of erased mentees, close their housing needs, erase their youths."""
    mentees = {each for event in events for each in (event.mentee_id, *event.duplicates)}
    await people.leave_sessions(session, mentees)
    await people.withdraw_needs(session, mentees)
    await people.forget_youths(session, mentees)
    await erase_answers(session, mentees)


@reactions.on(MentorErased)
async def erase_mentors(session: AsyncSession, events: Sequence[MentorErased]) -> None:
    mentors = {event.mentor_id for event in events}
    await people.leave_sessions(session, mentors)
    await erase_answers(session, mentors)


@reactions.on(YouthApplied)
async def forget_erased_youths(session: AsyncSession, events: Sequence[YouthApplied]) -> None:
    """Erase youths who turn out late to have become a mentee who was erased."""
    erased = await store.erased_among(session, {event.mentee_id for event in events})
    await people.forget_youths(session, erased)
