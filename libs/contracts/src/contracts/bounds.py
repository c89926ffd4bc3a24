"""Bounds of input: days and instants within limits, and text that every screen can display.

Python, PostgreSQL and imported files accept more (years 1 and 9999, infinity). A day that far away
is a mistyped year or means "for ever", and arithmetic on it fails long after it was entered. Input
outside the bounds is rejected; computed days are clamped to them.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
FIRST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT = datetime(2100, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9.]+)?")
NUMBER = re.compile(r"[-+]?[0-9.]*")
# Control characters (C0 except tab and line feed, DEL, C1), line and paragraph separators, and
# characters that change the direction of writing.
NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
BREAK = re.compile(r"[\t\n]")

T = TypeVar("T", date, datetime)


def _require_day(value: object) -> object:
    """Return `value` as a day; raise for a number, or a day with a time."""
    if type(value) is date:
        return value
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise PydanticCustomError("not_a_day", "This is not a day. Write it as 2026-11-27.")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError(
            "no_such_day", "There is no such day. Look at the month and its number of days."
        ) from error


def _require_instant(value: object) -> object:
    """Return `value`; raise for a number, which would be read as seconds since 1970."""
    if isinstance(value, bool | int | float) or (
        isinstance(value, str) and NUMBER.fullmatch(value)
    ):
        raise PydanticCustomError(
            "not_an_instant", "This is not an instant. Write it as 2026-11-27T18:00:00+01:00."
        )
    if isinstance(value, str) and WITHOUT_ZONE.fullmatch(value):
        raise PydanticCustomError(
            "without_zone",
            "The time zone is missing. Write it as {value}+01:00 (Paris in winter), or with Z.",
            {"value": value},
        )
    return value


def _within(value: T, first: T, last: T, kind: str) -> T:
    if first <= value <= last:
        return value
    side, bound = ("before", first) if value < first else ("after", last)
    raise PydanticCustomError(
        "out_of_bounds",
        "{value} is {side} {bound}. Give {kind} between {first} and {last}.",
        {
            "value": value.isoformat(),
            "side": side,
            "bound": bound.date().isoformat() if isinstance(bound, datetime) else str(bound),
            "kind": kind,
            "first": FIRST_DAY.isoformat(),
            "last": LAST_DAY.isoformat(),
        },
    )


def require_bounded_day(day: date) -> date:
    """Return `day`; raise `PydanticCustomError` if it is out of bounds."""
    return _within(day, FIRST_DAY, LAST_DAY, "a day")


def require_bounded_instant(instant: datetime) -> datetime:
    """Return `instant`; raise `PydanticCustomError` if it is out of bounds."""
    return _within(instant, FIRST_INSTANT, LAST_INSTANT, "an instant")


Day = Annotated[date, BeforeValidator(_require_day), AfterValidator(require_bounded_day)]
Instant = Annotated[
    AwareDatetime, BeforeValidator(_require_instant), AfterValidator(require_bounded_instant)
]


def within_bounds(value: date | datetime) -> date | datetime:
    """Return a day or an instant, or the nearest bound."""
    if isinstance(value, datetime):
        return min(max(value, FIRST_INSTANT), LAST_INSTANT)
    return min(max(value, FIRST_DAY), LAST_DAY)


def days_after(day: date, days: int) -> date:
    """Return the day `days` after `day` (before it, if negative), within the bounds."""
    return _clamped(day.toordinal() + days)


def months_after(day: date, months: int) -> date:
    """Return the same day `months` later, or that month's last, within the bounds."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return FIRST_DAY if year < FIRST_DAY.year else LAST_DAY
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _clamped(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))


def plain_text(value: object) -> object:
    """Return `value` with tabs as spaces and every line break as one line feed.

    Lists and objects are converted recursively. Raise for characters that are not text.
    """
    if isinstance(value, str):
        return value if value.isprintable() else _plain(value)
    if isinstance(value, list | tuple):
        return [plain_text(each) for each in value]
    if isinstance(value, dict):
        return {plain_text(name): plain_text(each) for name, each in value.items()}
    return value


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\t", " ")
    require_text(text)
    return text


def require_text(text: str) -> None:
    """Raise `PydanticCustomError` for characters that are not text; line breaks are allowed."""
    if match := NOT_TEXT.search(text):
        raise PydanticCustomError(
            "not_text",
            "The character U+{code} cannot stand in a text. Remove it.",
            {"code": f"{ord(match[0]):04X}"},
        )


def require_line(text: str) -> None:
    """Raise `PydanticCustomError` for line breaks and for characters that are not text."""
    require_text(text)
    if BREAK.search(text):
        raise PydanticCustomError("not_a_line", "This must be on one line. Remove the line breaks.")


def shown(text: str) -> str:
    """Return `text`, stored before such checks existed, without what cannot be displayed."""
    return NOT_TEXT.sub("", text)
