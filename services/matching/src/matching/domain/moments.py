"""When something happened, for a fact of which we know the day."""

from datetime import UTC, date, datetime, time

from contracts.territories import zone_of


def moment(day: date, department: str) -> datetime:
    """Noon of that day in the territory; for today, now at the latest."""
    noon = datetime.combine(day, time(12), zone_of(department)).astimezone(UTC)
    return min(noon, datetime.now(UTC))


def today_in(department: str) -> date:
    """The day it is now, where the person lives."""
    return datetime.now(zone_of(department)).date()
