"""Times of day in the cells of files."""

from datetime import date, datetime, time

from pydantic import BeforeValidator, ValidationInfo

from backbone.files.fields import read_moment
from contracts.territories import zone_of


def time_of_day(default: time) -> BeforeValidator:
    """Read a time of day; a date before it must equal `held_on`."""

    def clock(written: object, info: ValidationInfo) -> time:
        if written == "":
            return default
        day, found = read_moment(written)
        if day not in {None, info.data.get("held_on")}:
            raise ValueError("The day here is not the one in held_on. Write the time alone.")
        return found

    return BeforeValidator(clock)


def moment_at(day: date, clock: time, department: str) -> datetime:
    return datetime.combine(day, clock, zone_of(department))
