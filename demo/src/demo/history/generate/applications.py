"""When graduates apply, and when they are asked about a mentor.

It is told backwards: the day a first pairing begins is given by the plan, and what came before it,
the answers, a proposal declined, the wait, is counted back to the application.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from demo.history.csv_rows import Mentee
from demo.history.days import BEGUN_ON, ENDS_ON, after, working_day_before, working_day_from
from demo.history.generate.plan import GONE, REFUSED, Period, periods, scaled
from demo.history.generate.seasons import seasonal
from demo.history.generate.seeded_random import Chance, Spread

WAITING = Spread((0, 1), (10, 3), (25, 6), (50, 11), (75, 18), (90, 36), (97, 85), (100, 190))
"""Days from the application to the first proposal: within the promised 20, but for a tail."""
ANSWERING = Spread((0, 0), (30, 1), (70, 4), (95, 9), (100, 14))
"""Days from a proposal to the answers."""
ASKED_AGAIN = Spread((0, 1), (50, 5), (90, 14), (100, 30))
"""Days from a proposal that was declined to the next."""
DECLINED, DECLINED_TWICE = 42, 60
"""Of a thousand, who begins after a proposal was declined; of a thousand of these, after two."""
GONE_AFTER_DECLINE = 300
"""Of a thousand who find their way without a mentor, who was asked about one and declined."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal to a mentee, and the day on which it is declined or the pair begins."""

    proposed_on: date
    declined_on: date | None
    begins_on: date | None


@dataclass(frozen=True, slots=True)
class Application:
    applied_on: date
    asked: tuple[Asked, ...] = ()
    refused: bool = False


@dataclass(slots=True)
class Applicant:
    """A mentee's row, with the proposals that come, whom they have met, and what they find."""

    row: Mentee
    asked: tuple[Asked, ...]
    met: set[str] = field(default_factory=set)
    finds_on: date | None = None

    @property
    def begins_on(self) -> date | None:
        """When the first pairing begins, if one is to."""
        return self.asked[-1].begins_on if self.asked else None


def applications(scale: float) -> list[Application]:
    """All until the end, by day."""
    chance = Chance("applications")
    found = [one for period in periods(scale) for one in _in(chance, period)]
    return sorted(
        (one for one in found if one.applied_on <= ENDS_ON), key=lambda one: one.applied_on
    )


def _in(chance: Chance, period: Period) -> Iterator[Application]:
    for begins_on in seasonal(chance, period.mentees, period.first, period.last):
        asked = _asked_before(chance, begins_on)
        waited = after(asked[0].proposed_on, -chance.along(WAITING))
        yield Application(max(waited, BEGUN_ON), asked)
    gone = scaled(period.mentees, GONE / 1000)
    for applied_on in seasonal(chance, gone, period.first, period.last):
        proposed_on = working_day_from(after(applied_on, chance.along(WAITING)))
        declined_on = after(proposed_on, chance.along(ANSWERING))
        asked = (Asked(proposed_on, declined_on, None),)
        yield Application(applied_on, asked if chance.happens(GONE_AFTER_DECLINE) else ())
    refused = scaled(period.mentees, REFUSED / 1000)
    for applied_on in seasonal(chance, refused, period.first, period.last):
        yield Application(applied_on, refused=True)


def _asked_before(chance: Chance, begins_on: date) -> tuple[Asked, ...]:
    """The proposal that was accepted, and those declined before it."""
    proposed_on = working_day_before(after(begins_on, -chance.along(ANSWERING)))
    asked = [Asked(proposed_on, None, begins_on)]
    odds = DECLINED
    while chance.happens(odds):
        declined_on = after(proposed_on, -chance.along(ASKED_AGAIN))
        proposed_on = working_day_before(after(declined_on, -chance.along(ANSWERING)))
        asked.insert(0, Asked(proposed_on, declined_on, None))
        odds = DECLINED_TWICE
    return tuple(one for one in asked if one.proposed_on > BEGUN_ON)


def asked_again(chance: Chance, begins_after: date) -> tuple[Asked, ...]:
    """The proposals after a pairing that ended, in the order of their days."""
    asked = list[Asked]()
    proposed_on = working_day_from(begins_after)
    while chance.happens(DECLINED):
        declined_on = after(proposed_on, chance.along(ANSWERING))
        asked.append(Asked(proposed_on, declined_on, None))
        proposed_on = working_day_from(after(declined_on, chance.along(ASKED_AGAIN)))
    begins_on = working_day_from(after(proposed_on, chance.along(ANSWERING)))
    return (*asked, Asked(proposed_on, None, begins_on))
