"""The scorecard of all organisations at once, with the programme's whole history behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backbone.database.sessions import Sessions, create_sessions
from backbone.testing.fixtures import Servers
from bench.fixtures.partners_db import ON, partnership
from bench.harness.measure import Row, Sample, Turns, timed
from contracts.enums import OrganisationKind
from partners import queries

ORGANISATIONS = 930
STARTS = 9
TIMES = 5  # a turn; CPU is counted in steps of ten milliseconds


@asynccontextmanager
async def prepare(
    servers: Servers,
    *,
    quick: bool,  # noqa: ARG001  (it takes a second)
) -> AsyncIterator[Turns]:
    """Insert as many organisations, mentors, pairings, contacts and outcomes as the history has."""
    async with partnership(servers, ORGANISATIONS, history=True) as engine:
        sessions = create_sessions(engine)

        async def candidate() -> Sample:
            with timed() as watch:
                for _ in range(TIMES):
                    await _scorecard(sessions)
            return watch.time_each(TIMES, per_second=1e3)

        yield Turns(candidate)


async def _scorecard(sessions: Sessions) -> None:
    async with sessions() as session:
        ids = [each for kind in OrganisationKind for each in await queries.of_kind(session, kind)]
        card = await queries.scores(session, ids, ON, year_starts=STARTS)
    assert card.organisations == ORGANISATIONS


ROW = Row(
    name="scorecards",
    what="the scorecard of all organisations at once, at the size of the whole history",
    unit="ms",
    aim=100,
    prepare=prepare,
    less_is_better=True,
)
