"""The hours at which an SMS may arrive, by the clock where its reader lives."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a day from one to another; the last one is not among them."""

    first: int = 8
    until: int = 20

    def next_moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return now if the hour is right there, else the moment at which the hours begin."""
        there = now.astimezone(zone)
        if self.first <= there.hour < self.until:
            return now
        day = there.date() + timedelta(days=there.hour >= self.until)
        return datetime.combine(day, time(self.first), zone)
