"""Mentors, their pauses, and the mentees who match them best."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from contracts.local_time import today_in
from matching import store
from matching.domain.tables import Mentor, MentorPause
from matching.solver.draft_review import DraftReview


def mentors(*, organisation_id: UUID | None, with_room: bool | None) -> SelectOfScalar[Mentor]:
    query = select(Mentor)
    if organisation_id is not None:
        query = query.where(Mentor.organisation_id == organisation_id)
    if with_room is not None:
        room = store.has_room()
        query = query.where(room if with_room else ~room)
    return query


def pauses_of(mentor_id: UUID) -> SelectOfScalar[MentorPause]:
    return select(MentorPause).where(MentorPause.mentor_id == mentor_id)


async def candidates(
    session: AsyncSession, mentor_id: UUID, within: Collection[str] | None, *, most: int
) -> Sequence[tuple[UUID, int, dict[str, int]]]:
    """Return the waiting mentees who match a mentor best, by the rules and criteria of today.

    Each with its score and the contributions to it, the best first.
    """
    mentor = await store.mentor(session, mentor_id)
    on = today_in(mentor.department)
    waiting = await store.waiting_mentees(session, on=on, within=within)
    inputs = await store.inputs_for_mentor(session, mentor, waiting, on=on)
    return await asyncio.to_thread(lambda: DraftReview(inputs).best_for(mentor_id, most=most))
