"""The file that says which process runs the stack, for those who stop it."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from envol_local.errors import Trouble
from envol_local.locks import try_lock
from envol_local.places import Clone

STOPPED_WITHIN = 60.0


@dataclass(frozen=True)
class Note:
    """The process that runs the stack, and the environment it gives to its programs."""

    pid: int
    started: str
    environment: Mapping[str, Mapping[str, str]]


def note_of(clone: Clone) -> Note | None:
    """Give the note of the stack that runs now, or None."""
    stream = try_lock(_file(clone))
    if stream is not None:
        stream.close()
        return None
    try:
        return Note(**json.loads(_file(clone).read_text(encoding="utf-8")))
    except ValueError:
        return Note(pid=0, started="", environment={})


@contextlib.contextmanager
def running(clone: Clone, environment: Mapping[str, Mapping[str, str]]) -> Iterator[None]:
    """Hold the clone's stack for the block; a Trouble when another holds it."""
    stream = try_lock(_file(clone))
    if stream is None:
        raise Trouble("The stack of this clone is running already: stop it with `make down`.")
    note = Note(pid=os.getpid(), started=start_of(os.getpid()), environment=environment)
    with stream:
        _file(clone).chmod(0o600)
        stream.truncate(0)
        stream.write(json.dumps(asdict(note)))
        stream.flush()
        yield
        stream.truncate(0)


async def stop(clone: Clone) -> int | None:
    """Stop the running stack and wait for its end; return its pid, or `None` if none ran."""
    note = note_of(clone)
    if note is None:
        return None
    if not note.started or start_of(note.pid) != note.started:
        raise Trouble("The stack of this clone is only just starting or stopping: try again.")
    os.kill(note.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN
    while note_of(clone) is not None:
        if time.monotonic() > deadline:
            raise Trouble(f"Process {note.pid} does not stop: end it with `kill -9 {note.pid}`.")
        await asyncio.sleep(0.1)
    return note.pid


def start_of(pid: int) -> str:
    """Return when a process started: a later one may have the same pid."""
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return stat.rpartition(")")[2].split()[19]
    command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return result.stdout.strip()


def _file(clone: Clone) -> Path:
    return clone.local / "running.json"
