"""A command of matching's with its event, and the same command whose event is forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text

from backbone.database.sessions import Sessions, create_sessions, transaction
from backbone.messaging.outbox import PENDING
from backbone.testing.fixtures import Servers
from bench.fixtures.events import CONTACT_ON
from bench.fixtures.matching_db import running_pairings
from bench.harness.measure import Comparison, Metric, Row, Sample, Turns, run_concurrently, timed
from bench.harness.servers import database
from contracts.enums import Medium
from matching.commands.contacts import LogContact, log_contact

COMMANDS, FEWER = 1_200, 300
PAIRINGS = 400
AT_ONCE = 8
COMMAND = LogContact(contact_on=CONTACT_ON, medium=Medium.PHONE, minutes=30)
CLEAR = text("TRUNCATE contact, outbox")


@asynccontextmanager
async def prepare(servers: Servers, *, quick: bool) -> AsyncIterator[Turns]:
    """Pairings whose contacts are logged, each in a transaction."""
    number = FEWER if quick else COMMANDS
    async with database(servers) as (engine, _):
        sessions = create_sessions(engine)
        pairings = await running_pairings(sessions, PAIRINGS)

        async def take(*, announced: bool) -> Sample:
            async with engine.begin() as connection:
                await connection.execute(CLEAR)

            async def log(nth: int) -> None:
                await _log(sessions, pairings[nth % PAIRINGS], announced=announced)

            with timed() as watch:
                await run_concurrently(number, at_once=AT_ONCE, do=log)
            async with engine.connect() as connection:
                events = await connection.scalar(text("SELECT count(*) FROM outbox"))
            assert events == (number if announced else 0)
            return watch.rate(number)

        yield Turns(candidate=lambda: take(announced=True), baseline=lambda: take(announced=False))


async def _log(sessions: Sessions, pairing: UUID, *, announced: bool) -> None:
    async with transaction(sessions) as session:
        await log_contact(session, pairing, COMMAND, None, by="bench")
        if not announced:
            session.info.pop(PENDING)


ROW = Row(
    name="event",
    what="command with its event, in one transaction",
    baseline="the same command without",
    unit="commands/s",
    aim=0.85,
    prepare=prepare,
    metrics=[
        Metric(
            name="event alone",
            unit="CPU µs",
            figure=lambda taken: 1e6 * taken.spent.cpu_each,
            comparison=Comparison.DIFFERENCE,
            aim=250,
            is_servers_cpu=True,
        )
    ],
)
