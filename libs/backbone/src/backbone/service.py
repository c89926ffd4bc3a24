"""A service's commands, the same for all: `python -m <service> api | worker | migrate | …`."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import MetaData
from sqlmodel import col, select

from backbone import logging, telemetry
from backbone.db import create_engine, create_sessions, transaction
from backbone.inbox import Handlers, SetAside, retry
from backbone.kafka import create_consumer
from backbone.migrations import migrate
from backbone.replay import Replay
from backbone.settings import Settings
from backbone.worker import Task, Worker

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """What makes a service: its settings, its app, what it listens to and does by itself.

    `projections` fill the read model `views` and can be replayed; `reactions` are what the service
    does because of a message, and are not.
    """

    name: str
    settings: type[S]
    create_app: Callable[[S], FastAPI]
    migrations: Path
    projections: Handlers = field(default_factory=Handlers)
    reactions: Handlers = field(default_factory=Handlers)
    views: Sequence[MetaData] = ()
    tasks: Callable[[S], Sequence[Task]] = lambda _: ()

    @property
    def handlers(self) -> Handlers:
        return Handlers(self.projections, self.reactions)

    def main(self) -> None:
        """Run the command that was typed; a foreseeable failure is one sentence and exit 1."""
        commands = {
            "api": (self._api, "serve the HTTP API"),
            "worker": (self._worker, "relay, consume and do what is due"),
            "migrate": (self._migrate, "bring the database to the newest shape"),
            "rebuild": (self._rebuild, "build the read model anew beside the live one, and swap"),
            "retry": (self._retry, "apply what was set aside, key by key"),
        }
        parser = argparse.ArgumentParser(prog=f"python -m {self.name}")
        choices = parser.add_subparsers(dest="command", required=True)
        for command, (_, purpose) in commands.items():
            choices.add_parser(command, help=purpose, description=purpose)
        command = parser.parse_args().command
        try:
            settings = self.settings()
        except ValidationError as wrong:
            missing = ", ".join(str(e["loc"][0]).upper() + ": " + e["msg"] for e in wrong.errors())
            sys.exit(f"{self.name}: the environment is incomplete. {missing}")
        logging.configure(settings, service=self.name)
        telemetry.start_tracing(self.name)
        commands[command][0](settings)

    def _api(self, settings: S) -> None:
        uvicorn.run(
            self.create_app(settings),
            host=settings.api_host,
            port=settings.api_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=8,
        )

    def _worker(self, settings: S) -> None:
        worker = Worker(settings, self.name, self.handlers, self.tasks(settings))
        asyncio.run(worker.run())

    def _migrate(self, settings: S) -> None:
        async def run() -> None:
            engine = create_engine(settings)
            await migrate(engine, migrations=self.migrations)
            await engine.dispose()

        asyncio.run(run())

    def _rebuild(self, settings: S) -> None:
        def progress(done: int, everything: int) -> None:
            sys.stderr.write(f"\r{self.name}: {done:,} of {everything:,} messages")

        async def run() -> None:
            engine = create_engine(settings)
            replay = Replay(
                engine,
                self.projections,
                self.views,
                create_consumer=lambda: create_consumer(settings, group=None),
                progress=progress,
            )
            rebuilt = await replay.run()
            await engine.dispose()
            sys.stderr.write("\n")
            for table, digest in rebuilt.after.items():
                was = rebuilt.before[table]
                print(table, digest, "as before" if was == digest else f"was {was}")  # noqa: T201

        asyncio.run(run())

    def _retry(self, settings: S) -> None:
        async def run() -> None:
            engine = create_engine(settings)
            sessions = create_sessions(engine)
            async with transaction(sessions) as session:
                waiting = select(SetAside.topic, SetAside.key).distinct()
                keys = (await session.exec(waiting.where(col(SetAside.key).is_not(None)))).all()
            for topic, key in keys:
                try:
                    async with transaction(sessions) as session:
                        left = await retry(session, self.handlers, topic=topic, key=str(key))
                    print(topic, key, f"{left} still set aside" if left else "applied")  # noqa: T201
                except Exception as error:  # noqa: BLE001
                    print(topic, key, f"still fails: {error!r}")  # noqa: T201
            print(f"{len(keys)} keys retried.")  # noqa: T201
            await engine.dispose()

        asyncio.run(run())
