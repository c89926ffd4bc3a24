"""Calendar entries attached to e-mails."""

from icalendar import Calendar, Event

from notifications.domain.messages import ABOUT_INTERVIEW
from notifications.domain.tables import Message


def calendar_entry(message: Message) -> bytes | None:
    """Return the first interview as iCalendar, or None; a later entry replaces an earlier one."""
    if message.rule not in ABOUT_INTERVIEW:
        return None
    entry = Event()
    entry.add("uid", f"{message.pairing_id}@envol")
    entry.add("sequence", int(message.happened_at.timestamp()))
    entry.add("dtstamp", message.happened_at)
    entry.add("dtstart", message.since_on)
    entry.add("summary", message.subject)
    calendar = Calendar()
    calendar.add("prodid", "-//Envol//Messages//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
