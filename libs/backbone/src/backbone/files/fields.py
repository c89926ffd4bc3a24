"""Values in the cells of files, and the ways in which they may be written.

People write days, times, numbers and amounts in many ways, and spreadsheets change them: spaces of
any width, commas, a currency, digits that were worked out. What can mean only one thing is read;
what can mean two is refused, with both.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, NamedTuple, TypeAlias, get_args

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from contracts.bounds import DAY, require_bounded_day, require_line
from contracts.spelling import name_words

MONTHS = (
    *("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre"),
    *("octobre", "novembre", "decembre", "january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
SHORTEST_MONTH = 3
"""Letters of a month that is written short."""
YES = {"oui", "yes", "o", "y", "x", "1", "vrai", "true"}
NO = {"non", "no", "n", "0", "faux", "false"}

WRITTEN_BY_YEAR = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})")
WRITTEN_BARE = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)")
WRITTEN_BY_DAY = re.compile(r"(?P<day>\d{1,2}) ?([-/.]) ?(?P<month>\d{1,2}) ?\2 ?(?P<year>\d+)")
WRITTEN_IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})(?:er|st|nd|rd|th)? (?P<month>\D+?) (?P<year>\d+)", re.IGNORECASE
)
FORMS = WRITTEN_BY_YEAR, WRITTEN_BARE, WRITTEN_BY_DAY, WRITTEN_IN_WORDS
MOMENT = re.compile(
    r"(?:(?P<day>\d{4}-\d\d?-\d\d?|.*\d{4})(?:t| (?:à )?))?"
    r"(?P<hours>\d{1,2}) ?(?::|h|heures?) ?"
    r"(?:(?P<minutes>\d\d)(?::(?P<seconds>\d\d)(?:\.0+)?| ?min)?)?"
)
MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?$")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
CURRENCY = re.compile(r"€|eur(?:os?)?", re.IGNORECASE)
APOSTROPHES = re.compile(r"(?<=\d)['\N{RIGHT SINGLE QUOTATION MARK}](?=\d)")
NUMBERS = (
    re.compile(r"(?P<whole>\d+|\d{1,3}(?: \d{3})+)(?:[.,](?P<decimals>\d+))?"),
    re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+)\.(?P<decimals>\d+)"),
    re.compile(r"(?P<whole>\d{1,3}(?:\.\d{3})+),(?P<decimals>\d+)"),
    re.compile(r"(?P<whole>\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:\.\d{3}){2,})(?P<decimals>)"),
)
"""Without separators of thousands, or with spaces; as the English write it; as the Germans do."""
AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
APART = {"Zs", "Zl", "Zp", "Cf"}
"""Spaces of any width, line breaks, and characters of no width."""
NOISE = Decimal("0.000001")
"""By how much a sum that a spreadsheet worked out may differ from a whole number of cents."""


def blank(value: object) -> object:
    """Return None for an empty cell."""
    return None if value == "" else value


def _plain(written: object) -> str:
    """Return a text with one plain space for each stretch of spaces of any width."""
    text = str(written)
    if not text.isascii():
        text = "".join(" " if unicodedata.category(sign) in APART else sign for sign in text)
    return " ".join(text.split())


def read_yes(written: object) -> bool:
    """Read yes or no, in French or in English, a cross or a figure."""
    if isinstance(written, bool):
        return written
    text = _plain(written).lower()
    if text not in YES | NO:
        raise ValueError("This is neither yes nor no. Write oui or non.")
    return text in YES


def _yes_or_unsaid(value: object) -> object:
    return False if value == "" else read_yes(value)


def _yes_or_unknown(value: object) -> object:
    return None if value in {None, ""} else read_yes(value)


NO_DAY = "This is not a day. Write it as 2024-03-01, 01/03/2024 or 1er mars 2024."


def read_day(written: object) -> date:
    """Read a day: 2024-03-01, 01/03/2024, 1.3.2024, 1er mars 2024. The day is before the month."""
    if isinstance(written, date):
        return written
    if DAY.fullmatch(str(written)):
        with suppress(ValueError):
            return date.fromisoformat(str(written))
    text = MIDNIGHT.sub("", _plain(written))
    found = next(filter(None, (form.fullmatch(text) for form in FORMS)), None)
    if found is None:
        raise ValueError(_why_no_day(text))
    if len(found["year"]) != 4:  # noqa: PLR2004  (digits)
        raise ValueError(
            "The year has no four digits: 24 may be 1924 or 2024. Write it as in 01/03/2024."
        )
    with suppress(ValueError):
        return date(int(found["year"]), _month(found["month"]), int(found["day"]))
    raise ValueError("There is no such day. The day stands before the month: 31/12/2024.")


def _why_no_day(text: str) -> str:
    if SERIAL.fullmatch(text):
        return f"The spreadsheet stored this day as a number: format the column as date. {NO_DAY}"
    if ":" in text:
        return f"A time stands next to the day: leave it out. {NO_DAY}"
    return NO_DAY


def _month(written: str) -> int:
    """Return the number of a month: in digits, or by its name or the beginning of it."""
    if written.isdecimal():
        return int(written)
    name = "".join(name_words(written))
    numbers = {at % 12 + 1 for at, month in enumerate(MONTHS) if month.startswith(name)}
    if len(name) < SHORTEST_MONTH or len(numbers) != 1:
        raise ValueError(NO_DAY)
    return numbers.pop()


class Moment(NamedTuple):
    """A time of day, and the day if it stands before it."""

    day: date | None
    clock: time


def read_moment(written: object) -> Moment:
    """Read a time of day: 9h30, 9 h 30, 09:30, 11h; with a day before it, that day as well."""
    if isinstance(written, time):
        return Moment(None, written)
    found = MOMENT.fullmatch(_plain(written).lower())
    if found is None:
        raise ValueError("This is not a time of day. Write it as 09:30 or 9h30.")
    day = read_day(found["day"]) if found["day"] else None
    hours, minutes, seconds = (int(found[part] or 0) for part in ("hours", "minutes", "seconds"))
    with suppress(ValueError):
        return Moment(day, time(hours, minutes, seconds))
    raise ValueError("There is no such time of day: hours go to 23, minutes to 59.")


def read_number(written: object) -> Decimal:
    """Read a number with spaces, commas or points, where they can mean only one thing."""
    text = APOSTROPHES.sub(" ", _plain(written)).replace("\N{MINUS SIGN}", "-")
    body = text.lstrip("+-").lstrip()
    if AMBIGUOUS.fullmatch(body):
        whole, decimals = re.split("[.,]", body)
        raise ValueError(
            f"{body} may be {whole}{decimals} or a little more than {whole}."
            f" Write it as {whole}{decimals} or with two decimals."
        )
    found = next(filter(None, (form.fullmatch(body) for form in NUMBERS)), None)
    if found is None:
        raise ValueError("This is not a number. Write it as 1234 or 1234,50.")
    whole = re.sub(r"\D", "", found["whole"])
    return Decimal(f"{'-' if text.startswith('-') else ''}{whole}.{found['decimals'] or '0'}")


def read_whole(written: object) -> int:
    """Read a whole number: 12, 12.0, 1 000."""
    if isinstance(written, int):
        return written
    number = read_number(written)
    if number != int(number):
        raise ValueError("This is not a whole number. Write it without decimals.")
    return int(number)


def read_cents(written: object) -> int:
    """Read an amount in euros: 1 234,56 €, 1.234,56, 1,234.56, 57.70; return it in cents.

    What a spreadsheet worked out (59.970000000000006) is the amount that it shows.
    """
    cents = read_number(CURRENCY.sub(" ", _plain(written))) * 100
    whole = cents.to_integral_value()
    if abs(cents - whole) > NOISE * 100:
        raise ValueError("An amount in euros has two decimals at most. Round it, then send it.")
    return int(whole)


def _day_if_any(written: object) -> date | None:
    return None if written in {None, ""} else read_day(written)


def whole_if_any(written: object) -> int | None:
    """Read a whole number; nothing for an empty cell."""
    return None if written in {None, ""} else read_whole(written)


def _within_bounds(day: date | None) -> date | None:
    return None if day is None else require_bounded_day(day)


def _line(text: str) -> str:
    require_line(text)
    return text


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Day = Annotated[date, BeforeValidator(read_day), AfterValidator(require_bounded_day)]
DayIfAny = Annotated[date | None, BeforeValidator(_day_if_any), AfterValidator(_within_bounds)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_unsaid)]
YesNoUnknown = Annotated[bool | None, BeforeValidator(_yes_or_unknown)]


NO_EMAIL = "This is not an e-mail address."
Sentence: TypeAlias = Callable[[Mapping[str, Any]], str]
SENTENCES: Mapping[str, Sentence] = {
    "missing": lambda _: "This is missing. Fill it in.",
    "string_too_short": lambda _: "This is empty. Fill it in.",
    "string_too_long": lambda limit: f"This is longer than {limit['max_length']} characters.",
    "string_pattern_mismatch": lambda _: "This holds characters that cannot stand here.",
    "enum": lambda limit: f"Write one of these: {_listed(limit['expected'])}.",
    "literal_error": lambda limit: f"Write one of these: {_listed(limit['expected'])}.",
    "greater_than": lambda limit: f"This must be more than {limit['gt']}.",
    "greater_than_equal": lambda limit: f"This must be {limit['ge']} or more.",
    "less_than": lambda limit: f"This must be less than {limit['lt']}.",
    "less_than_equal": lambda limit: f"This must be {limit['le']} or less.",
    "too_short": lambda limit: f"Give {limit['min_length']} or more.",
    "too_long": lambda limit: f"These are too many: give {limit['max_length']} at most.",
    "uuid_parsing": lambda _: "This is not the id of anybody. Copy it from a list or an export.",
    "value_error": lambda context: str(context.get("error") or f"{NO_EMAIL} {context['reason']}"),
}
"""Each kind of fault that pydantic finds in cells, in words for those who filled them in."""

KINDS = frozenset(get_args(ErrorType))


def _listed(expected: str) -> str:
    return expected.replace("'", "").replace(" or ", ", ")


def sentence_of(fault: ErrorDetails) -> str:
    """Return what is wrong with a cell in plain words; our own messages are plain."""
    if sentence := SENTENCES.get(fault["type"]):
        return sentence(fault.get("ctx", {}))
    return "This cannot be read as it is written." if fault["type"] in KINDS else fault["msg"]
