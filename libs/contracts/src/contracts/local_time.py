"""The instant of a fact whose day is known and whose hour is not."""

from datetime import UTC, date, datetime, time, tzinfo

from contracts.territories import zone_of


def noon_in(day: date, *departments: str) -> datetime:
    """Return noon of `day` in the departments' common time zone, else in UTC; at most now."""
    zones: set[tzinfo] = {zone_of(department) for department in departments}
    zone = zones.pop() if len(zones) == 1 else UTC
    return min(datetime.combine(day, time(12), zone).astimezone(UTC), datetime.now(UTC))


def today_in(department: str) -> date:
    """Return today's date in `department`."""
    return datetime.now(zone_of(department)).date()
