"""A clone whose services are stand-ins, and the launcher started in it as a person would."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from envol_local.places import find_clone
from envol_local.ports import SERVICES, free_ports, is_free

STAND_IN = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

role = sys.argv[1]
name = os.path.basename(os.path.dirname(__file__))
if os.environ.get("BROKEN") == f"{name}-{role}":
    print("the settings of this service are wrong", flush=True)
    sys.exit(3)
if role in ("topics", "migrate"):
    assert os.environ["DATABASE_URL" if role == "migrate" else "KAFKA_BOOTSTRAP_SERVERS"]
    sys.exit(0)
if role == "rebuild":
    print(f"{name}: 1,000 of 1,200 messages", file=sys.stderr)
    same = os.environ.get("DIFFERENT") != name
    print("contact 3 rows 00ff", "as before" if same else "differs", flush=True)
    sys.exit(not same)
if role == "history":
    sys.exit(0)
if role == "reconcile":
    print("compared at", os.environ["PARTNERS_DATABASE_URL"].rpartition("/")[2], flush=True)
    sys.exit(int(os.environ.get("DISAGREE", "0")))
if role == "story":
    print("the story is told at", os.environ["MATCHING_URL"], flush=True)
    sys.exit(int(os.environ.get("STORY", "0")) if "--check" in sys.argv else 0)


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()


port = int(os.environ["API_PORT" if role == "api" else "WORKER_PORT"])
HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""


class Launcher:
    """Starts the launcher in a clone and sees what it started."""

    def __init__(self, clone: Path, port_base: int) -> None:
        self.clone = clone
        self.port_base = port_base
        self._runs: list[subprocess.Popen[str]] = []

    def start(self, *words: str, **env: str) -> subprocess.Popen[str]:
        """Start a command and go on."""
        launcher = subprocess.Popen(
            [sys.executable, "-m", "envol_local", *words],
            cwd=self.clone,
            env={**os.environ, **self._own(), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._runs.append(launcher)
        return launcher

    def finish(self, *words: str, **env: str) -> tuple[int, str, str]:
        """Run a command to its end; gives exit code, output and errors."""
        launcher = self.start(*words, **env)
        output, errors = launcher.communicate(timeout=300)
        return launcher.returncode, output, errors

    def run_until_ready(self, **env: str) -> subprocess.Popen[str]:
        """Start the stack and read its output up to the last line it prints."""
        launcher = self.start("run", **env)
        assert launcher.stdout is not None
        for line in launcher.stdout:
            if "Ctrl-C" in line:
                return launcher
        assert launcher.stderr is not None
        raise AssertionError(launcher.stderr.read())

    def end(self) -> None:
        for launcher in self._runs:
            if launcher.poll() is None:
                launcher.terminate()
            launcher.communicate(timeout=300)

    def _own(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(self.clone / "stand-ins"),
            "ENVOL_PORT_BASE": str(self.port_base),
        }


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    """A launcher in a clone of its own, with the jars of the real one."""
    clone = tmp_path_factory.mktemp("clone")
    _fill(clone, find_clone().root)
    starter = Launcher(clone, _free_base())
    starter.finish("servers", "--smtp")  # fetches the jars, once for all tests
    yield starter
    starter.end()
    starter.finish("reset")


def _fill(clone: Path, real: Path) -> None:
    shutil.copytree(real / "deploy" / "local" / "jars", clone / "deploy" / "local" / "jars")
    shutil.copy(real / "deploy" / "local" / "pom.xml", clone / "deploy" / "local")
    (clone / ".local").mkdir()
    (real / ".local" / "lib").mkdir(parents=True, exist_ok=True)
    (clone / ".local" / "lib").symlink_to(real / ".local" / "lib")
    for name in (*SERVICES, "backbone", "demo", "verification"):
        package = clone / "stand-ins" / name
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(STAND_IN, encoding="utf-8")


def _free_base() -> int:
    return next(
        base
        for base in free_ports(map(str, range(50))).values()
        if all(is_free(base + offset) for offset in range(100))
    )


@pytest.fixture
def are_gone() -> Callable[[list[psutil.Process]], bool]:
    """Tell whether processes have ended, within a minute."""
    return lambda processes: not psutil.wait_procs(processes, timeout=60)[1]


@pytest.fixture
def fetched() -> Callable[[str], str]:
    """Get a page, trying again for a minute."""
    return _get


def _get(url: str, tries: int = 600) -> str:
    for _ in range(tries):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http, here
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
