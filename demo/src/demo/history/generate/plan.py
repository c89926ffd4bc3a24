"""Planned numbers by period, whose sums are the published figures.

A period ends where a published figure is counted, on 6 January 2014, or where the year does. Dates
are drawn within the period, so that the sums hold exactly at scale 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from demo.history.days import ENDS_ON


@dataclass(frozen=True, slots=True)
class Period:
    """A period from `first` to `last`, both included, with the numbers planned in it."""

    first: date
    last: date
    mentees: int
    """Mentees who begin their first pairing."""
    mentors: int
    """Mentors who enrol."""
    signatories: int
    """Organisations that sign their first convention."""
    members: int
    """Organisations that are covered as members of an umbrella, and sign none."""


PERIODS = [
    Period(date(2006, 2, 20), date(2006, 8, 31), 200, 150, 24, 4),
    Period(date(2006, 9, 1), date(2007, 8, 31), 550, 240, 38, 6),
    Period(date(2007, 9, 1), date(2008, 8, 31), 1150, 480, 62, 9),
    Period(date(2008, 9, 1), date(2009, 8, 31), 1750, 560, 72, 12),
    Period(date(2009, 9, 1), date(2010, 8, 31), 2150, 600, 80, 14),
    Period(date(2010, 9, 1), date(2011, 8, 31), 2700, 690, 90, 16),
    Period(date(2011, 9, 1), date(2012, 8, 31), 3250, 760, 100, 18),
    Period(date(2012, 9, 1), date(2013, 8, 31), 4100, 900, 108, 22),
    Period(date(2013, 9, 1), date(2014, 1, 6), 2794, 540, 60, 16),
    Period(date(2014, 1, 7), date(2014, 8, 31), 1900, 420, 58, 14),
    Period(date(2014, 9, 1), ENDS_ON, 5286, 960, 84, 22),
    Period(date(2015, 7, 24), date(2015, 10, 30), 1100, 0, 0, 0),
]
"""The last one is after the end: its mentees wait or have a proposal when the history ends."""

REFUSED = 16
"""Applicants refused by the eligibility rule, per thousand who begin."""

LEFT = 24
"""Mentees admitted who leave before a mentor is found, per thousand who begin."""

USH_MENTEES = {
    (date(2012, 10, 1), date(2013, 8, 31)): 29,
    (date(2013, 9, 16), date(2014, 1, 6)): 12,
}
"""Mentees who begin with an executive of USH itself by 6 January 2014: 41, 12 that year."""

USH_FROM = date(2014, 1, 7)
"""The day from which executives of USH get proposals like others, and more of them enrol."""


def scaled(count: int, scale: float) -> int:
    """Return `count` at `scale`, rounded to thousandths."""
    return (count * round(scale * 1000) + 500) // 1000


def periods(scale: float) -> Iterator[Period]:
    for period in PERIODS:
        yield replace(
            period,
            mentees=scaled(period.mentees, scale),
            mentors=scaled(period.mentors, scale),
            signatories=scaled(period.signatories, scale),
            members=scaled(period.members, scale),
        )
