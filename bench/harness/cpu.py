"""CPU seconds of this process and of those it started, by what they run.

The kernel adds a process that ended to the one that waited for it, so that PostgreSQL's backends
are in its postmaster's `children_user` and `children_system`. Servers started by others
are not among our descendants: their CPU is unknown, not zero. Descendants are counted in steps of
ten milliseconds, this process exactly.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass

import psutil

GROUPS = {"postgres": "postgresql", "java": "kafka"}
"""The group of a program by its name; all others are Python."""
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Cpu:
    """CPU seconds by group; None of a server that is not seen."""

    python: float
    postgresql: float | None = None
    kafka: float | None = None

    @property
    def total(self) -> float:
        return self.python + (self.postgresql or 0.0) + (self.kafka or 0.0)

    @property
    def is_complete(self) -> bool:
        """Return whether both servers are seen."""
        return self.postgresql is not None and self.kafka is not None

    def divided(self, units: int) -> "Cpu":
        """Return the CPU seconds of one unit of work."""
        return Cpu(
            self.python / units, _divided(self.postgresql, units), _divided(self.kafka, units)
        )


NOTHING = Cpu(0.0)


def _divided(seconds: float | None, units: int) -> float | None:
    return None if seconds is None else seconds / units


class Meter:
    """A reading of the CPU seconds so far, to be compared with a later one."""

    def __init__(self) -> None:
        """Read this process last: what the reading itself costs is not counted."""
        self._others = _descendants()
        self._own = _own()

    def spent(self) -> Cpu:
        """Return the CPU seconds spent since; read this process first, for the same reason."""
        own, before, now = _own() - self._own, self._others, _descendants()
        others = {group: now.get(group, 0.0) - before.get(group, 0.0) for group in before | now}
        return Cpu(own + others.get("python", 0.0), others.get("postgresql"), others.get("kafka"))


def _own() -> float:
    """Return the CPU seconds of this process and of the children it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def _descendants() -> dict[str, float]:
    seconds = dict[str, float]()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ended: it is in the one that waited for it
            group = GROUPS.get(process.name(), "python")
            seconds[group] = seconds.get(group, 0.0) + _of(process)
    return seconds


def _of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)
