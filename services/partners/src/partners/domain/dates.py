"""Dates that users enter: what has happened lies in the past, or today."""

from collections.abc import Iterable
from datetime import date

from backbone.errors import Invalid
from contracts.local_time import today_in


class DateInFuture(Invalid, kind="day-to-come"):
    """A date in the future for something that has happened."""


def require_past(day: date, departments: Iterable[str]) -> None:
    """Raise `DateInFuture` if the date lies in the future in all of the departments."""
    if all(day > today_in(department) for department in departments):
        raise DateInFuture(f"{day} is in the future. Enter it once it has happened.")
