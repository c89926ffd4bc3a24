"""Dates of applications and proposals.

The plan gives the day on which a first pairing begins; the answers, declined proposals and the wait
are counted back from it to the application.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from demo.history.csv_rows import Mentee
from demo.history.days import BEGUN_ON, ENDS_ON, after, working_day_before, working_day_from
from demo.history.generate.plan import LEFT, REFUSED, Period, periods, scaled
from demo.history.generate.seasons import seasonal
from demo.history.generate.seeded_random import Chance, Spread

WAITING = Spread((0, 1), (10, 3), (25, 6), (50, 11), (75, 18), (90, 36), (97, 85), (100, 190))
"""Days from the application to the first proposal: most within the promised 20."""
ANSWERING = Spread((0, 0), (30, 1), (70, 4), (95, 9), (100, 14))
"""Days from a proposal to the answers."""
UNTIL_NEXT_PROPOSAL = Spread((0, 1), (50, 5), (90, 14), (100, 30))
"""Days from a proposal that was declined to the next."""
DECLINED, DECLINED_TWICE = 42, 60
"""Per mille that begin after a declined proposal; per mille of these after two."""
LEFT_AFTER_DECLINE = 300
"""Per mille, of those who leave without a mentor, that had declined a proposal."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal to a mentee; it is declined on `declined_on` or begins on `begins_on`."""

    proposed_on: date
    declined_on: date | None
    begins_on: date | None


@dataclass(frozen=True, slots=True)
class Application:
    applied_on: date
    proposals: tuple[Proposal, ...] = ()
    refused: bool = False


@dataclass(slots=True)
class Applicant:
    """A mentee's row with the proposals to come, the mentors met, and the day of fitting work."""

    row: Mentee
    proposals: tuple[Proposal, ...]
    met: set[str] = field(default_factory=set)
    finds_on: date | None = None

    @property
    def begins_on(self) -> date | None:
        """Return the day on which the first pairing begins, if there is one."""
        return self.proposals[-1].begins_on if self.proposals else None


def applications(scale: float) -> list[Application]:
    """Return all applications until the end of the history, by day."""
    chance = Chance("applications")
    found = [one for period in periods(scale) for one in _in(chance, period)]
    return sorted(
        (one for one in found if one.applied_on <= ENDS_ON), key=lambda one: one.applied_on
    )


def _in(chance: Chance, period: Period) -> Iterator[Application]:
    for begins_on in seasonal(chance, period.mentees, period.first, period.last):
        proposals = _proposals_before(chance, begins_on)
        applied_on = after(proposals[0].proposed_on, -chance.along(WAITING))
        yield Application(max(applied_on, BEGUN_ON), proposals)
    left = scaled(period.mentees, LEFT / 1000)
    for applied_on in seasonal(chance, left, period.first, period.last):
        proposed_on = working_day_from(after(applied_on, chance.along(WAITING)))
        declined_on = after(proposed_on, chance.along(ANSWERING))
        proposals = (Proposal(proposed_on, declined_on, None),)
        yield Application(applied_on, proposals if chance.happens(LEFT_AFTER_DECLINE) else ())
    refused = scaled(period.mentees, REFUSED / 1000)
    for applied_on in seasonal(chance, refused, period.first, period.last):
        yield Application(applied_on, refused=True)


def _proposals_before(chance: Chance, begins_on: date) -> tuple[Proposal, ...]:
    """Return the accepted proposal, after those declined before it."""
    proposed_on = working_day_before(after(begins_on, -chance.along(ANSWERING)))
    proposals = [Proposal(proposed_on, None, begins_on)]
    odds = DECLINED
    while chance.happens(odds):
        declined_on = after(proposed_on, -chance.along(UNTIL_NEXT_PROPOSAL))
        proposed_on = working_day_before(after(declined_on, -chance.along(ANSWERING)))
        proposals.insert(0, Proposal(proposed_on, declined_on, None))
        odds = DECLINED_TWICE
    return tuple(one for one in proposals if one.proposed_on > BEGUN_ON)


def later_proposals(chance: Chance, begins_after: date) -> tuple[Proposal, ...]:
    """Return the proposals after a pairing that ended, by day."""
    proposals = list[Proposal]()
    proposed_on = working_day_from(begins_after)
    while chance.happens(DECLINED):
        declined_on = after(proposed_on, chance.along(ANSWERING))
        proposals.append(Proposal(proposed_on, declined_on, None))
        proposed_on = working_day_from(after(declined_on, chance.along(UNTIL_NEXT_PROPOSAL)))
    begins_on = working_day_from(after(proposed_on, chance.along(ANSWERING)))
    return (*proposals, Proposal(proposed_on, None, begins_on))
