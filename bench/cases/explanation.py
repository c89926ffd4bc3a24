"""Why two people of a round are proposed to each other, or not, as matching's API explains it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import create_sessions, transaction
from backbone.testing.fixtures import Servers
from bench.cases.national_round import round_inputs
from bench.fixtures.matching_db import new_mentee, new_mentor
from bench.harness.api import api
from bench.harness.issuer import issuer
from bench.harness.measure import Metric, Row, Sample, Turns
from bench.harness.requests import in_turn, longest_response, times
from bench.harness.servers import database
from demo.history.days import ENDS_ON
from demo.history.generate.generator import generate_history
from demo.history.yearly_round import WITH_PRIORITY, YOUTHS, history_of_one_year
from matching.commands import round_execution
from matching.domain.tables import Round, RoundState
from matching.solver.compression import compress
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs
from matching.solver.solve_round import solve_round

PART = 0.05  # of all, with --quick
TIMES, FEWER = 10, 4


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Insert a draft of a round, and start matching's API."""
    inputs = _inputs(PART if quick else 1.0)
    draft = solve_round(inputs)
    with issuer() as keys:
        async with database(servers) as (engine, settings):
            async with transaction(create_sessions(engine)) as session:
                round_id = await _insert(session, inputs, draft)
            paths = _paths(round_id, draft, FEWER if quick else TIMES)
            async with api("matching", settings, keys, role="coordinator") as started:

                async def candidate() -> Sample:
                    taken = await in_turn(started.port, paths, token=started.token)
                    async with longest_response(started.port, "/health/live") as longest:
                        await times(started.port, paths, token=started.token)
                    return replace(taken, also={"held_ms": longest()})

                yield Turns(candidate)


def _inputs(scale: float) -> Inputs:
    """Return what a round of the history's last year looks at."""
    year = history_of_one_year(generate_history(scale), youths=int(YOUTHS * scale))
    return round_inputs(
        year.mentees, year.mentors, on=ENDS_ON, min_priority=int(WITH_PRIORITY * scale)
    )


async def _insert(session: AsyncSession, inputs: Inputs, draft: Draft) -> UUID:
    """Insert the round as the worker leaves it, and its people; return the round's id."""
    for nth, waiting in enumerate(inputs.mentees):
        session.add(new_mentee(nth, waiting.id))
    for nth, offering in enumerate(inputs.mentors):
        session.add(new_mentor(nth, offering.id, organisation_id=offering.organisation_id))
    running = Round(
        state=RoundState.RUNNING,
        on=inputs.on,
        min_priority=inputs.min_priority,
        criteria="bench",
        asked_by="bench",
        inputs=compress(inputs),
    )
    session.add(running)
    await session.flush()
    await round_execution.finish(session, running.id, draft)
    return running.id


def _paths(round_id: UUID, draft: Draft, number: int) -> Sequence[str]:
    """Return pairs that are proposed and, as often, mentees with the mentor of the one before."""
    path = f"/v1/rounds/{round_id}/explanation"
    return [
        f"{path}?mentee_id={pair.mentee_id}&mentor_id={draft.proposed[nth - nth % 2].mentor_id}"
        for nth, pair in enumerate(draft.proposed[:number])
    ]


ROW = Row(
    name="explanation",
    what="one explanation of a round of 6,000 (--quick: 300) through matching's API, again and "
    "again; loop held: the longest response of /health/live during that",
    unit="ms",
    aim=5,
    prepare=prepare,
    less_is_better=True,
    longest=600,
    metrics=[
        Metric(
            name="loop held",
            unit="ms",
            figure=lambda taken: taken.also["held_ms"],
            aim=20,
        )
    ],
)
