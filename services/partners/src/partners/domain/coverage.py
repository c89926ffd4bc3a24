"""Coverage of an organisation by conventions on a date: computed, never stored.

A convention covers an organisation if it is in force on that date and was signed by the
organisation, or by an umbrella to which it belongs directly or through other umbrellas.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappop, heappush
from typing import NamedTuple
from uuid import UUID

from contracts.bounds import days_after


class MembershipSpan(NamedTuple):
    """A membership in an umbrella, from `joined_on` to `left_on`, both included, or open-ended."""

    organisation_id: UUID
    umbrella_id: UUID
    joined_on: date
    left_on: date | None = None

    def lasts(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on <= self.left_on)


class SignatureSpan(NamedTuple):
    """The days on which a convention covers a signatory: `since` to `until`, both included.

    The days of its suspensions (first and last day) are excepted.
    """

    convention_id: UUID
    organisation_id: UUID
    since: date
    until: date | None
    suspended: Sequence[tuple[date, date]] = ()

    def covers_since(self, on: date) -> date | None:
        """Return since when coverage is unbroken up to `on`; `None` without coverage then."""
        if on < self.since or (self.until is not None and self.until < on):
            return None
        if any(first <= on <= last for first, last in self.suspended):
            return None
        over = (days_after(last, 1) for first, last in self.suspended if first <= last < on)
        return max([self.since, *over])


class Step(NamedTuple):
    """A step from a member to an umbrella, and when this membership began."""

    since: date
    umbrella_id: UUID


@dataclass(frozen=True, slots=True)
class CoveragePath:
    """A covering convention, the chain of umbrellas to its signatory, and since when it covers."""

    convention_id: UUID
    steps: tuple[Step, ...]
    since: date


def ways(
    organisation_id: UUID,
    on: date,
    *,
    joined: Iterable[MembershipSpan],
    signed: Iterable[SignatureSpan],
) -> list[CoveragePath]:
    """Return how conventions cover the organisation on a date, shortest chain first.

    Several chains of umbrellas may lead to one signatory: the one that began first is returned, so
    that the earliest `since` is the date since which the organisation has been covered.
    """
    chains = _chains(organisation_id, (j for j in joined if j.lasts(on)))
    found = [
        CoveragePath(s.convention_id, chain, max([since, *(step.since for step in chain)]))
        for s in signed
        if (chain := chains.get(s.organisation_id)) is not None
        and (since := s.covers_since(on)) is not None
    ]
    return sorted(found, key=lambda way: (len(way.steps), way.since, way.convention_id))


def _chains(
    organisation_id: UUID, joined: Iterable[MembershipSpan]
) -> dict[UUID, tuple[Step, ...]]:
    """Return the earliest chain to each umbrella: Dijkstra's algorithm, cost is the latest step."""
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
