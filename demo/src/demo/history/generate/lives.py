"""Lives of pairs: first interviews, durations, ends, and declined proposals.

A pair ends when the mentee finds work, when its time is over, when one of the two withdraws, or
when it has fallen silent.
"""

from dataclasses import dataclass
from datetime import date

from demo.history.csv_rows import Mentor, Pairing
from demo.history.days import ENDS_ON, after, working_day_from
from demo.history.generate.applications import Applicant
from demo.history.generate.seeded_random import Chance, Spread, Weighted

ENDS = Weighted({"completed": 68, "withdrawn": 12, "lapsed": 20})
"""Ends of pairs whose mentee finds no work before."""
LASTS = {
    "completed": Spread((0, 120), (25, 165), (50, 200), (75, 270), (100, 420)),
    "withdrawn": Spread((0, 10), (50, 60), (90, 130), (100, 200)),
    "lapsed": Spread((0, 80), (50, 140), (90, 230), (100, 320)),
}
"""Days."""
AFTER_SUCCESS = Spread((0, 0), (50, 7), (90, 25), (100, 45))
"""Days from the mentee's finding work to the end of the pair."""

MEETS = 940
MEETS_AFTER = Spread((0, 1), (25, 4), (50, 7), (90, 20), (100, 45))
MINUTES = Weighted({60: 56, 45: 14, 75: 9, 90: 13, 30: 8})
MINUTES_UNKNOWN = {2006: 400, 2007: 350, 2008: 250, 2009: 150}

DECLINED_BY = Weighted({"mentee": 45, "mentor": 55})
REASONS = {
    "mentee": Weighted(
        {"wishes_differ": 46, "too_far": 26, "unavailable": 16, "knows_the_other": 3, "other": 9}
    ),
    "mentor": Weighted(
        {"unavailable": 58, "wishes_differ": 22, "too_far": 8, "knows_the_other": 2, "other": 10}
    ),
}


@dataclass(frozen=True, slots=True)
class Life:
    """A pair: its row as of the end of the history, and its planned course."""

    row: Pairing
    remote: bool
    begins_on: date
    ends_on: date
    reason: str


def decline(chance: Chance, row: Pairing, on: date | None) -> None:
    """Decline the proposal `row` on `on`, unless the history ends before."""
    by = chance.of(DECLINED_BY)
    reason = chance.of(REASONS[by])
    if on and on <= ENDS_ON:
        row.declined_on, row.declined_by, row.decline_reason = on, by, reason


def begin(
    chance: Chance, row: Pairing, applicant: Applicant, mentor: Mentor, begins_on: date
) -> Life:
    """Return a pair that begins; its row leaves out what is after the history's end."""
    ends_on, reason = _end(chance, begins_on, applicant.finds_on)
    met_on, minutes = _meeting(chance, begins_on)
    if begins_on <= ENDS_ON:
        row.accepted_on = begins_on
    if met_on and met_on <= min(ends_on, ENDS_ON):
        row.first_interview_on, row.first_interview_minutes = met_on, minutes
    if ends_on <= ENDS_ON:
        row.ended_on, row.end_reason = ends_on, reason
    remote = mentor.department != applicant.row.department and applicant.row.remote
    return Life(row, remote, begins_on, ends_on, reason)


def _end(chance: Chance, begins_on: date, finds_on: date | None) -> tuple[date, str]:
    """Return the end and its reason; fitting work ends a pair soon, unless it has fallen silent."""
    reason = chance.of(ENDS)
    ends_on = working_day_from(after(begins_on, chance.along(LASTS[reason])))
    if reason == "lapsed" or finds_on is None or not begins_on <= finds_on <= ends_on:
        return ends_on, reason
    return working_day_from(after(finds_on, chance.along(AFTER_SUCCESS))), "early_success"


def _meeting(chance: Chance, begins_on: date) -> tuple[date | None, int | None]:
    """Return day and minutes of the first interview, if it is held; minutes may be unknown."""
    if not chance.happens(MEETS):
        return None, None
    met_on = working_day_from(after(begins_on, chance.along(MEETS_AFTER)))
    minutes = chance.of(MINUTES)
    unknown = chance.happens(MINUTES_UNKNOWN.get(met_on.year, 30))
    return met_on, None if unknown else minutes
