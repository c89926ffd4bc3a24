"""The hours in which an SMS may arrive, in its reader's time zone."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a day from `first` to `until`, which is excluded."""

    first: int = 8
    until: int = 20

    def next_moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return `now` if it is within the hours in `zone`, else the next instant that is."""
        local = now.astimezone(zone)
        if self.first <= local.hour < self.until:
            return now
        day = local.date() + timedelta(days=local.hour >= self.until)
        return datetime.combine(day, time(self.first), zone)
