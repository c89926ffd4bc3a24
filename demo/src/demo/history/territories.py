"""Departments and regions: when they opened, their populations and communes.

Departments open on the days of the programme's timeline; where that gives a year only, on a
plausible day of it. A region is open once all its departments are.
"""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from demo.history.csv_rows import Department

MERGED_ON = date(2016, 1, 1)

OPENINGS = {
    date(2006, 2, 1): "93",
    date(2007, 3, 5): "95 91",
    date(2007, 10, 1): "75 77 78 92 94",
    date(2010, 3, 1): "69",
    date(2010, 4, 6): "31",
    date(2010, 9, 6): "01 07 26 38 42 73 74",
    date(2010, 10, 4): "09 12 32 46 65 81 82",
    date(2011, 2, 7): "33",
    date(2011, 9, 5): "24 40 47 64",
    date(2012, 2, 6): "59",
    date(2012, 3, 5): "13",
    date(2012, 9, 3): "62",
    date(2012, 10, 1): "04 05 06 83 84",
    date(2013, 2, 4): "971 972",
    date(2013, 3, 4): "02 60 80",
    date(2013, 9, 2): "974",
    date(2014, 1, 2): "11 30 34 48 66",
    date(2014, 3, 3): "27 76",
    date(2014, 9, 1): "16 17 79 86",
    date(2014, 10, 6): "53",
    date(2015, 2, 2): "18 28 36 37 41 45",
    date(2015, 3, 2): "67 68",
    date(2015, 4, 7): "72",
}
"""Languedoc-Roussillon opens in 2014 by the timeline and is listed on 6 January: on 2 January."""

OVERSEAS = {"971", "972", "973", "974", "976"}
ILE_DE_FRANCE = "Île-de-France"


class Place(NamedTuple):
    """A department, and its region until 2015 and since 2016."""

    department: str
    name: str
    region_2015: str
    region_2016: str
    population: int


def opened() -> list[Department]:
    return [
        Department(department, opened_on)
        for opened_on, departments in OPENINGS.items()
        for department in departments.split()
    ]


@cache
def opened_on() -> dict[str, date]:
    return {row.department: row.opened_on for row in opened()}


@cache
def places() -> dict[str, Place]:
    return {
        code: Place(code, name, region_2015, region_2016, int(population))
        for code, name, region_2015, region_2016, population in _read("departments.csv")
    }


@cache
def communes() -> dict[str, list[str]]:
    """Return the communes of 5,000 inhabitants or more by department, the largest first."""
    found: dict[str, list[str]] = {}
    for department, commune, _ in _read("communes.csv"):
        found.setdefault(department, []).append(commune)
    return found


def region_of(department: str, on: date) -> str:
    """Return a department's region on `on`: one of 27 before 2016, of 18 since."""
    place = places()[department]
    return place.region_2015 if on < MERGED_ON else place.region_2016


def in_ile_de_france(department: str) -> bool:
    return places()[department].region_2015 == ILE_DE_FRANCE


def _read(name: str) -> list[list[str]]:
    """Return the rows of a data file without its header."""
    text = files("demo.history").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.reader(text.splitlines()))[1:]
