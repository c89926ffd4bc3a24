"""The servers' jars, fetched by Maven once for each state of the pom files."""

import hashlib
import platform
import shutil
from pathlib import Path

from envol_local.errors import Failed, Trouble
from envol_local.locks import locked
from envol_local.places import MARK, Clone
from envol_local.preflight import check_maven
from envol_local.process import Program, complete, describe_exit

PLATFORMS = {
    ("Linux", "x86_64"): "linux-amd64",
    ("Linux", "aarch64"): "linux-arm64v8",
    ("Darwin", "x86_64"): "darwin-amd64",
    ("Darwin", "arm64"): "darwin-arm64v8",
}


def postgres_platform() -> str:
    """Name this machine as the packages of PostgreSQL do."""
    machine = (platform.system(), platform.machine())
    if machine not in PLATFORMS:
        raise Trouble(f"There is no embedded PostgreSQL for {' '.join(machine)}: use Docker.")
    return PLATFORMS[machine]


def are_fetched(clone: Clone) -> bool:
    """Return whether the jars are those that the pom files name."""
    stamp = _stamp(clone)
    return stamp.exists() and stamp.read_text(encoding="ascii") == _wanted(clone)


async def fetch(clone: Clone) -> None:
    """Have the jars at hand; of several callers at once, one fetches and the others wait."""
    if are_fetched(clone):
        return
    async with locked(clone.lib / "lock"):
        if not are_fetched(clone):
            check_maven()
            await _fetch(clone)


async def _fetch(clone: Clone) -> None:
    _stamp(clone).unlink(missing_ok=True)
    for part in clone.lib.iterdir():
        if part.is_dir():
            shutil.rmtree(part)
    maven = _maven(clone)
    code = await complete(maven)
    if code != 0:
        raise Failed(
            f"Maven could not fetch the servers ({describe_exit(code)}): see that this machine "
            "reaches Maven Central or a mirror, and start again.",
            clone.lib / "maven.log",
        )
    _stamp(clone).write_text(_wanted(clone), encoding="ascii")


def _maven(clone: Clone) -> Program:
    log = clone.lib / "maven.log"
    log.write_bytes(b"")
    settings = (f"-Denvol.lib={clone.lib}", f"-Dpostgres.platform={postgres_platform()}")
    quietly = ("-B", "-q", "-ntp", "-T", "4")
    pom = str(clone.root / MARK)
    command = ("mvn", *quietly, "-f", pom, *settings, "process-classes")
    return Program(name="maven", command=command, folder=clone.root, log=log)


def class_path(clone: Clone, part: str) -> str:
    """Give the class path of a part: classes compiled here first, then its jars."""
    folder = clone.lib / part
    return f"{folder / 'classes'}:{folder}/*"


def _stamp(clone: Clone) -> Path:
    return clone.lib / "stamp"


def _wanted(clone: Clone) -> str:
    folder = (clone.root / MARK).parent
    files = sorted([*folder.glob("jars/*/pom.xml"), *folder.glob("jars/**/*.java")])
    digest = hashlib.sha256(postgres_platform().encode())
    for file in (folder / "pom.xml", *files):
        digest.update(file.read_bytes())
    return digest.hexdigest()
