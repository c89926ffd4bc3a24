"""Dates of the history: its limits, working days, programme years."""

from datetime import date, timedelta

BEGUN_ON = date(2006, 2, 1)
"""The day of the first admissions; the trial of 2005 is not in the history."""

ENDS_ON = date(2015, 7, 23)
"""The last day of the history."""

PUBLISHED_ON = date(2014, 1, 6)
"""The day of the figures in the first article."""

HOLIDAYS = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
SATURDAY = 5
SEPTEMBER = 9

DAY = timedelta(days=1)


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def working_day_before(day: date) -> date:
    """Return `day`, or the last working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def working_day_from(day: date) -> date:
    """Return `day`, or the next working day."""
    while not is_working_day(day):
        day += DAY
    return day


def programme_year(day: date) -> str:
    """Return the programme year of `day`, from 1 September to 31 August."""
    first = day.year if day.month >= SEPTEMBER else day.year - 1
    return f"{first}-{first + 1}"


def month_before(day: date) -> date:
    """Return the same day of the month before, or that month's last day."""
    last = day.replace(day=1) - DAY
    return last.replace(day=min(day.day, last.day))
