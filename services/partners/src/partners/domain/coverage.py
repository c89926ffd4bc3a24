"""Whether an organisation is covered by a convention on a day: computed, never copied.

It is covered by a convention in force that day which it signed itself, or which an umbrella
signed to which it belongs that day, directly or through other umbrellas.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple
from uuid import UUID

from contracts.bounds import days_after


class Joined(NamedTuple):
    """An organisation belongs to an umbrella from a day to another, both included, or on."""

    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date
    left_on: date | None = None

    def lasts(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on <= self.left_on)


class Signed(NamedTuple):
    """A convention covers one who signed it from `since` to `until`, both included.

    On the days of its suspensions, each from its first to its last, it covers nobody.
    """

    convention_id: UUID
    organisation_id: UUID
    since: date
    until: date | None
    suspended: Sequence[tuple[date, date]] = ()

    def covers_since(self, on: date) -> date | None:
        """Since when it has covered without a break up to a day; nothing if it does not then."""
        if on < self.since or (self.until is not None and self.until < on):
            return None
        if any(first <= on <= last for first, last in self.suspended):
            return None
        over = (days_after(last, 1) for first, last in self.suspended if first <= last < on)
        return max([self.since, *over])


class Step(NamedTuple):
    """One step up, to an umbrella, and since when it could be taken."""

    since: date
    umbrella_id: UUID


@dataclass(frozen=True, slots=True)
class Way:
    """A convention that covers, the steps that lead up to who signed it, and since when it does."""

    convention_id: UUID
    steps: tuple[Step, ...]
    since: date


def ways(
    organisation_id: UUID, on: date, *, joined: Iterable[Joined], signed: Iterable[Signed]
) -> list[Way]:
    """Each signature that covers the organisation on that day, the nearest first.

    Several chains of umbrellas may lead to the same signatory: the one that stood first is told,
    so that the earliest `since` is the day since which the organisation is covered.
    """
    chains = _chains(organisation_id, (j for j in joined if j.lasts(on)))
    found = [
        Way(s.convention_id, chain, max([since, *(step.since for step in chain)]))
        for s in signed
        if (chain := chains.get(s.organisation_id)) is not None
        and (since := s.covers_since(on)) is not None
    ]
    return sorted(found, key=lambda way: (len(way.steps), way.since, way.convention_id))


def _chains(organisation_id: UUID, joined: Iterable[Joined]) -> dict[UUID, tuple[Step, ...]]:
    """The chain to each umbrella that stood first: Dijkstra's search, the latest step its cost."""
    above = defaultdict[UUID, list[Step]](list)
    for j in joined:
        above[j.organisation_id].append(Step(j.joined_on, j.umbrella_id))
    reached = dict[UUID, tuple[Step, ...]]()
    queue = [(date.min, 0, organisation_id, tuple[Step, ...]())]
    while queue:
        since, steps, current, chain = heappop(queue)
        if current in reached:
            continue
        reached[current] = chain
        for step in above[current]:
            later = max(since, step.since), steps + 1, step.umbrella_id, (*chain, step)
            heappush(queue, later)
    return reached
