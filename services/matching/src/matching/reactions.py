"""What we do because of a fact, once: a rebuilt read model does not do it again."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.handlers import Handlers
from contracts import OrganisationsMerged
from matching.domain.tables import Mentee, Mentor

reactions = Handlers()


@reactions.on(OrganisationsMerged)
async def follow_merges(session: AsyncSession, events: Sequence[OrganisationsMerged]) -> None:
    """Whoever works for an organisation that was a duplicate works for the one that stayed."""
    connection = await session.connection()
    for event in events:
        kept, gone = event.organisation_id, event.duplicates
        at_work = col(Mentor.organisation_id).in_(gone)
        await connection.execute(update(Mentor).where(at_work).values(organisation_id=kept))
        employed = col(Mentee.employer_id).in_(gone)
        await connection.execute(update(Mentee).where(employed).values(employer_id=kept))
