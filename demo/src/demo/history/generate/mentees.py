"""Mentees' rows: department, age, degree, priority neighbourhood, language.

Most are 22 to 27 with Bac+5. Whether they live in a priority neighbourhood is often not known in
the first years, and nearly always in the last.
"""

from datetime import date

from demo.history import territories
from demo.history.csv_rows import Mentee
from demo.history.days import after
from demo.history.generate import department_weights, people
from demo.history.generate.applications import Applicant, Application, applications
from demo.history.generate.seeded_random import Chance, Weighted

AGES = Weighted({21: 3, 22: 9, 23: 18, 24: 21, 25: 18, 26: 13, 27: 9, 28: 6, 29: 3})
TOO_OLD = Weighted({30: 50, 31: 20, 32: 12, 34: 10, 37: 8})
OLD_RATHER_THAN_LOW = 450
"""Per mille of the refused who are too old; the others' degree is too low."""
DEGREES = Weighted({3: 30, 4: 22, 5: 45, 6: 1, 8: 2})
DEGREES_IN_ILE_DE_FRANCE = Weighted({4: 25, 5: 70, 6: 2, 8: 3})
TOO_LOW = Weighted({0: 5, 1: 15, 2: 80})
TOO_LOW_IN_ILE_DE_FRANCE = Weighted({2: 25, 3: 75})

UNKNOWN = {2006: 620, 2007: 600, 2008: 560, 2009: 480, 2010: 380} | {
    2011: 300, 2012: 230, 2013: 150, 2014: 80, 2015: 50
}  # fmt: skip
"""Per mille of applicants of a year whose priority neighbourhood is unknown."""
IN_PRIORITY = {"93": 560, "95": 390, "13": 420, "59": 390, "974": 430}
IN_PRIORITY_ELSEWHERE = 320
"""Per mille of known neighbourhoods that are priority ones."""

REMOTE, REMOTE_IN_ILE_DE_FRANCE, REMOTE_OVERSEAS = 350, 150, 920


def applicants(scale: float) -> list[Applicant]:
    """Return all applicants until the end of the history, by day, with their proposals."""
    chance = Chance("mentees")
    return [
        Applicant(_row(chance, number, application), application.proposals)
        for number, application in enumerate(applications(scale), 1)
    ]


def _row(chance: Chance, number: int, application: Application) -> Mentee:
    applied_on = application.applied_on
    department = chance.of(department_weights.mentees_on(applied_on))
    too_old = application.refused and chance.happens(OLD_RATHER_THAN_LOW)
    too_low = application.refused and not too_old
    return Mentee(
        f"F{number:05}",
        *people.person(chance, people.MENTEES, 105_003 + number),
        department,
        _remote(chance, department),
        _birth_date(chance, applied_on, chance.of(TOO_OLD if too_old else AGES)),
        _degree_level(chance, department, too_low=too_low),
        _neighbourhood(chance, department, applied_on),
        applied_on,
    )


def _birth_date(chance: Chance, on: date, age: int) -> date:
    """Return a birth date of someone aged `age` in full years on `on`, in spite of leap years."""
    return after(on, -(age * 1461 // 4 + 2 + chance.below(361)))


def _degree_level(chance: Chance, department: str, *, too_low: bool) -> int:
    if territories.in_ile_de_france(department):
        return chance.of(TOO_LOW_IN_ILE_DE_FRANCE if too_low else DEGREES_IN_ILE_DE_FRANCE)
    return chance.of(TOO_LOW if too_low else DEGREES)


def _neighbourhood(chance: Chance, department: str, applied_on: date) -> str:
    if chance.happens(UNKNOWN[applied_on.year]):
        return "unknown"
    inside = chance.happens(IN_PRIORITY.get(department, IN_PRIORITY_ELSEWHERE))
    return "in" if inside else "out"


def _remote(chance: Chance, department: str) -> bool:
    if department in territories.OVERSEAS:
        return chance.happens(REMOTE_OVERSEAS)
    near = territories.in_ile_de_france(department)
    return chance.happens(REMOTE_IN_ILE_DE_FRANCE if near else REMOTE)
