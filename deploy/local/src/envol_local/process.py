"""Programs: started in a group of their own, logged, and ended with everything they started."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from envol_local.account import Account
from envol_local.errors import Failed, Trouble

PATIENCE = 10.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program: its command, its environment, and the signal that stops it."""

    name: str
    command: tuple[str, ...]
    folder: Path
    log: Path | None
    """None: it writes to the launcher's own output."""
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_with: signal.Signals = signal.SIGTERM
    orphaned_with: signal.Signals = signal.SIGKILL
    """What it is sent when the launcher dies without stopping it (on Linux)."""


async def start(program: Program, *, fed: bool = False) -> Process:
    """Start a program in a process group of its own; `fed` gives it a pipe to read from."""
    account = program.account
    try:
        with contextlib.ExitStack() as files:
            output = None
            if program.log is not None:
                output = files.enter_context(program.log.open("ab"))
            return await asyncio.create_subprocess_exec(
                *program.command,
                cwd=program.folder,
                env={**os.environ, **program.env},
                stdin=PIPE if fed else DEVNULL,
                stdout=output,
                stderr=STDOUT if output else None,
                process_group=0,
                preexec_fn=die_with_parent(program.orphaned_with),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
    except OSError as cause:
        raise Trouble(f"{program.name} could not be started: {cause}.") from cause


def die_with_parent(signal_number: signal.Signals) -> Callable[[], None] | None:
    """Make what a new process calls so that it is sent the signal when this one dies.

    The kernel watches the thread that started the process: start from the main thread.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def watch() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return watch


async def end(process: Process, program: Program) -> None:
    """Stop a program and all it started: a signal first, SIGKILL after ten seconds."""
    if process.returncode is None:
        send(process, program.stop_with)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE)
    send(process, signal.SIGKILL)
    await process.wait()


def send(process: Process, signal_number: signal.Signals) -> None:
    """Send a signal to every process of the program that is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal_number)


async def complete(program: Program, *, given: str | None = None) -> int:
    """Run a program to its end and give its exit code; cancelling ends the program."""
    process = await start(program, fed=given is not None)
    try:
        await process.communicate(given.encode() if given is not None else None)
        return await process.wait()
    finally:
        await end(process, program)


async def succeed(program: Program, *, given: str | None = None) -> None:
    """Run a program that must exit with 0."""
    code = await complete(program, given=given)
    if code != 0 and program.log is not None:
        raise Failed(f"{program.name} failed ({describe_exit(code)}).", program.log)


def describe_exit(code: int) -> str:
    """Put an exit code into words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
