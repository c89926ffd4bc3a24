"""Departments weighted by how many mentees apply there, and how many mentors enrol."""

from collections.abc import Callable
from datetime import date
from functools import cache

from demo.history.generate.seeded_random import Weighted
from demo.history.territories import OPENINGS, in_ile_de_france, opened_on, places

MENTEES_NEAR = {"93": 300, "95": 140, "91": 120}
MENTORS_NEAR = {"75": 240, "92": 300, "93": 110, "78": 110}


def _mentees(department: str) -> int:
    return MENTEES_NEAR.get(department, 100) if in_ile_de_france(department) else 44


def _mentors(department: str) -> int:
    return MENTORS_NEAR.get(department, 70) if in_ile_de_france(department) else 27


def mentees_on(day: date) -> Weighted[str]:
    """Return the departments that are open on `day`, weighted by applications."""
    return _weights(day.replace(day=1), _open_on(day), _mentees)


def mentors_on(day: date) -> Weighted[str]:
    """Return the departments that are open on `day`, weighted by enrolments of mentors."""
    return _weights(day.replace(day=1), _open_on(day), _mentors)


@cache
def _weights(
    month: date, departments: tuple[str, ...], near: Callable[[str], int]
) -> Weighted[str]:
    """Return weights: population by nearness to the programme, and by months open up to 36."""

    def weight(department: str) -> int:
        months = max(0, (month - opened_on()[department]).days) // 30
        ripe = 300 + 700 * min(months, 36) // 36
        return places()[department].population // 100 * near(department) * ripe // 1000

    return Weighted({department: weight(department) for department in departments})


def _open_on(day: date) -> tuple[str, ...]:
    return _open_since(max(opening for opening in OPENINGS if opening <= day))


@cache
def _open_since(opening: date) -> tuple[str, ...]:
    return tuple(code for code, opened_on_ in opened_on().items() if opened_on_ <= opening)
