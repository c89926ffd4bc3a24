"""A loader of the history's files, as in a migration: sends them, and waits until all is reported.

It can be stopped and started again at any moment: a file that was sent is not sent twice.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from demo.client import EnvolClient

POLL_SECONDS = 0.5
STALL_SECONDS = 120.0  # without any progress

PARTNERS = (
    *("organisations", "memberships", "conventions", "departments", "leads", "promoters"),
    *("contact-persons", "commitments", "gifts", "events", "stands", "board-seats"),
    *("board-meetings", "network-members"),
)
BEFORE_COVERAGE = ("mentees",)
AFTER_COVERAGE = ("mentors", "pairings", "contacts", "outcomes")
FILES = (*PARTNERS, *BEFORE_COVERAGE, *AFTER_COVERAGE)
ROLES = {"partners": "partner_manager", "matching": "coordinator"}


class LoadStalled(Exception):
    """A load that made no progress for `STALL_SECONDS`."""


class RowsRejected(Exception):
    """Rows of a valid file that a service rejected."""


@dataclass
class Progress:
    """The progress of a load: rows of each file, and messages that each service applied."""

    expected: Mapping[str, int]
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Return whether each service has applied all expected messages."""
        return all(self.applied.get(service, 0) >= n for service, n in self.expected.items())


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that was sent to a service."""

    service: str
    kind: str
    id: str


def load(
    envol: EnvolClient,
    folder: Path,
    *,
    covered: Mapping[date, int],
    expected: Mapping[str, int],
    after_files: Callable[[], None] = lambda: None,
) -> Iterator[Progress]:
    """Load the files of `folder`; yield the progress repeatedly until all is reported.

    `covered` is the number of organisations with a convention in force on some days: mentors are
    sent to matching once it knows them all, unless they were sent before. `after_files` is called
    once all files are imported. `expected` is the number of messages that each consuming service
    has to apply: a worker's reported lag may be older than the last of them. Raises `RowsRejected`
    when a row is refused, `LoadStalled` after two minutes without progress.
    """
    progress = Progress(expected)
    first = [_send(envol, "partners", kind, folder) for kind in PARTNERS]
    first += [_send(envol, "matching", kind, folder) for kind in BEFORE_COVERAGE]
    yield from _until(
        envol, progress, lambda: _note_imported(envol, progress, first[: len(PARTNERS)])
    )
    if _earlier_import(envol, "matching", AFTER_COVERAGE[0], folder) is None:
        yield from _until(envol, progress, lambda: _knows_coverage(envol, covered))
    rest = [_send(envol, "matching", kind, folder) for kind in AFTER_COVERAGE]
    yield from _until(envol, progress, lambda: _note_imported(envol, progress, first + rest))
    after_files()
    yield from _until(envol, progress, lambda: progress.is_complete)


def correct(
    envol: EnvolClient, corrections: Iterator[tuple[int, int]], *, expected: Mapping[str, int]
) -> Iterator[Progress]:
    """Apply the corrections; yield the progress repeatedly until all is reported."""
    progress, reported_at = Progress(expected), 0.0
    for done, total in corrections:
        progress.rows["corrections"] = done, total
        if time.monotonic() - reported_at > POLL_SECONDS or done == total:
            yield progress
            reported_at = time.monotonic()
    yield from _until(envol, progress, lambda: progress.is_complete)


def _send(envol: EnvolClient, service: str, kind: str, folder: Path) -> ImportedFile:
    """Send a file, unless it was sent before."""
    if before := _earlier_import(envol, service, kind, folder):
        return before
    with (folder / f"{kind}.csv").open("rb") as file:
        import_ = envol.upload(service, kind, f"{kind}.csv", file, role=ROLES[service])
    return ImportedFile(service, kind, import_["id"])


def _earlier_import(
    envol: EnvolClient, service: str, kind: str, folder: Path
) -> ImportedFile | None:
    """Return the earlier import of the same file without errors, if there is one."""
    with (folder / f"{kind}.csv").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for before in envol.pages(service, "/imports"):
        if (before["kind"], before["digest"], before["wrong"]) == (kind, digest, 0):
            return ImportedFile(service, kind, before["id"])
    return None


def _until(envol: EnvolClient, progress: Progress, done: Callable[[], bool]) -> Iterator[Progress]:
    """Yield the progress until `done`; raise `LoadStalled` if it stands still."""
    last, since = None, time.monotonic()
    while not done():
        progress.applied |= {service: _applied(envol, service) for service in progress.expected}
        yield progress
        state = (dict(progress.rows), dict(progress.applied))
        if state != last:
            last, since = state, time.monotonic()
        elif time.monotonic() - since > STALL_SECONDS:
            raise LoadStalled(f"No progress for {STALL_SECONDS:.0f} s. Look at the services' logs.")
        time.sleep(POLL_SECONDS)
    yield progress


def _note_imported(envol: EnvolClient, progress: Progress, files: Sequence[ImportedFile]) -> bool:
    """Update the imported rows of each file; return whether all files are done."""
    imports = [envol.get(f.service, f"/imports/{f.id}", role=ROLES[f.service]) for f in files]
    progress.rows |= {one["kind"]: (one["taken"], one["rows"]) for one in imports}
    for file, one in zip(files, imports, strict=True):
        if one["wrong"]:
            raise RowsRejected(_first_error(envol, file, one))
    return all(one["state"] == "done" for one in imports)


def _first_error(envol: EnvolClient, file: ImportedFile, import_: dict[str, Any]) -> str:
    error = next(envol.pages(file.service, f"/imports/{file.id}/errors"))
    return (
        f"{import_['wrong']} rows of {file.kind}.csv were rejected; "
        f"the first is on line {error['line']}: {error['reason']}"
    )


def _knows_coverage(envol: EnvolClient, covered: Mapping[date, int]) -> bool:
    """Return whether matching knows the coverage that partners published."""

    def known(day: date) -> int:
        organisations = envol.pages("matching", "/covered-organisations", on=str(day))
        return sum(bool(one["covered"]) for one in organisations)

    return all(known(day) == number for day, number in covered.items())


def _applied(envol: EnvolClient, service: str) -> int:
    """Return the number of messages a service applied, as of its worker's last heartbeat."""
    return envol.health(service).get("taken_in") or 0
