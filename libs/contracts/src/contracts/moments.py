"""When something happened, for a fact of which the day is known and the hour is not."""

from datetime import UTC, date, datetime, time, tzinfo

from contracts.territories import zone_of


def moment(day: date, *departments: str) -> datetime:
    """Tell noon of that day on the clock the departments share, else in UTC; now at the latest."""
    zones: set[tzinfo] = {zone_of(department) for department in departments}
    zone = zones.pop() if len(zones) == 1 else UTC
    return min(datetime.combine(day, time(12), zone).astimezone(UTC), datetime.now(UTC))


def today_in(department: str) -> date:
    """Tell which day it is now in that department."""
    return datetime.now(zone_of(department)).date()
