"""The background process of a service: relay, consumer, and scheduled tasks.

On shutdown it completes the batch at hand.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.database.notify import RelayNotifier
from backbone.database.sessions import Sessions, create_engine, create_sessions
from backbone.database.task_failures import note_survived, surviving
from backbone.errors import reason
from backbone.messaging.consumer import MessageConsumer
from backbone.messaging.inbox import Handlers
from backbone.messaging.kafka import create_consumer, create_producer
from backbone.messaging.relay import Relay
from backbone.observability.telemetry import BACKLOG, DEAD_LETTERS
from backbone.settings import Settings
from backbone.shutdown import pause, stop_event
from backbone.web.health import health_routes, record_heartbeat
from backbone.web.server import serve

HEARTBEAT_INTERVAL, STARTUP_INTERVAL = 2.0, 0.2  # seconds; soon, while Kafka has not answered yet
RESTART_AFTER = 1.0  # seconds
PURGE_IDEMPOTENT_RESPONSES = text(
    "DELETE FROM answered WHERE answered_at < now() - interval '7 days'"
)
FORGET_REJECTED = text(
    "DELETE FROM rejected_row WHERE rejected_at < now() - make_interval(days => :days)"
)
COUNT_OUTBOX = text("SELECT count(*) FROM (SELECT FROM outbox LIMIT :most) AS waiting")
COUNT_DEAD = text(
    "SELECT (SELECT count(*) FROM dead_letter) + (SELECT count(*) FROM set_aside WHERE NOT waits)"
)
COUNT_APPLIED = text("SELECT coalesce(sum(messages), 0) FROM applied")
MAX_BACKLOG = 100_000  # counted no further: a heartbeat scans nothing that grows

log = structlog.get_logger()

Task: TypeAlias = Callable[[Sessions, asyncio.Event], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Worker:
    """The worker of a service: the relay, the consumer of `handlers`, and its own tasks.

    Failures of a task are counted under the name that it has in `tasks`.
    """

    settings: Settings
    name: str
    handlers: Handlers
    tasks: Mapping[str, Task] = field(default_factory=dict)

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT; what fails is survived."""
        stopping = stop_event()
        engine = create_engine(self.settings)
        try:
            await self._work(engine, stopping)
        finally:
            await engine.dispose()
        log.info("worker stopped")

    async def _work(self, engine: AsyncEngine, stopping: asyncio.Event) -> None:
        notifier = RelayNotifier()
        sessions = create_sessions(engine, notifier=notifier)
        relay, consuming = self.relay(engine), self.consuming(sessions)
        async with asyncio.TaskGroup() as group:
            notifying = group.create_task(notifier.run(engine))
            server = group.create_task(self._serve_health(engine, stopping))
            heartbeats = group.create_task(self._send_heartbeats(engine, relay, consuming))
            working = [group.create_task(relay.run(stopping))]
            if self.handlers.topics:
                working.append(group.create_task(consuming.run(stopping)))
            working += [
                group.create_task(_keep(name, task, sessions, stopping))
                for name, task in self.tasks.items()
            ]
            log.info("worker started", topics=self.handlers.topics)
            await asyncio.gather(*working)
            stopping.set()
            notifying.cancel()
            heartbeats.cancel()
            await server

    def relay(self, engine: AsyncEngine) -> Relay:
        """Return the relay, which sends the outbox to Kafka."""
        return Relay(
            engine,
            create_producer=lambda: create_producer(self.settings),
            source=f"/envol/{self.name}",
            batch_size=self.settings.batch_size,
        )

    def consuming(self, sessions: Sessions) -> MessageConsumer:
        """Return the consumer of the service's handlers."""
        return MessageConsumer(
            sessions,
            self.handlers,
            create_consumer=lambda: create_consumer(self.settings, group=self.name),
            batch_size=self.settings.batch_size,
            set_aside_limit=self.settings.set_aside_limit,
        )

    async def _send_heartbeats(
        self, engine: AsyncEngine, relay: Relay, consuming: MessageConsumer
    ) -> None:
        listens = bool(self.handlers.topics)
        while True:
            try:
                async with engine.begin() as connection:
                    backlog = int(await connection.scalar(COUNT_OUTBOX, {"most": MAX_BACKLOG}) or 0)
                    taken_in = int(await connection.scalar(COUNT_APPLIED) or 0)
                    DEAD_LETTERS.set(int(await connection.scalar(COUNT_DEAD) or 0))
                    await connection.execute(PURGE_IDEMPOTENT_RESPONSES)
                    days = self.settings.rejected_rows_days
                    await connection.execute(FORGET_REJECTED, {"days": days})
                BACKLOG.set(backlog)
                lag = consuming.lag if listens else 0
                kafka = lag is not None and not relay.fails
                await record_heartbeat(
                    engine,
                    worker=self.name,
                    kafka=kafka,
                    lag=lag,
                    taken_in=taken_in,
                    backlog=backlog,
                )
            except Exception as failure:  # noqa: BLE001  (one heartbeat is missed)
                log.warning("no beat", reason=reason(failure))
            await asyncio.sleep(
                STARTUP_INTERVAL if listens and consuming.lag is None else HEARTBEAT_INTERVAL
            )

    async def _serve_health(self, engine: AsyncEngine, stopping: asyncio.Event) -> None:
        app = FastAPI(title=f"Envol {self.name} worker")
        app.include_router(health_routes(engine, self.settings, degraded_is_ready=False))

        @app.get("/metrics")
        async def metrics() -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

        await serve(app, self.settings, port=self.settings.worker_port, stopping=stopping)


async def _keep(name: str, task: Task, sessions: Sessions, stopping: asyncio.Event) -> None:
    """Run a task, and begin it again if it fails: the others do not end with it."""
    while True:
        try:
            return await task(sessions, stopping)
        except Exception as failure:  # noqa: BLE001  (whatever it is)
            note_survived(name, failure)
        await pause(stopping, seconds=RESTART_AFTER)
        if stopping.is_set():
            return None


async def run_every(
    seconds: float, stopping: asyncio.Event, steps: Mapping[str, Callable[[], Awaitable[object]]]
) -> None:
    """Do these steps again and again, with a pause between; one that fails stops no other.

    Failures are counted by the names of the steps.
    """
    while not stopping.is_set():
        for name, step in steps.items():
            await surviving(name, step)
        await pause(stopping, seconds=seconds)
