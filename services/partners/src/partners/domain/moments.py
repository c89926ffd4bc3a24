"""When something happened, for a fact of which we know the day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, tzinfo

from backbone.errors import Invalid
from contracts.territories import zone_of


class DayToCome(Invalid):
    """What has happened has a day in the past, or today."""


def moment(day: date, departments: Iterable[str]) -> datetime:
    """Noon of that day on the clock the departments share, else in UTC; now at the latest."""
    zones: set[tzinfo] = {zone_of(department) for department in departments}
    zone = zones.pop() if len(zones) == 1 else UTC
    return min(datetime.combine(day, time(12), zone).astimezone(UTC), datetime.now(UTC))


def today_in(department: str) -> date:
    """The day it is now in that department."""
    return datetime.now(zone_of(department)).date()


def require_past(day: date, departments: Iterable[str]) -> None:
    """Raise `DayToCome` when the day has not begun in any of the departments."""
    if all(day > today_in(department) for department in departments):
        raise DayToCome(f"{day} is still to come. Enter what has happened, once it has.")
