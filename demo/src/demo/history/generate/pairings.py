"""Pairings: proposals, their answers, and new proposals after an end.

They are simulated in the order of their proposals, so that each day's free places are known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from demo.history import territories
from demo.history.csv_rows import Pairing
from demo.history.days import ENDS_ON, after
from demo.history.generate import job_search, lives
from demo.history.generate.applications import Applicant, Proposal, later_proposals
from demo.history.generate.lives import Life
from demo.history.generate.mentor_pool import Pool, Seat
from demo.history.generate.plan import USH_MENTEES, scaled
from demo.history.generate.seeded_random import Chance, Spread

AGAIN = {"completed": 120, "withdrawn": 440, "lapsed": 270, "early_success": 0}
"""Per mille of pairs by reason of their end, after which another proposal follows."""
UNTIL_NEXT = Spread((0, 1), (50, 18), (90, 60), (100, 150))

QueuedProposal = tuple[date, int, Applicant, Proposal]


@dataclass(slots=True)
class PairSimulation:
    """A simulation of all pairs; proposals are queued by day, and an end may add another."""

    chance: Chance
    pool: Pool
    of_ush: set[str]
    queue: list[QueuedProposal] = field(default_factory=list)
    rows: list[Pairing] = field(default_factory=list)
    begun: list[Life] = field(default_factory=list)
    enqueued: int = 0

    def simulate(self, applicants: Iterable[Applicant]) -> None:
        """Simulate all proposals to `applicants`, and what follows from them."""
        for applicant in applicants:
            self._enqueue(applicant, applicant.proposals)
        while self.queue:
            proposed_on, _, applicant, proposal = heappop(self.queue)
            if proposed_on <= ENDS_ON and (seat := self._find_seat(applicant, proposal)):
                self._answer_proposal(applicant, seat, proposal)

    def _enqueue(self, applicant: Applicant, proposals: Sequence[Proposal]) -> None:
        for one in proposals:
            self.enqueued += 1
            heappush(self.queue, (one.proposed_on, self.enqueued, applicant, one))

    def _find_seat(self, applicant: Applicant, proposal: Proposal) -> Seat | None:
        first = proposal.begins_on == applicant.begins_on
        if first and applicant.row.reference in self.of_ush:
            return self.pool.find_of_ush(applicant, proposal.proposed_on)
        return self.pool.find(applicant, proposal.proposed_on)

    def _answer_proposal(self, applicant: Applicant, seat: Seat, proposal: Proposal) -> None:
        applicant.met.add(seat.mentor.reference)
        mentor, reference = seat.mentor, f"B{len(self.rows) + 1:05}"
        row = Pairing(reference, applicant.row.reference, mentor.reference, proposal.proposed_on)
        self.rows.append(row)
        if proposal.begins_on is None:
            seat.until.append(proposal.declined_on or proposal.proposed_on)
            lives.decline(self.chance, row, proposal.declined_on)
            return
        if proposal.begins_on == applicant.begins_on:
            applicant.finds_on = job_search.finds_on(self.chance, proposal.begins_on)
        life = lives.begin(self.chance, row, applicant, mentor, proposal.begins_on)
        seat.until.append(life.ends_on)
        self.begun.append(life)
        self._enqueue_next(applicant, life)

    def _enqueue_next(self, applicant: Applicant, life: Life) -> None:
        from_day = after(life.ends_on, self.chance.along(UNTIL_NEXT))
        found = applicant.finds_on is not None and applicant.finds_on <= from_day
        if self.chance.happens(AGAIN[life.reason]) and not found:
            self._enqueue(applicant, later_proposals(self.chance, from_day))


def of_ush(applicants: Sequence[Applicant], scale: float) -> set[str]:
    """Return the mentees whom executives of USH accompany first, evenly chosen by period."""
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
