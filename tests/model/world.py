"""The four services in one process: their real APIs, databases, consumers and tasks; one clock."""

import asyncio
import os
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple, Self
from uuid import UUID

import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response, codes
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.migrations import migrate
from backbone.database.sessions import Sessions, create_engine, create_sessions
from backbone.imports.worker import ImportWorker
from backbone.service import Service
from backbone.testing.fixtures import AUDIENCE, ISSUER, TestIssuer
from backbone.testing.servers import Servers, temporary_database
from contracts import Message
from matching.__main__ import SERVICE as MATCHING
from matching.solver.draft import Draft
from matching.solver.inputs import Inputs
from matching.solver.solve_round import solve_round
from matching.worker.deadlines import expire_proposals
from matching.worker.deadlines import raise_alerts as raise_in_matching
from matching.worker.rounds import RoundRunner
from notifications.__main__ import SERVICE as NOTIFICATIONS
from notifications.delivery.sender import OutgoingMessage, Sender
from notifications.domain.messages import Accepted, Outcome
from notifications.domain.tables import Channel
from partners.__main__ import SERVICE as PARTNERS
from partners.worker.deadlines import raise_alerts as raise_in_partners
from partners.worker.deadlines import renew_tacitly
from reporting.__main__ import SERVICE as REPORTING
from tests.model.clock import BEGINNING, MAKE, Clock, take_our_now
from tests.model.mailbox import Mailbox
from tests.model.network import Network

SERVICES: Sequence[Service[Any]] = (PARTNERS, MATCHING, NOTIFICATIONS, REPORTING)
A_LIFE = timedelta(days=365 * 20)
QUIET = timedelta(0)
FAILED = {"error", "exception", "critical"}
# Most tables are empty after a short life: to look is faster than to truncate them all.
EMPTY = text("""
DO $$ DECLARE place text; used boolean; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR place IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
        WHERE schemaname IN ('public', 'read_model')
          AND tablename <> 'alembic_version' AND tablename NOT LIKE 'reference_%'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || place || ')' INTO used;
        IF used THEN EXECUTE 'DELETE FROM ' || place; END IF;
    END LOOP;
END $$
""")


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass(frozen=True, slots=True)
class Running:
    """A service as it runs in the model."""

    service: Service[Any]
    settings: Any
    engine: AsyncEngine
    app: FastAPI
    sessions: Sessions
    client: AsyncClient


@dataclass(slots=True)
class Carried:
    """A transport that takes every letter, and keeps those of this life."""

    letters: list[tuple[UUID, Channel, datetime]] = field(default_factory=list)

    def of(self, channel: Channel) -> "_TransportOf":
        return _TransportOf(self, channel)


@dataclass(frozen=True, slots=True)
class _TransportOf:
    carried: Carried
    channel: Channel

    async def deliver(self, outgoing: OutgoingMessage) -> Outcome:
        self.carried.letters.append((outgoing.id, self.channel, datetime.now(UTC)))
        return Accepted((f"{outgoing.id}",) if self.channel == Channel.SMS else ())


class Remembered(NamedTuple):
    """What reporting answered to a question about a day, as known at an instant."""

    as_of: date
    known_at: datetime
    answers: Mapping[str, Any]


class InProcess(RoundRunner):
    """Works rounds out here, where the worker starts a process for it."""

    async def _solve(self, round_id: UUID, inputs: Inputs, stopping: asyncio.Event) -> Draft:  # noqa: ARG002
        return solve_round(inputs, lambda *_: None)


class World:
    """Everything a model acts on. `async with` it once; `begin` a life as often as needed."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers, self.folder = servers, folder
        self.keys, self.network, self.carried = TestIssuer(), Network(), Carried()
        self.running: dict[str, Running] = {}
        self.heard: dict[str, list[Message]] = {}
        self.mailbox = Mailbox()
        self.remembered: list[Remembered] = []
        self.proved: dict[UUID, set[tuple[UUID, UUID]]] = {}
        self.failures: list[str] = []
        self.never = asyncio.Event()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for service in SERVICES:
            await self._start(service)
        engines = [each.engine for each in self.running.values()]
        self.clock = self._stack.enter_context(Clock(engines))
        self._stack.callback(setattr, uuid, "os", os)
        structlog.configure(processors=[self._note])
        self.network.heard = self._hear
        return self

    async def __aexit__(self, *failure: object) -> None:
        structlog.reset_defaults()
        await self._stack.aclose()

    async def begin(self) -> None:
        """Begin a life: empty databases, no message on its way, the clock at its beginning.

        Ids are drawn from the same numbers each time, so that a life can be repeated.
        """
        await asyncio.gather(*map(_empty, self.running.values()))
        self.network.clear()
        self.heard = {service.name: [] for service in SERVICES}
        self.carried.letters.clear()
        self.failures.clear()
        self.remembered.clear()
        self.proved.clear()
        self.mailbox = Mailbox()
        uuid.os = SimpleNamespace(urandom=Random(1).randbytes)  # type: ignore[attr-defined]
        await self.clock.put(BEGINNING)
        token = self.keys.token("admin", exp=int((BEGINNING + A_LIFE).timestamp()))
        for each in self.running.values():
            each.client.headers["Authorization"] = f"Bearer {token}"

    async def ask(self, method: str, service: str, path: str, **said: Any) -> Response:
        """Send a request as an administrator; raise `Broken` for what is our own fault."""
        answer = await self.running[service].client.request(
            method, path, headers={"If-Match": "*"}, **said
        )
        if answer.status_code >= codes.INTERNAL_SERVER_ERROR:
            raise Broken(f"{method} {service}{path} {said}: {answer.status_code} {answer.text}")
        return answer

    async def import_file(self, service: str, kind: str, content: str) -> Mapping[str, Any]:
        """Send a file, and let it be taken in; what became of it."""
        files = {"file": (f"{kind}.csv", content.encode())}
        answer = await self.ask("POST", service, f"/imports/{kind}", files=files)
        if answer.status_code != codes.ACCEPTED:
            raise Broken(f"A file of {kind} was not taken: {answer.text}")
        running = self.running[service]
        importing = ImportWorker(running.sessions, running.service.imports)
        while await importing.process_next_chunk():
            pass
        place = answer.headers["location"].removeprefix("/v1")
        found: Mapping[str, Any] = (await self.ask("GET", service, place)).json()
        faults = (await self.ask("GET", service, f"{place}/errors")).json()["items"]
        for fault in faults:
            if "could not be taken" in str(fault):
                raise Broken(f"A row of {kind} could not be taken: {fault} of {content}")
        return {**found, "faults": faults}

    async def rows(self, service: str, query: str, **values: Any) -> Sequence[RowMapping]:
        """Rows of a service's database, as invariants and naive implementations read them."""
        async with self.running[service].engine.connect() as connection:
            return (await connection.execute(text(query), values)).mappings().all()

    async def work_rounds_out(self) -> None:
        running = self.running["matching"]
        working = InProcess(running.sessions, longest=60)
        while await working.run_next(self.never):
            pass

    async def let_expire(self) -> None:
        """Let proposals expire and conventions renew themselves, as the workers do first."""
        matching, partners = self.running["matching"], self.running["partners"]
        await expire_proposals(matching.sessions, answer_days=matching.settings.answer_days)
        await renew_tacitly(partners.sessions, now=self.clock.now)

    async def raise_alerts(self, now: datetime) -> None:
        """Raise and settle alerts, as the workers do then."""
        await raise_in_matching(self.running["matching"].sessions, now=now, quiet=QUIET)
        await raise_in_partners(self.running["partners"].sessions, now=now)

    async def send_messages(self) -> None:
        """Send what is due by mail and by SMS."""
        running = self.running["notifications"]
        for channel in Channel:
            transport = self.carried.of(channel)
            sender = Sender(running.sessions, channel, transport, running.settings.retry_policy)
            await sender.send_due(self.never)

    def _hear(self, name: str, message: Message) -> None:
        self.heard[name].append(message)
        if name == NOTIFICATIONS.name:
            self.mailbox.hear(message, self.clock.now)

    async def _start(self, service: Service[Any]) -> None:
        name = f"model_{service.name}_{os.getpid()}"
        url = await self._stack.enter_async_context(temporary_database(self.servers, name))
        extra = {"documents_folder": self.folder} if service is PARTNERS else {}
        settings = service.settings(
            database_url=url,
            kafka_bootstrap_servers=self.servers.kafka_bootstrap_servers,
            oidc_issuer=ISSUER,
            oidc_audience=AUDIENCE,
            **extra,
        )
        engine, app = create_engine(settings), service.create_app(settings)
        app.state.verifier.keys = self.keys
        for each in (engine, app.state.engine):
            take_our_now(each)
            self._stack.push_async_callback(each.dispose)
        async with engine.begin() as connection:
            for statement in MAKE:
                await connection.execute(statement)
        await migrate(engine, migrations=service.migrations)
        client = AsyncClient(transport=ASGITransport(app), base_url="http://envol/v1")
        self._stack.push_async_callback(client.aclose)
        sessions = create_sessions(engine)
        self.running[service.name] = Running(service, settings, engine, app, sessions, client)
        self.network.add(service, engine, sessions)

    def _note(self, _: object, method: str, entry: Mapping[str, Any]) -> Any:
        """Keep what is logged as an error: tasks survive it, a model does not."""
        if method in FAILED:
            self.failures.append(str(dict(entry)))
        raise structlog.DropEvent


async def _empty(running: Running) -> None:
    async with running.engine.begin() as connection:
        await connection.execute(EMPTY)
