"""The days that can be entered: what has happened has a day in the past, or today."""

from collections.abc import Iterable
from datetime import date

from backbone.errors import Invalid
from contracts.moments import today_in


class DayToCome(Invalid, kind="day-to-come"):
    """What has happened has a day in the past, or today."""


def require_past(day: date, departments: Iterable[str]) -> None:
    """Raise `DayToCome` when the day has not begun in any of the departments."""
    if all(day > today_in(department) for department in departments):
        raise DayToCome(f"{day} is still to come. Enter what has happened, once it has.")
