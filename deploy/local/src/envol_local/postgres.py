"""PostgreSQL: unpacked from its jar, run as an unprivileged account."""

import shutil
import signal
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from envol_local.account import give
from envol_local.locks import locked
from envol_local.ports import HOST
from envol_local.probes import answers_postgres
from envol_local.process import Program, succeed
from envol_local.site import Site
from envol_local.supervisor import Rank, Supervisor

ACCESS = f"host all all {HOST}/32 scram-sha-256\n"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "autovacuum_naptime": "5s",  # what was just loaded is soon known to the planner
}
# A power cut may spoil the data, which is thrown away anyhow.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


async def start(site: Site, supervisor: Supervisor, *, databases: Sequence[str] = ()) -> None:
    """Start PostgreSQL on the site's data; databases that are absent are created."""
    programs = await unpacked_programs(site)
    data = site.postgres_data()
    if not data.exists():
        await _create_cluster(site, programs, data)
    await _settle(site, programs, data, databases)
    server = _program(site, "postgres", programs, "postgres", "-D", str(data), *_settings(site))
    # Fast shutdown: it ends its sessions instead of waiting for them.
    server = replace(server, stop_with=signal.SIGINT, orphaned_with=signal.SIGINT)
    await supervisor.start(server, answers_postgres(site.ports["postgres"]), Rank.SERVER)


async def unpacked_programs(site: Site) -> Path:
    """Give the folder with PostgreSQL's programs, unpacked the first time."""
    [jar] = (site.clone.lib / "postgres").glob("*.jar")
    programs = site.programs() / jar.stem
    async with locked(site.clone.lib / "lock"):
        if not programs.exists():
            _unpack(jar, programs)
    return programs / "bin"


def _unpack(jar: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, zipfile.ZipFile(jar) as parts:
        name = next(name for name in parts.namelist() if name.endswith(".txz"))
        fresh = Path(folder, "programs")
        with parts.open(name) as packed, tarfile.open(fileobj=packed, mode="r|xz") as archive:
            if hasattr(tarfile, "tar_filter"):  # not yet in every Python 3.11
                archive.extraction_filter = tarfile.tar_filter
            archive.extractall(fresh)  # noqa: S202 - a jar that Maven checked
        fresh.rename(target)


async def _create_cluster(site: Site, programs: Path, data: Path) -> None:
    """Create the cluster under another name first: one left half done is never taken for it."""
    fresh = data.with_name("postgres.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir()
    give(fresh, site.account)
    language = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin")
    options = ("--username=envol", "--auth=trust", "--no-instructions", *language)
    hurry = ("--no-sync",) if site.throwaway else ()
    command = ("initdb", "-D", str(fresh), "--builtin-locale=C.UTF-8", *options, *hurry)
    await succeed(_program(site, "initdb", programs, *command))
    # Before it was ever started: from here on, nobody comes in without the password.
    (fresh / "pg_hba.conf").write_text(ACCESS, encoding="ascii")
    fresh.rename(data)


async def _settle(site: Site, programs: Path, data: Path, databases: Sequence[str]) -> None:
    """Set the password and create databases while nobody can connect yet."""
    statements = [f"CREATE DATABASE {name}" for name in databases]
    statements.append(f"ALTER ROLE envol PASSWORD '{site.password}'")
    quietly = ("-c", "log_min_messages=fatal")  # a database that exists is no news
    alone = ("--single", "-D", str(data), *quietly, "postgres")
    settling = _program(site, "postgres-settle", programs, "postgres", *alone)
    await succeed(settling, given="\n".join(statements) + "\n")


def _settings(site: Site) -> list[str]:
    settings = {**SETTINGS, **(THROWAWAY if site.throwaway else {})}
    settings["port"] = str(site.ports["postgres"])
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _program(site: Site, name: str, programs: Path, command: str, *words: str) -> Program:
    return Program(
        name=name,
        command=(str(programs / command), *words),
        folder=programs,
        log=site.logs / f"{name}.log",
        account=site.account,
    )
