from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.territories import (
    DEPARTMENTS,
    MERGED_ON,
    Region,
    UnknownDepartment,
    department_name,
    is_overseas,
    phone_region_of,
    programme_year,
    region_of,
    regions,
    zone_of,
)

BEFORE = date(2015, 12, 31)

days = st.dates(min_value=date(2005, 1, 1), max_value=date(2100, 1, 1))


def test_there_are_101_departments() -> None:
    assert len(DEPARTMENTS) == 101
    assert len(set(DEPARTMENTS.values())) == 101


@pytest.mark.parametrize(("on", "how_many"), [(BEFORE, 27), (MERGED_ON, 18)])
def test_there_were_27_regions_before_2016_and_are_18_since(on: date, how_many: int) -> None:
    assert len(regions(on)) == how_many
    assert len({region.name for region in regions(on)}) == how_many
    assert len({region.code for region in regions(on)}) == how_many


@pytest.mark.parametrize("department", DEPARTMENTS)
@settings(deadline=None, max_examples=20)
@given(on=days)
def test_every_department_has_its_region_on_every_day(department: str, on: date) -> None:
    assert region_of(department, on) in regions(on)


@pytest.mark.parametrize("on", [BEFORE, MERGED_ON])
def test_every_region_has_a_department(on: date) -> None:
    assert {region_of(department, on) for department in DEPARTMENTS} == set(regions(on))


def test_departments_of_one_region_stayed_together_in_2016() -> None:
    moves = {(region_of(one, BEFORE), region_of(one, MERGED_ON)) for one in DEPARTMENTS}

    assert len(moves) == len(regions(BEFORE))


@pytest.mark.parametrize(
    ("department", "before", "since"),
    [
        ("93", Region("11", "Île-de-France"), Region("11", "Île-de-France")),
        ("59", Region("31", "Nord-Pas-de-Calais"), Region("32", "Hauts-de-France")),
        ("80", Region("22", "Picardie"), Region("32", "Hauts-de-France")),
        ("17", Region("54", "Poitou-Charentes"), Region("75", "Nouvelle-Aquitaine")),
        ("33", Region("72", "Aquitaine"), Region("75", "Nouvelle-Aquitaine")),
        ("31", Region("73", "Midi-Pyrénées"), Region("76", "Occitanie")),
        ("34", Region("91", "Languedoc-Roussillon"), Region("76", "Occitanie")),
        ("69", Region("82", "Rhône-Alpes"), Region("84", "Auvergne-Rhône-Alpes")),
        ("76", Region("23", "Haute-Normandie"), Region("28", "Normandie")),
        ("67", Region("42", "Alsace"), Region("44", "Grand Est")),
        ("45", Region("24", "Centre"), Region("24", "Centre-Val de Loire")),
        ("53", Region("52", "Pays de la Loire"), Region("52", "Pays de la Loire")),
        ("2A", Region("94", "Corse"), Region("94", "Corse")),
        ("976", Region("06", "Mayotte"), Region("06", "Mayotte")),
    ],
)
def test_a_department_is_in_the_region_of_the_date(
    department: str, before: Region, since: Region
) -> None:
    assert region_of(department, BEFORE) == before
    assert region_of(department, MERGED_ON) == since


@pytest.mark.parametrize("on", [BEFORE, MERGED_ON])
def test_overseas_departments_are_regions_by_themselves_and_no_other_is(on: date) -> None:
    overseas = {department for department in DEPARTMENTS if is_overseas(department)}
    alone = [region_of(department, on) for department in overseas]

    assert overseas == {"971", "972", "973", "974", "976"}
    assert Counter(region_of(d, on) for d in DEPARTMENTS if region_of(d, on) in alone) == Counter(
        alone
    )


@pytest.mark.parametrize(
    ("department", "zone", "phones"),
    [
        ("971", "America/Guadeloupe", "GP"),
        ("972", "America/Martinique", "MQ"),
        ("973", "America/Cayenne", "GF"),
        ("974", "Indian/Reunion", "RE"),
        ("976", "Indian/Mayotte", "YT"),
        ("2B", "Europe/Paris", "FR"),
        ("75", "Europe/Paris", "FR"),
    ],
)
def test_overseas_has_its_own_clocks_and_phone_numbers(
    department: str, zone: str, phones: str
) -> None:
    assert zone_of(department).key == zone
    assert phone_region_of(department) == phones


@pytest.mark.parametrize(
    ("code", "name"), [("13", "Bouches-du-Rhône"), ("95", "Val-d'Oise"), ("974", "La Réunion")]
)
def test_departments_are_named_in_french(code: str, name: str) -> None:
    assert department_name(code) == name


@pytest.mark.parametrize("code", ["", "1", "00", "20", "96", "2a", "975", "Paris"])
def test_an_unknown_department_is_told_what_codes_look_like(code: str) -> None:
    for asked in (
        department_name,
        is_overseas,
        zone_of,
        phone_region_of,
        lambda c: region_of(c, BEFORE),
    ):
        with pytest.raises(UnknownDepartment, match="two digits, such as 01 or 93"):
            asked(code)


@pytest.mark.parametrize(
    ("on", "year"),
    [
        (date(2013, 8, 31), "2012-2013"),
        (date(2013, 9, 1), "2013-2014"),
        (date(2014, 1, 6), "2013-2014"),
        (date(2014, 8, 31), "2013-2014"),
        (date(2014, 9, 1), "2014-2015"),
    ],
)
def test_a_programme_year_goes_from_1_september_to_31_august(on: date, year: str) -> None:
    assert programme_year(on) == year


@settings(deadline=None)
@given(days, st.integers(1, 12))
def test_a_programme_year_changes_on_the_first_of_its_month_only(on: date, month: int) -> None:
    changes = programme_year(on, month) != programme_year(on - timedelta(days=1), month)

    assert changes == (on.day == 1 and on.month == month)


def test_a_programme_year_that_starts_in_january_is_that_year() -> None:
    assert programme_year(date(2014, 12, 31), starts_month=1) == "2014"


@pytest.mark.parametrize("month", [0, 13])
def test_a_programme_year_starts_in_a_month(month: int) -> None:
    with pytest.raises(ValueError, match="a month from 1 to 12"):
        programme_year(BEFORE, starts_month=month)
