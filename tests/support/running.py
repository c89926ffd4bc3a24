"""Envol as it runs: four APIs and four workers as processes, each brought back when it dies."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from backbone.messaging.topics import create_topics, read_topics
from backbone.testing.fixtures import Servers, free_port, fresh_database
from demo.client import EnvolClient
from demo.scenario.steps import ScenarioLedger
from envol_local.environment import ISSUER, database_variable

TOPICS = Path(__file__).parents[2] / "deploy" / "topics.yaml"
SERVICES = ("matching", "partners", "notifications", "reporting")
CONSUMER = [
    f"consumer.{p}" for p in ("before_apply", "before_commit", "before_offsets", "after_offsets")
]
RELAY = [f"relay.{p}" for p in ("before_send", "after_ack", "after_delete")]
NOTIFIER = [f"notifier.{p}" for p in ("before_send", "after_send", "after_mark")]
API = ["api.before_commit", "api.after_commit"]

# What was not finished is met again at the next start, so that one batch leads through all points.
# Matching hears all it hears before it tells anything: killed as a consumer, it would have told
# everything by the time its group takes it back.
CRASHES = {
    "partners": RELAY + CONSUMER,
    "matching": RELAY,
    "notifications": CONSUMER + NOTIFIER,
    "reporting": CONSUMER,
}


@contextmanager
def around() -> Iterator[dict[str, str]]:
    """An identity provider, an SMTP sink and an SMS centre; answers their environment."""
    command = [sys.executable, "-m", "envol_local", "servers", "--identity", "--smtp", "--sms"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdin
        yield {name: str(value) for name, value in json.loads(process.stdout.readline()).items()}
        process.stdin.close()
        process.wait(30)


@dataclass
class Process:
    """A process that is started again when it dies, with the next of its crash points."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    crash_points: deque[str] = field(default_factory=deque)
    crashed_at: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _wanted: bool = True
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        while self._wanted:
            point = self.crash_points.popleft() if self.crash_points else None
            crash = {"CRASH_AT": point} if point else {}
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command, env=os.environ | self.environment | crash, stdout=log, stderr=log
                )
                code = self._process.wait()
            if point and code == -signal.SIGKILL:
                self.crashed_at.append(point)
            elif self._wanted and point:
                self.crash_points.appendleft(point)

    def kill(self) -> None:
        """End it as `kill -9` does; it comes back."""
        assert self._process
        self._process.kill()

    def pause(self) -> None:
        """Let it do nothing, without its noticing, until it is resumed."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """Ask it to end, and wait; answers its exit code."""
        self._wanted = False
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(5)


class Running:
    """Envol's processes of a test, and where their APIs are."""

    def __init__(self, folder: Path, servers: Servers, extra: dict[str, str], name: str) -> None:
        self.urls: dict[str, str] = {}
        self.kafka = servers.kafka_bootstrap_servers
        self.workers: dict[str, Process] = {}
        self.apis: dict[str, Process] = {}
        base = servers.postgres_url.rsplit("/", 1)[0]
        for service in SERVICES:
            api, worker = free_port(), free_port()
            self.urls[service] = f"http://127.0.0.1:{api}"
            environment = extra | {
                "DATABASE_URL": f"{base}/{name}_{service}",
                "KAFKA_BOOTSTRAP_SERVERS": servers.kafka_bootstrap_servers,
                "OIDC_AUDIENCE": "envol",
                "API_PORT": str(api),
                "WORKER_PORT": str(worker),
                "POOL_SIZE": "5",
                "CLOCK_EVERY_SECONDS": "5",
                "QUIET_SECONDS": "45",  # longer than a process that was killed takes to return
                "SMS_FROM_HOUR": "0",  # tests run at any hour
                "SMS_UNTIL_HOUR": "24",
                **ISSUER,
            }
            for kind, kept in (("api", self.apis), ("worker", self.workers)):
                kept[service] = Process(
                    f"{service} {kind}",
                    [sys.executable, "-m", service, kind],
                    environment,
                    folder / f"{service}-{kind}.log",
                )

    @property
    def databases(self) -> dict[str, str]:
        """The URLs of the four databases, under the names by which they are given to others."""
        return {
            database_variable(service): process.environment["DATABASE_URL"]
            for service, process in self.apis.items()
        }

    def verify(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Reconcile the four databases, or trace an id in them, as an operator would."""
        command = [sys.executable, "-m", "envol_local", *words]
        environment = os.environ | self.databases | {"KAFKA_BOOTSTRAP_SERVERS": self.kafka}
        return subprocess.run(
            command, env=environment, check=False, timeout=600, capture_output=True, text=True
        )

    def migrate(self) -> None:
        for process in self.apis.values():
            command = [*process.command[:-1], "migrate"]
            subprocess.run(command, env=os.environ | process.environment, check=True, timeout=300)

    def start(self) -> None:
        self.start_apis()
        for process in self.workers.values():
            process.start()

    def start_apis(self) -> None:
        for process in self.apis.values():
            process.start()

    def await_apis(self) -> None:
        for url in self.urls.values():
            until(lambda url=url: answers(f"{url}/health/live"), f"{url} does not answer")

    def stop(self) -> list[int]:
        return [process.stop() for process in (*self.workers.values(), *self.apis.values())]


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False


def until(condition: object, otherwise: str, seconds: float = 300) -> None:
    patience = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > patience:
            raise AssertionError(otherwise)
        time.sleep(0.1)


@dataclass(frozen=True)
class Stage:
    """Envol, ready to be started, and the client's side of it."""

    running: Running
    envol: EnvolClient
    mails: Path


@asynccontextmanager
async def envol_alone(servers: Servers, folder: Path, *, name: str) -> AsyncIterator[Stage]:
    """Envol's databases and topics for the length of a block, and what it needs around.

    At the end of the block the four databases must agree.
    """
    topics = read_topics(TOPICS)
    created = await create_topics(topics, bootstrap_servers=servers.kafka_bootstrap_servers)
    if len(created) < len(topics):
        pytest.fail("This needs a Kafka without Envol's topics: what is on them would count.")
    for service in SERVICES:
        await fresh_database(servers, f"{name}_{service}")
    with around() as extra:
        running = Running(folder, servers, extra, name)
        running.migrate()
        envol = EnvolClient(running.urls, extra["OIDC_ISSUER"], patience=300)
        try:
            yield Stage(running, envol, Path(extra["SMTP_FOLDER"]))
            reconciled = await asyncio.to_thread(running.verify, "reconcile")
            assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
        finally:
            envol.http.close()
            await asyncio.to_thread(running.stop)
            await _delete(topics, servers)


async def _delete(topics: Iterable[str], servers: Servers) -> None:
    """Delete the topics, and with them how far each service had read, for whoever comes next."""
    client = AIOKafkaAdminClient(bootstrap_servers=servers.kafka_bootstrap_servers)
    await client.start()
    try:
        await client.delete_topics(list(topics))
    finally:
        await client.close()


@dataclass(frozen=True)
class Journey:
    """A story that was run, and what runs it."""

    running: Running
    envol: EnvolClient
    ledger: ScenarioLedger
    servers: Servers
    mails: Path
