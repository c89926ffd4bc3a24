"""Statements about a mentee's neighbourhood, and corrections after the decision."""

from collections.abc import Collection
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import emit
from backbone.web.schemas import Command, example
from contracts.enums import Established, PriorityNeighbourhood
from contracts.local_time import today_in
from matching import store
from matching.domain import neighbourhoods
from matching.domain.neighbourhoods import Finding
from matching.domain.tables import NeighbourhoodCorrection

AreaCode = Annotated[str, Field(pattern="^Q[PN][0-9A-Z]{6}$", examples=["QN09301M"])]


class NeighbourhoodStatement(Command):
    """A statement on whether the mentee lives in a priority neighbourhood, and optionally which."""

    priority_neighbourhood: PriorityNeighbourhood = PriorityNeighbourhood.UNKNOWN
    area_code: AreaCode | None = None
    area_vintage: Literal[2015, 2024] | None = None

    def finding(self, by: Established) -> Finding:
        return neighbourhoods.declared(
            self.priority_neighbourhood, self.area_code, self.area_vintage, by
        )


class Correct(NeighbourhoodStatement):
    """The neighbourhood as it was at the admission, whatever was known then."""

    model_config = example(priority_neighbourhood="in", area_code="QN09301M", area_vintage=2024)

    priority_neighbourhood: PriorityNeighbourhood


async def correct(
    session: AsyncSession,
    mentee_id: UUID,
    command: Correct,
    within: Collection[str] | None,
    *,
    by: str,
) -> NeighbourhoodCorrection:
    """Correct the neighbourhood an admission rests on, for the figures from now on."""
    mentee = await store.lock_mentee(session, mentee_id, within)
    finding = command.finding(Established.COORDINATOR)
    today = today_in(mentee.department)
    correction, corrected = neighbourhoods.correct(mentee, finding, by=by, on=today)
    session.add(correction)
    emit(session, corrected)
    return correction
