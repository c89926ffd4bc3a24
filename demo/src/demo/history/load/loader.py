"""Loading the history as a migration would: files sent to the services, and waited for.

It can be stopped and begun again at any moment: a file that was sent is not sent twice.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from demo.client import EnvolClient

LOOK_EVERY = 0.5  # seconds
STANDSTILL = 120.0  # seconds without any progress

PARTNERS = (
    *("organisations", "memberships", "conventions", "departments", "leads", "promoters"),
    *("contact-persons", "commitments", "gifts", "events", "stands", "board-seats"),
    *("board-meetings", "network-members"),
)
BEFORE_COVERAGE = ("mentees",)
AFTER_COVERAGE = ("mentors", "pairings", "contacts", "outcomes")
FILES = (*PARTNERS, *BEFORE_COVERAGE, *AFTER_COVERAGE)
ROLES = {"partners": "partner_manager", "matching": "coordinator"}


class LoadStalled(Exception):  # noqa: N818
    """Nothing went on any more."""


class RowsRejected(Exception):  # noqa: N818
    """Rows were left out of a file that is right."""


@dataclass
class Progress:
    """How far the load came: rows of each file, and messages that each service took in."""

    told: Mapping[str, int]
    rows: dict[str, tuple[int, int]] = field(default_factory=dict)
    taken_in: dict[str, int] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether each service has taken in all that it was told."""
        return all(self.taken_in.get(service, 0) >= n for service, n in self.told.items())


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that a service keeps or has taken."""

    service: str
    kind: str
    id: str


def load(
    envol: EnvolClient,
    folder: Path,
    *,
    covered: Mapping[date, int],
    told: Mapping[str, int],
    then: Callable[[], None] = lambda: None,
) -> Iterator[Progress]:
    """Load the files of a folder; tell how far it came, again and again, until all is reported.

    `covered` is how many organisations have a convention in force on some days: matching takes
    mentors once it knows of all of them; when it was sent them before, it did. `then` is done once
    all files are taken. `told` is how many messages each listening service has to take in: what a
    worker says of its lag may be older than the last of them. Raises `Wrong` when a row is refused,
    `Stuck` when nothing goes on for two minutes.
    """
    progress = Progress(told)
    first = [_send(envol, "partners", kind, folder) for kind in PARTNERS]
    first += [_send(envol, "matching", kind, folder) for kind in BEFORE_COVERAGE]
    yield from _followed(envol, progress, lambda: _taken(envol, progress, first[: len(PARTNERS)]))
    if _sent(envol, "matching", AFTER_COVERAGE[0], folder) is None:
        yield from _followed(envol, progress, lambda: _knows(envol, covered))
    rest = [_send(envol, "matching", kind, folder) for kind in AFTER_COVERAGE]
    yield from _followed(envol, progress, lambda: _taken(envol, progress, first + rest))
    then()
    yield from _followed(envol, progress, lambda: progress.is_told)


def correct(
    envol: EnvolClient, corrections: Iterator[tuple[int, int]], *, told: Mapping[str, int]
) -> Iterator[Progress]:
    """Make the corrections; yield how far they came, again and again, until all is reported."""
    progress, looked_at = Progress(told), 0.0
    for done, everything in corrections:
        progress.rows["corrections"] = done, everything
        if time.monotonic() - looked_at > LOOK_EVERY or done == everything:
            yield progress
            looked_at = time.monotonic()
    yield from _followed(envol, progress, lambda: progress.is_told)


def _send(envol: EnvolClient, service: str, kind: str, folder: Path) -> Sent:
    """Send a file, unless it was sent before."""
    if before := _sent(envol, service, kind, folder):
        return before
    with (folder / f"{kind}.csv").open("rb") as file:
        told = envol.upload(service, kind, f"{kind}.csv", file, role=ROLES[service])
    return Sent(service, kind, told["id"])


def _sent(envol: EnvolClient, service: str, kind: str, folder: Path) -> Sent | None:
    """Return the file as it was sent before, if it was."""
    with (folder / f"{kind}.csv").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    for before in envol.pages(service, "/imports"):
        if (before["kind"], before["digest"], before["wrong"]) == (kind, digest, 0):
            return Sent(service, kind, before["id"])
    return None


def _followed(
    envol: EnvolClient, progress: Progress, done: Callable[[], bool]
) -> Iterator[Progress]:
    """Tell the progress until something is done."""
    last, since = None, time.monotonic()
    while not done():
        progress.taken_in |= {service: _taken_in(envol, service) for service in progress.told}
        yield progress
        state = (dict(progress.rows), dict(progress.taken_in))
        if state != last:
            last, since = state, time.monotonic()
        elif time.monotonic() - since > STANDSTILL:
            raise LoadStalled(
                f"Nothing went on for {STANDSTILL:.0f} s. Look at the services' logs."
            )
        time.sleep(LOOK_EVERY)
    yield progress


def _taken(envol: EnvolClient, progress: Progress, files: Sequence[Sent]) -> bool:
    """Note how far each file was taken; answer whether all are."""
    told = [envol.get(f.service, f"/imports/{f.id}", role=ROLES[f.service]) for f in files]
    progress.rows |= {one["kind"]: (one["taken"], one["rows"]) for one in told}
    for file, one in zip(files, told, strict=True):
        if one["wrong"]:
            raise RowsRejected(_first_fault(envol, file, one))
    return all(one["state"] == "done" for one in told)


def _first_fault(envol: EnvolClient, file: Sent, told: dict[str, Any]) -> str:
    fault = next(envol.pages(file.service, f"/imports/{file.id}/errors"))
    return (
        f"{told['wrong']} rows of {file.kind}.csv were left out; "
        f"the first stands on line {fault['line']}: {fault['reason']}"
    )


def _knows(envol: EnvolClient, covered: Mapping[date, int]) -> bool:
    """Whether matching heard of all that partners told."""

    def known(day: date) -> int:
        found = envol.pages("matching", "/covered-organisations", on=str(day))
        return sum(bool(one["covered"]) for one in found)

    return all(known(day) == number for day, number in covered.items())


def _taken_in(envol: EnvolClient, service: str) -> int:
    """How many messages a service took in, each once, as its worker last said."""
    return envol.health(service).get("taken_in") or 0
