"""The whole of Envol, from empty: a stack of its own, into which the history is loaded."""

import asyncio
import os
import re
import secrets
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.measure import Watch, timed
from bench.memory import peak
from bench.servers import folder
from demo.client import EnvolClient
from demo.history.check import published_figures
from demo.history.commands import load_steps
from demo.history.csv_rows import History
from demo.history.generate import csv_files
from demo.history.generate.generator import generate_history
from demo.history.ledger import Ledger
from envol_local import console, environment, stack
from envol_local.account import unprivileged_account
from envol_local.places import find_clone
from envol_local.ports import SERVICES, free_ports
from envol_local.site import Site
from envol_local.supervisor import Supervisor

WORKER = ["matching", "worker"]
OTHERS = ("KAFKA_BOOTSTRAP_SERVERS", *map(environment.database_variable, SERVICES))


@dataclass(frozen=True)
class Loaded:
    """A stack that runs, the rows loaded, what they took, and matching's worker's peak in MB."""

    site: Site
    rows: int
    watch: Watch
    worker: float

    @property
    def also(self) -> dict[str, float]:
        return {"rows": self.rows, "worker_peak_mb": self.worker}


@asynccontextmanager
async def loaded(scale: float) -> AsyncIterator[Loaded]:
    """Load the history at that scale into a fresh stack; check the published figures' rows."""
    made = generate_history(scale)
    with folder() as place, _servers_of_its_own():
        rows = sum(csv_files.write_files(made, place / "files").values())
        async with _started(place) as (site, envol):
            with timed() as watch:
                await asyncio.to_thread(_load, envol, place / "files", made)
            worker = _peak_of(WORKER)
            await asyncio.to_thread(_check, envol, made)
            yield Loaded(site, rows, watch, worker)


async def rebuild(site: Site, service: str) -> Watch:
    """Rebuild a service's read model from all of its topics; return what the process took."""
    command = (sys.executable, "-m", service, "rebuild")
    env = os.environ | environment.of_service(service, site, os.environ)
    with timed() as watch:
        child = await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE, stderr=STDOUT)
        out, _ = await child.communicate()
    assert child.returncode == 0, out.decode()  # 1 if it differs from the live one
    return watch


async def reconcile(site: Site) -> tuple[Watch, float]:
    """Compare the four databases; return what the process took, and its peak in MB."""
    command = (sys.executable, "-m", "verification", "reconcile")
    env = os.environ | environment.databases(site, os.environ)
    with timed() as watch:
        child = await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE)
        out, _ = await child.communicate()
    assert child.returncode == 0, out.decode()  # 1 if they differ
    [megabytes] = re.findall(r"with (\d+) MB", out.decode())
    return watch, float(megabytes)


@asynccontextmanager
async def _started(place: Path) -> AsyncIterator[tuple[Site, EnvolClient]]:
    site = Site(
        clone=find_clone(),
        data=place / "data",
        logs=place / "logs",
        ports=free_ports(),
        password=secrets.token_hex(16),
        account=unprivileged_account(),
    )
    async with Supervisor(console.warn) as supervisor:
        await stack.start(site, supervisor)
        urls = {service: site.url(f"{service}-api") for service in SERVICES}
        envol = EnvolClient(urls, site.issuer)
        try:
            yield site, envol
        finally:
            envol.http.close()


@contextmanager
def _servers_of_its_own() -> Iterator[None]:
    """Let the environment name no servers for the length of a block."""
    named = {name: os.environ.pop(name) for name in OTHERS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(named)


def _load(envol: EnvolClient, files_in: Path, made: History) -> None:
    for _ in load_steps(envol, files_in, made):
        pass


def _check(envol: EnvolClient, made: History) -> None:
    published_figures.set_targets(envol)
    compared = published_figures.compare(envol, Ledger(made), known_at=None)
    assert all(one.reported.value == one.line.value for one in compared)


def _peak_of(command: Sequence[str]) -> float:
    """The most memory that the child of ours that runs a command has had."""
    ours = psutil.Process().children()
    [child] = [each for each in ours if each.cmdline()[-len(command) :] == command]
    return peak(child.pid)
