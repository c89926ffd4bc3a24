"""Named places where a process can be made to die, so that a test can hit every step."""

import os
import signal


def crash_point(name: str) -> None:
    """Die here as by `kill -9`, if the environment says `CRASH_AT=<name>`."""
    if os.environ.get("CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
