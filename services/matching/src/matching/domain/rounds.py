"""A first, simple round: mentees in order of need take the best mentor who has room.

Greedy and explainable, not optimal: the optimal round with its proof is another piece of work.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.territories import Region, region_of
from contracts.words import PriorityNeighbourhood
from matching.domain.tables import Mentee, Mentor


@dataclass(frozen=True, slots=True)
class Round:
    """Who is proposed to whom, and who has to wait."""

    pairs: Sequence[tuple[Mentee, Mentor]]
    unmatched: Sequence[Mentee]


def match(
    mentees: Iterable[Mentee],
    mentors: Iterable[Mentor],
    *,
    room: dict[UUID, int],
    declined: set[tuple[UUID, UUID]],
    on: date,
) -> Round:
    """Match mentees from priority neighbourhoods first, then those who wait longest.

    A mentor is eligible in the mentee's region, or anywhere if both work at a distance; never
    again after one of the two declined. The same department is preferred, then the same region,
    then the mentor with most room. `room` holds each mentor's free places and is not changed.
    """
    left, near, remote = Counter(room), _by_region(mentors, on), list[Mentor]()
    remote += (mentor for local in near.values() for mentor in local if mentor.remote)
    pairs, unmatched = list[tuple[Mentee, Mentor]](), list[Mentee]()
    for mentee in sorted(mentees, key=_need):
        region = region_of(mentee.department, on)
        candidates = [
            mentor
            for mentor in _candidates(mentee, near.get(region, ()), remote)
            if left[mentor.id] > 0 and (mentee.id, mentor.id) not in declined
        ]
        if not candidates:
            unmatched.append(mentee)
            continue
        best = min(
            candidates,
            key=lambda mentor: (
                mentor.department != mentee.department,
                region_of(mentor.department, on) != region,
                -left[mentor.id],
                mentor.reference,
            ),
        )
        left[best.id] -= 1
        pairs.append((mentee, best))
    return Round(pairs, unmatched)


def _need(mentee: Mentee) -> tuple[bool, date, str]:
    elsewhere = mentee.priority_neighbourhood != PriorityNeighbourhood.IN
    return elsewhere, mentee.decided_on, mentee.reference


def _by_region(mentors: Iterable[Mentor], on: date) -> dict[Region, list[Mentor]]:
    near = defaultdict[Region, list[Mentor]](list)
    for mentor in sorted(mentors, key=lambda mentor: mentor.reference):
        near[region_of(mentor.department, on)].append(mentor)
    return near


def _candidates(
    mentee: Mentee, near: Iterable[Mentor], remote: Iterable[Mentor]
) -> Iterator[Mentor]:
    yield from near
    if mentee.remote:
        yield from remote
