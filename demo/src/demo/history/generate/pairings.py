"""Pairs: who is asked, who begins, and who is matched anew after an end.

They are told in the order of their proposals, so that on each day it is known who has a place free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from demo.history import territories
from demo.history.csv_rows import Pairing
from demo.history.days import ENDS_ON, after
from demo.history.generate import job_search, lives
from demo.history.generate.applications import Applicant, Asked, asked_again
from demo.history.generate.lives import Life
from demo.history.generate.mentor_pool import Pool, Seat
from demo.history.generate.plan import USH_MENTEES, scaled
from demo.history.generate.seeded_random import Chance, Spread

AGAIN = {"completed": 120, "withdrawn": 440, "lapsed": 270, "early_success": 0}
"""Of a thousand pairs that end so before work is found, after how many another is sought."""
UNTIL_AGAIN = Spread((0, 1), (50, 18), (90, 60), (100, 150))

Request = tuple[date, int, Applicant, Asked]


@dataclass(slots=True)
class Pairs:
    """All who are to be asked, by day; a pair that ends may put its mentee there again."""

    chance: Chance
    pool: Pool
    of_ush: set[str]
    requests: list[Request] = field(default_factory=list)
    rows: list[Pairing] = field(default_factory=list)
    begun: list[Life] = field(default_factory=list)
    numbered: int = 0

    def live(self, applicants: Iterable[Applicant]) -> None:
        """Let all who applied be asked, and all that follows."""
        for applicant in applicants:
            self._ask(applicant, applicant.asked)
        while self.requests:
            proposed_on, _, applicant, asked = heappop(self.requests)
            if proposed_on <= ENDS_ON and (seat := self._seat(applicant, asked)):
                self._answer(applicant, seat, asked)

    def _ask(self, applicant: Applicant, asked: Sequence[Asked]) -> None:
        for one in asked:
            self.numbered += 1
            heappush(self.requests, (one.proposed_on, self.numbered, applicant, one))

    def _seat(self, applicant: Applicant, asked: Asked) -> Seat | None:
        first = asked.begins_on == applicant.begins_on
        if first and applicant.row.reference in self.of_ush:
            return self.pool.find_of_ush(applicant, asked.proposed_on)
        return self.pool.find(applicant, asked.proposed_on)

    def _answer(self, applicant: Applicant, seat: Seat, asked: Asked) -> None:
        applicant.met.add(seat.mentor.reference)
        mentor, reference = seat.mentor, f"B{len(self.rows) + 1:05}"
        row = Pairing(reference, applicant.row.reference, mentor.reference, asked.proposed_on)
        self.rows.append(row)
        if asked.begins_on is None:
            seat.until.append(asked.declined_on or asked.proposed_on)
            lives.decline(self.chance, row, asked.declined_on)
            return
        if asked.begins_on == applicant.begins_on:
            applicant.finds_on = job_search.finds_on(self.chance, asked.begins_on)
        life = lives.begin(self.chance, row, applicant, mentor, asked.begins_on)
        seat.until.append(life.ends_on)
        self.begun.append(life)
        self._seek_again(applicant, life)

    def _seek_again(self, applicant: Applicant, life: Life) -> None:
        from_day = after(life.ends_on, self.chance.along(UNTIL_AGAIN))
        found = applicant.finds_on is not None and applicant.finds_on <= from_day
        if self.chance.happens(AGAIN[life.reason]) and not found:
            self._ask(applicant, asked_again(self.chance, from_day))


def of_ush(applicants: Sequence[Applicant], scale: float) -> set[str]:
    """Whom executives of USH are to accompany first: evenly chosen in the periods of the plan."""
    chosen = set[str]()
    for (first, last), planned in USH_MENTEES.items():
        count = max(1, scaled(planned, min(scale, 1)))
        there = [
            applicant.row.reference
            for applicant in applicants
            if applicant.begins_on
            and first <= applicant.begins_on <= last
            and territories.in_ile_de_france(applicant.row.department)
        ]
        chosen.update(there[len(there) * number // count] for number in range(count))
    return chosen
