"""The programme's days: when people work, and when in a year they come."""

from datetime import date, timedelta

BEGUN_ON = date(2006, 2, 1)
"""The association admits its first mentees; the trial of 2005 is not in the history."""

ENDS_ON = date(2015, 7, 23)
"""The last day of the history: nothing in it happened later."""

PUBLISHED_ON = date(2014, 1, 6)
"""The day of the first article's figures."""

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
