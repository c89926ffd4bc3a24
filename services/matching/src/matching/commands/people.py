"""Commands that forget people."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.outbox import emit
from matching import store
from matching.domain import people


async def erase_mentee(session: AsyncSession, mentee_id: UUID) -> None:
    """Forget someone, and what an office called their other applications."""
    emit(session, *people.erase(await store.mentee_to_change(session, mentee_id)))
    for each in await store.merged_into(session, mentee_id):
        people.forget_reference(await store.mentee_to_change(session, each))


async def erase_mentor(session: AsyncSession, mentor_id: UUID) -> None:
    emit(session, *people.erase(await store.mentor_to_change(session, mentor_id)))
