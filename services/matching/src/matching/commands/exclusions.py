"""Commands on exclusions: a mentee and a mentor who must not be proposed to each other."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.errors import NotFound, Refused
from backbone.web.schemas import Command, example
from contracts.local_time import today_in
from matching import store
from matching.domain import people
from matching.domain.tables import AskedBy, Exclusion
from matching.store import DepartmentScope


class AlreadyExcluded(Refused, kind="already-excluded"):
    """The two are excluded already."""


class Exclude(Command):
    model_config = example(mentor_id="5e1b4f0e-7c0a-4d58-8a3b-0f8f6ad0b003", asked_by="mentee")

    mentor_id: UUID
    asked_by: AskedBy


async def exclude(
    session: AsyncSession, mentee_id: UUID, command: Exclude, within: DepartmentScope
) -> Exclusion:
    """Exclude a mentee and a mentor from being proposed to each other."""
    mentee = await store.lock_mentee(session, mentee_id, within)
    mentor = await store.mentor(session, command.mentor_id)
    for person in (mentee, mentor):
        people.require_remembered(person)
    if await session.get(Exclusion, (mentee.id, mentor.id)):
        raise AlreadyExcluded("These two are excluded already. There is nothing to do.")
    exclusion = Exclusion(
        mentee_id=mentee.id,
        mentor_id=mentor.id,
        asked_by=command.asked_by,
        asked_on=today_in(mentee.department),
    )
    session.add(exclusion)
    return exclusion


async def take_back_exclusion(
    session: AsyncSession, mentee_id: UUID, mentor_id: UUID, within: DepartmentScope
) -> None:
    mentee = await store.mentee(session, mentee_id, within)
    found = await session.get(Exclusion, (mentee.id, mentor_id))
    if found is None:
        raise NotFound("These two are not excluded. Look at the mentee's exclusions.")
    await session.delete(found)
