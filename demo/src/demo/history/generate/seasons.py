"""Working days drawn by season."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from demo.history.days import is_working_day
from demo.history.generate.seeded_random import Chance

SEASON = {1: 9, 2: 8, 3: 9, 4: 7, 5: 7, 6: 6, 7: 4, 8: 2, 9: 12, 10: 15, 11: 13, 12: 8}
"""Weights of the months: most begins from September on, when diplomas are new, little in August."""


def seasonal(chance: Chance, count: int, first: date, last: date) -> list[date]:
    """Return `count` working days from `first` to `last` in order, drawn by season."""
    days, heights = _calendar()
    since, until = bisect_left(days, first), bisect_right(days, last)
    floor = heights[since - 1] if since else 0
    drawn = (floor + chance.below(heights[until - 1] - floor) for _ in range(count))
    return sorted(days[bisect_right(heights, height)] for height in drawn)


@cache
def _calendar() -> tuple[list[date], list[int]]:
    every = (date(2006, 1, 1) + timedelta(days=n) for n in range(10 * 366))
    days = [day for day in every if is_working_day(day)]
    return days, list(accumulate(SEASON[day.month] for day in days))
