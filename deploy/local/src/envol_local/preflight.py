"""Checks before anything starts; each failure is one sentence that says what to do."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from envol_local.errors import Trouble
from envol_local.ports import Ports, is_free

JAVA = 17
DISK_GB = 2.0
GB = 1_000_000_000


def check_java() -> None:
    """Find a Java that Kafka runs on."""
    java = shutil.which("java")
    advice = f"install Java {JAVA} or newer and put `java` on the PATH"
    if java is None:
        raise Trouble(f"Java is missing: {advice}.")
    version = subprocess.run(  # noqa: S603 - the program `which` found
        [java, "-version"], capture_output=True, text=True, check=False
    )
    found = re.search(r'version "(?:1\.)?(\d+)', version.stderr)
    if version.returncode != 0 or found is None:
        raise Trouble(f"`java -version` does not work: {advice}.")
    if int(found[1]) < JAVA:
        raise Trouble(f"Java {found[1]} is too old: {advice}.")


def check_maven() -> None:
    """Find the Maven that fetches the servers."""
    if shutil.which("mvn") is None:
        raise Trouble("Maven is missing: install it and put `mvn` on the PATH.")


def check_disk(folder: Path, environ: Mapping[str, str]) -> None:
    """Find room for data and logs; ENVOL_DISK_GB asks for more or less of it."""
    needed = float(environ.get("ENVOL_DISK_GB", DISK_GB))
    free = shutil.disk_usage(folder).free / GB
    if free < needed:
        raise Trouble(
            f"Only {free:.1f} GB of disk are free where the clone is and {needed:g} GB are "
            "needed: make room and start again."
        )


def check_ports(ports: Ports, needed: Iterable[str]) -> None:
    """Find every port free."""
    busy = [f"{ports[name]} ({name})" for name in needed if not is_free(ports[name])]
    if busy:
        subject = "Port {} is" if len(busy) == 1 else "Ports {} are"
        raise Trouble(
            f"{subject.format(', '.join(busy))} in use: stop what listens there, or move all "
            "ports with ENVOL_PORT_BASE (for example ENVOL_PORT_BASE=9100)."
        )
