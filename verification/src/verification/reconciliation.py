"""Reconciliation: wait for what is in flight, compare both sides of every correspondence."""

import asyncio
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from verification.comparison import Difference, by_correspondence, differences
from verification.correspondences import CORRESPONDENCES, Correspondence
from verification.databases import Snapshots, snapshots
from verification.positions import DeadLetter, dead_letters, unapplied

PATIENCE = 120.0
POLL_INTERVAL = 0.5
MOST_ROUNDS = 5
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A comparison's result; `unapplied` are positions that a consumer did not reach in time."""

    dead_letters: Sequence[DeadLetter]
    unapplied: Sequence[Difference]
    differences: Sequence[Difference]
    compared: int
    seconds: float

    @property
    def is_clean(self) -> bool:
        return not self.unapplied and not self.differences

    def lines(self) -> list[str]:
        """Return the report: what explains differences before the differences themselves."""
        return [*self._explanations(), *self._differences(), self._summary()]

    def _explanations(self) -> list[str]:
        if not self.dead_letters:
            return []
        first = "Dead letters (retry them once their cause is removed: python -m SERVICE retry):"
        return [first, *(f"  {letter}" for letter in self.dead_letters)]

    def _differences(self) -> list[str]:
        lines = list[str]()
        for name, found in by_correspondence([*self.unapplied, *self.differences]).items():
            lines += [f"{name}: {found[0].correspondence.meaning}"]
            lines += [f"  {difference}" for difference in found[:SHOWN]]
            if len(found) > SHOWN:
                lines.append(f"  … and {len(found) - SHOWN} more")
        return lines

    def _summary(self) -> str:
        correspondences = f"{self.compared} correspondences"
        if self.is_clean:
            took = f"in {self.seconds:.1f} s with {peak_memory()} MB"
            return f"Reconciled {took}: {correspondences}, no difference."
        late = f", {len(self.unapplied)} keys with messages not applied" if self.unapplied else ""
        return f"{len(self.differences)} differences in {correspondences}{late}."


def peak_memory() -> int:
    """Return the most memory that this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1 << 20 if sys.platform == "darwin" else 1 << 10)


async def reconcile(
    urls: Mapping[str, str],
    *,
    patience: float = PATIENCE,
    say: Callable[[str], None] = lambda _: None,
) -> Reconciliation:
    """Compare the four databases at one position; `patience`, in seconds, bounds the wait for it.

    If the services do not become idle in that time, differences are compared again, and those
    that remain are reported.
    """
    began, announced = time.monotonic(), False
    while True:
        async with snapshots(urls) as databases:
            letters, late = await dead_letters(databases), await unapplied(databases)
            moving = [each for each in late if not any(one.blocks(each) for one in letters)]
            waited = time.monotonic() - began
            if not moving or waited > patience:
                found = await _compare(CORRESPONDENCES, databases)
                break
        if not announced:
            say(f"Waiting for {len(moving)} keys with messages in flight …")
            announced = True
        await asyncio.sleep(POLL_INTERVAL)
    if moving:
        say("Messages are still in flight: what differs is compared again.")
        found, late = await _remaining(urls, found, late)
    seconds = time.monotonic() - began
    return Reconciliation(letters, late, found, len(CORRESPONDENCES), seconds)


async def _compare(
    correspondences: Sequence[Correspondence], databases: Snapshots
) -> list[Difference]:
    return [
        difference
        for correspondence in correspondences
        async for difference in differences(correspondence, databases)
    ]


async def _remaining(
    urls: Mapping[str, str], found: list[Difference], late: list[Difference]
) -> tuple[list[Difference], list[Difference]]:
    """Compare again what differs; return rows that differ each time, and keys that do not move."""
    for _ in range(MOST_ROUNDS):
        await asyncio.sleep(POLL_INTERVAL)
        again = [c for c in CORRESPONDENCES if c.name in by_correspondence(found)]
        async with snapshots(urls) as databases:
            late = _in_both(late, await unapplied(databases))
            found = _in_both(found, await _compare(again, databases))
        if not late:
            break
    return found, late


def _in_both(before: Sequence[Difference], now: Sequence[Difference]) -> list[Difference]:
    """Return those of `now` that differed before, with the same value at the consumer."""
    known = {(each.correspondence.name, each.key, each.column, each.consumed) for each in before}
    return [
        each
        for each in now
        if (each.correspondence.name, each.key, each.column, each.consumed) in known
    ]
