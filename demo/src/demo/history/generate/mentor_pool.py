"""The pool of mentors for proposals: covered, with a free place, near the mentee or at a distance.

A place is taken from the proposal to the last day of the pairing, or until it is declined.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from demo.history import named_organisations, territories
from demo.history.coverage import Coverage
from demo.history.csv_rows import Mentor
from demo.history.generate import organisations
from demo.history.generate.applications import Applicant
from demo.history.generate.plan import USH_FROM
from demo.history.generate.seeded_random import Chance

TRIES = 14
SAME_DEPARTMENT = 5
"""Number of the tries that accept only a mentor of the mentee's own department."""
FAR_FIRST = 500
"""Per mille of remote mentees for whom remote mentors are tried first."""


@dataclass(slots=True)
class Seat:
    """A mentor, and the last day of each place taken."""

    mentor: Mentor
    of_ush: bool
    until: list[date] = field(default_factory=list)

    def has_room(self, on: date) -> bool:
        self.until = [day for day in self.until if day >= on]
        return len(self.until) < self.mentor.capacity


class Pool:
    """Mentors from their enrolment on; calls must come in the order of their days."""

    def __init__(self, chance: Chance, mentors: Iterable[Mentor], coverage: Coverage) -> None:
        self.chance, self.coverage = chance, coverage
        ush = organisations.siren_of(named_organisations.USH)
        self._upcoming = [Seat(mentor, mentor.organisation_siren == ush) for mentor in mentors]
        self._upcoming.sort(key=lambda seat: (self._available_from(seat), seat.mentor.reference))
        self._upcoming.reverse()
        self._of_ush = [seat for seat in self._upcoming if seat.of_ush]
        self._near = defaultdict[str, list[Seat]](list)
        self._remote = list[Seat]()

    def find(self, applicant: Applicant, on: date) -> Seat | None:
        """Return a mentor in the mentee's region, or a remote one; make the mentee remote then."""
        self._admit_until(on)
        region = territories.region_of(applicant.row.department, on)
        near, far = self._near[region], self._remote
        at_a_distance = applicant.row.remote and self.chance.happens(FAR_FIRST)
        for seats in (far, near) if at_a_distance else (near, far):
            if seat := self._choose(seats, applicant, on):
                if territories.region_of(seat.mentor.department, on) != region:
                    applicant.row.remote = True
                return seat
        return None

    def find_of_ush(self, applicant: Applicant, on: date) -> Seat | None:
        """Return an executive of USH itself, before they are in the common pool."""
        enrolled = [seat for seat in self._of_ush if seat.mentor.enrolled_on <= on]
        return self._choose(enrolled, applicant, on)

    def _available_from(self, seat: Seat) -> date:
        enrolled_on = seat.mentor.enrolled_on
        return max(enrolled_on, USH_FROM) if seat.of_ush else enrolled_on

    def _admit_until(self, on: date) -> None:
        while self._upcoming and self._available_from(self._upcoming[-1]) <= on:
            seat = self._upcoming.pop()
            self._near[territories.region_of(seat.mentor.department, on)].append(seat)
            if seat.mentor.remote:
                self._remote.append(seat)

    def _choose(self, seats: Sequence[Seat], applicant: Applicant, on: date) -> Seat | None:
        """Draw a possible mentor, the last enrolled most often; after `TRIES`, take any."""
        for tried in range(TRIES if seats else 0):
            seat = seats[-1 - self.chance.below(self.chance.below(len(seats)) + 1)]
            same = seat.mentor.department == applicant.row.department
            if (same or tried >= SAME_DEPARTMENT) and self._is_possible(seat, applicant, on):
                return seat
        return next(
            (seat for seat in reversed(seats) if self._is_possible(seat, applicant, on)), None
        )

    def _is_possible(self, seat: Seat, applicant: Applicant, on: date) -> bool:
        return (
            seat.mentor.reference not in applicant.met
            and seat.has_room(on)
            and self.coverage.covers(seat.mentor.organisation_siren, on)
        )
