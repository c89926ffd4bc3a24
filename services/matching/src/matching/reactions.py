"""Reactions: what matching does once because of an event. A rebuild does not run them again."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.handlers import Handlers
from contracts import OrganisationsMerged
from matching.domain.tables import Mentee, Mentor

reactions = Handlers()


@reactions.on(OrganisationsMerged)
async def follow_merges(session: AsyncSession, events: Sequence[OrganisationsMerged]) -> None:
    """Move mentors and employed mentees from merged organisations to the one that survived."""
    connection = await session.connection()
    for event in events:
        survivor, duplicates = event.organisation_id, event.duplicates
        at_work = col(Mentor.organisation_id).in_(duplicates)
        await connection.execute(update(Mentor).where(at_work).values(organisation_id=survivor))
        employed = col(Mentee.employer_id).in_(duplicates)
        await connection.execute(update(Mentee).where(employed).values(employer_id=survivor))
