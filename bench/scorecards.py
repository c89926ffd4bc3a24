"""The scorecard of all organisations at once, with the programme's whole history behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backbone.db import create_sessions
from backbone.testing import Servers
from bench.measure import Row, Taken, Turns
from bench.partnership import ON, Watch, partnership
from contracts.words import OrganisationKind
from partners import queries

ORGANISATIONS = 930
STARTS = 9


@asynccontextmanager
async def prepare(
    servers: Servers,
    *,
    quick: bool,  # noqa: ARG001  (it takes a second)
) -> AsyncIterator[Turns]:
    """As many organisations, mentors, pairings, contacts and outcomes as the history has."""
    async with partnership(servers, ORGANISATIONS, history=True) as engine:
        sessions = create_sessions(engine)

        async def candidate() -> Taken:
            async with sessions() as session:
                watch = Watch()
                ids = [
                    each
                    for kind in OrganisationKind
                    for each in await queries.of_kind(session, kind)
                ]
                card = await queries.scores(session, ids, ON, year_starts=STARTS)
                took = watch.milliseconds
            assert card.organisations == ORGANISATIONS
            return Taken(took, {"pairings": card.pairings, "contacts": card.contacts})

        yield Turns(candidate)


ROW = Row(
    name="scorecards",
    what="the scorecard of all organisations at once, at the size of the whole history",
    unit="ms",
    to_reach=200,
    then=100,
    prepare=prepare,
    less_is_better=True,
)
