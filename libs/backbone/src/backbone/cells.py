"""What stands in the cells of files, and how it may be written."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from contracts.bounds import require_bounded_day, require_line


def blank(value: object) -> object:
    """Nothing, for an empty cell."""
    return None if value == "" else value


def _yes(value: object) -> object:
    return {"oui": True, "non": False, "yes": True, "no": False}.get(
        str(value).strip().lower(), value
    )


def _yes_or_unsaid(value: object) -> object:
    return False if value == "" else _yes(value)


def _yes_or_unknown(value: object) -> object:
    return None if value == "" else _yes(value)


def _day(written: object) -> date:
    """A day as it is written in files: 1990-05-04, or 04/05/1990 as the French do."""
    text = str(written).strip()
    with suppress(ValueError):
        return date.fromisoformat(text)
    with suppress(ValueError):
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007  (a day)
    raise ValueError("This is no day. Write it as 1990-05-04 or 04/05/1990.")


def _day_if_any(written: object) -> date | None:
    return None if written in {None, ""} else _day(written)


def _within_bounds(day: date | None) -> date | None:
    return None if day is None else require_bounded_day(day)


def _line(text: str) -> str:
    require_line(text)
    return text


Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_line)]
Day = Annotated[date, BeforeValidator(_day), AfterValidator(require_bounded_day)]
DayIfAny = Annotated[date | None, BeforeValidator(_day_if_any), AfterValidator(_within_bounds)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_unsaid)]
YesNoUnknown = Annotated[bool | None, BeforeValidator(_yes_or_unknown)]
