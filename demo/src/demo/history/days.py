"""The programme's days: when people work, and when in a year they come."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate

from demo.history.chance import Chance

BEGUN_ON = date(2006, 2, 1)
"""The association admits its first mentees; the trial of 2005 is not in the history."""

ENDS_ON = date(2015, 7, 23)
"""The last day of the history: nothing in it happened later."""

TOLD_ON = date(2014, 1, 6)
"""The day of the first article's figures."""

SEASON = {1: 9, 2: 8, 3: 9, 4: 7, 5: 7, 6: 6, 7: 4, 8: 2, 9: 12, 10: 15, 11: 13, 12: 8}
"""How much begins in a month: most after September, when diplomas are new, little in August."""

HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
SATURDAY = 5
SEPTEMBER = 9

DAY = timedelta(days=1)


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def working_day_before(day: date) -> date:
    """That day, or the last working day before."""
    while not is_working_day(day):
        day -= DAY
    return day


def working_day_from(day: date) -> date:
    """That day, or the next working day."""
    while not is_working_day(day):
        day += DAY
    return day


def programme_year(day: date) -> str:
    """From 1 September to 31 August."""
    first = day.year if day.month >= SEPTEMBER else day.year - 1
    return f"{first}-{first + 1}"


def month_before(day: date) -> date:
    """The same day of the month before, or that month's last."""
    last = day.replace(day=1) - DAY
    return last.replace(day=min(day.day, last.day))


def seasonal(chance: Chance, count: int, first: date, last: date) -> list[date]:
    """So many working days from the first to the last, in order, most where the season has most."""
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
