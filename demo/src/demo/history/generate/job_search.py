"""Days on which mentees find fitting work, counted from the beginning of their first pairing."""

from datetime import date

from demo.history.days import after, working_day_from
from demo.history.generate.seeded_random import Chance, Spread

FINDS = 850
"""Per mille of paired mentees who find fitting work in the end."""
FINDS_AFTER = Spread((0, 8), (10, 35), (25, 75), (50, 140), (75, 230), (90, 340), (100, 560))


def finds_on(chance: Chance, begins_on: date) -> date | None:
    """Return the day or None; it may be after the end of the history."""
    after_days, finds = chance.along(FINDS_AFTER), chance.happens(FINDS)
    return working_day_from(after(begins_on, after_days)) if finds else None
