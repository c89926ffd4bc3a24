"""A service's commands, the same for all: `python -m <service> api | worker | migrate | …`."""

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from aiokafka.errors import KafkaError
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import MetaData
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from backbone.database.migrations import migrate
from backbone.database.sessions import Sessions, create_engine, create_sessions, transaction
from backbone.database.task_failures import retry_all
from backbone.errors import named_reason
from backbone.imports.registry import Imports
from backbone.imports.worker import ImportWorker
from backbone.messaging.consumer import DeadLetterLimitReached
from backbone.messaging.inbox import ConcurrentUpdate, DeadLetter, Handlers
from backbone.messaging.kafka import create_consumer
from backbone.messaging.rebuild import AlreadyRebuilding, Rebuild, TopicIncomplete, TopicMissing
from backbone.observability import logging, telemetry
from backbone.settings import Settings
from backbone.shutdown import stop_event
from backbone.web import server
from backbone.web.processes import ProcessEnded, serve_processes
from backbone.worker import Task, Worker

S = TypeVar("S", bound=Settings)
EXPECTED_ERRORS = (
    *(SQLAlchemyError, OSError, KafkaError, DeadLetterLimitReached, ConcurrentUpdate),
    *(AlreadyRebuilding, TopicMissing, TopicIncomplete, ProcessEnded),
)


def tune_gc() -> None:
    """Make the garbage collector run rarely, and never on imported modules, which stay.

    A batch makes and drops a hundred thousand objects, hardly any of them in a cycle: with Python's
    own threshold, looking at them takes a third of an import and half of a projection.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def first_leaf(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the first failure of a group, at any depth."""
    first: BaseException = failures
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return first


@dataclass(frozen=True, slots=True)
class OfflineCommand:
    """A command of a service that needs neither its environment nor its database.

    `arguments` adds what it takes to its parser; `run` answers with the exit code.
    """

    name: str
    purpose: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


@dataclass(frozen=True, slots=True)
class DatabaseCommand(Generic[S]):
    """A command of a service on its own database: `run` is given the settings, and its options."""

    name: str
    purpose: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[S, argparse.Namespace], Coroutine[Any, Any, None]]


def _add_force(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="swap even if they differ")


def _add_command(
    choices: "argparse._SubParsersAction[argparse.ArgumentParser]",
    command: OfflineCommand | DatabaseCommand[S],
) -> argparse.ArgumentParser:
    parser = choices.add_parser(command.name, help=command.purpose, description=command.purpose)
    command.arguments(parser)
    return parser


def _runner(command: DatabaseCommand[S], options: argparse.Namespace) -> Callable[[S], None]:
    return lambda settings: asyncio.run(command.run(settings, options))


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """The definition of a service: its settings, app, handlers and tasks.

    `projections` fill the `read_model` and can be replayed; `reactions` are what the service
    does because of a message, and are not. `imports` are the files it takes.
    """

    name: str
    settings: type[S]
    create_app: Callable[[S], FastAPI]
    migrations: Path
    projections: Handlers = field(default_factory=Handlers)
    reactions: Handlers = field(default_factory=Handlers)
    read_model: Sequence[MetaData] = ()
    imports: Imports = field(default_factory=Imports)
    tasks: Callable[[S], Mapping[str, Task]] = lambda _: {}
    offline_commands: Sequence[OfflineCommand] = ()
    database_commands: Sequence[DatabaseCommand[S]] = ()

    @property
    def handlers(self) -> Handlers:
        return Handlers(self.projections, self.reactions)

    def main(self) -> None:
        """Run the command that was typed; a foreseeable failure is one sentence and exit 1."""
        commands = {
            "api": (self._api, "serve the HTTP API"),
            "worker": (self._worker, "relay, consume and do what is due"),
            "migrate": (self._migrate, "bring the database to the newest shape"),
            "retry": (
                self._retry,
                "apply what was set aside, key by key; let tasks do theirs again",
            ),
        }
        purpose = "rebuild the read model, and swap it for the live one if both are equal"
        rebuild = DatabaseCommand("rebuild", purpose, _add_force, self._rebuild)
        parser = argparse.ArgumentParser(prog=f"python -m {self.name}")
        choices = parser.add_subparsers(dest="command", required=True)
        for name, (_, purpose) in commands.items():
            choices.add_parser(name, help=purpose, description=purpose)
        for offline in self.offline_commands:
            chosen = _add_command(choices, offline)
            chosen.set_defaults(run=offline.run)
        on_database = (*self.database_commands, rebuild)
        for command in on_database:
            _add_command(choices, command)
        options = parser.parse_args()
        if hasattr(options, "run"):
            sys.exit(options.run(options))
        runs = {command.name: _runner(command, options) for command in on_database}
        self._run(runs.get(options.command) or commands[options.command][0])

    def _run(self, command: Callable[[S], None]) -> None:
        try:
            settings = self.settings()
        except ValidationError as wrong:
            missing = ", ".join(str(e["loc"][0]).upper() + ": " + e["msg"] for e in wrong.errors())
            sys.exit(f"{self.name}: the environment is incomplete. {missing}")
        logging.configure(settings, service=self.name)
        telemetry.start_tracing(self.name)
        failure = None
        try:
            command(settings)
        except* EXPECTED_ERRORS as failures:
            failure = first_leaf(failures)
        if failure:
            sys.exit(f"{self.name}: {named_reason(failure)}")

    def _api(self, settings: S) -> None:
        tune_gc()

        async def run() -> None:
            stopping = stop_event()
            if settings.api_processes > 1:
                await serve_processes(settings, stopping)
                return
            app = self.create_app(settings)
            await server.serve(app, settings, port=settings.api_port, stopping=stopping)

        server.run(run())

    def _worker(self, settings: S) -> None:
        tune_gc()
        tasks = dict(self.tasks(settings))
        if self.imports.kinds:
            tasks["import"] = self._import
        asyncio.run(Worker(settings, self.name, self.handlers, tasks).run())

    async def _import(self, sessions: Sessions, stopping: asyncio.Event) -> None:
        await ImportWorker(sessions, self.imports).run(stopping)

    def _migrate(self, settings: S) -> None:
        async def run() -> None:
            engine = create_engine(settings)
            await migrate(engine, migrations=self.migrations)
            await engine.dispose()

        asyncio.run(run())

    async def _rebuild(self, settings: S, options: argparse.Namespace) -> None:
        """Rebuild and print what differs; exit with 1 if the live read model stayed."""
        tune_gc()

        def progress(done: int, everything: int) -> None:
            sys.stderr.write(f"\r{self.name}: {done:,} of {everything:,} messages")

        engine = create_engine(settings)
        replay = Rebuild(
            engine,
            self.projections,
            self.read_model,
            create_consumer=lambda: create_consumer(settings, group=None),
            progress=progress,
            force=options.force,
        )
        rebuilt = await replay.run()
        await engine.dispose()
        sys.stderr.write("\n")
        found = rebuilt.comparison
        for table, digest in found.rebuilt.items():
            print(table, digest, "as before" if found.live.get(table) == digest else "differs")
        for difference in found.differences:
            print(difference)
        if not rebuilt.swapped:
            sys.exit(
                f"{self.name}: the rebuilt read model differs from the live one, which stays in its"
                " place. Compare schema rebuild with schema read_model; if the rebuilt one is right"
                f" (after an upgrade, or a repair), run: python -m {self.name} rebuild --force"
            )

    def _retry(self, settings: S) -> None:
        tune_gc()

        async def run() -> None:
            engine = create_engine(settings)
            sessions = create_sessions(engine)
            consuming = Worker(settings, self.name, self.handlers).consuming(sessions)
            async with transaction(sessions) as session:
                waiting = select(DeadLetter.topic, DeadLetter.key).distinct()
                keys = (await session.exec(waiting.where(col(DeadLetter.key).is_not(None)))).all()
            for topic, key in keys:
                left = await consuming.retry_key(topic=topic, key=str(key))
                print(topic, key, f"{left} still set aside" if left else "applied")
            print(f"{len(keys)} keys retried.")
            async with transaction(sessions) as session:
                for dead in await retry_all(session):
                    print(dead.task, dead.about, "is done again by the worker;", dead.cause)
            await engine.dispose()

        asyncio.run(run())
