"""Numbers, names and days."""

from datetime import timedelta

import pytest

from contracts.local_time import today_in
from partners.domain.dates import DateInFuture, require_past
from partners.domain.identifiers import (
    DepartmentUnknown,
    SirenMissing,
    SirenWrong,
    SiretOfAnother,
    SiretWrong,
    check_department,
    normalise_name,
    parse_siren_siret,
)


def test_a_siren_is_kept_without_its_spaces() -> None:
    assert parse_siren_siret("732 829 320", None) == ("732829320", None)


def test_a_siret_alone_tells_the_siren() -> None:
    assert parse_siren_siret(None, "732 829 320 00074") == ("732829320", "73282932000074")


def test_a_siret_of_its_own_siren_is_taken() -> None:
    assert parse_siren_siret("732829320", "73282932000074") == ("732829320", "73282932000074")


def test_the_post_office_numbers_its_establishments_in_its_own_way() -> None:
    assert parse_siren_siret(None, "35600000049837") == ("356000000", "35600000049837")


def test_an_organisation_without_number_is_not_known() -> None:
    with pytest.raises(SirenMissing, match="Give the organisation's SIREN"):
        parse_siren_siret(None, None)


@pytest.mark.parametrize("wrong", ["732829321", "73282932", "7328293200", "ABCDEFGHI", ""])
def test_a_siren_whose_digits_do_not_check_is_wrong(wrong: str) -> None:
    with pytest.raises(SirenWrong, match="9 digits"):
        parse_siren_siret(wrong, None)


@pytest.mark.parametrize("wrong", ["73282932000075", "732829320", "7328293200007A"])
def test_a_siret_whose_digits_do_not_check_is_wrong(wrong: str) -> None:
    with pytest.raises(SiretWrong, match="14 digits"):
        parse_siren_siret(None, wrong)


def test_a_siret_belongs_to_its_siren() -> None:
    with pytest.raises(SiretOfAnother, match="belongs to SIREN 732829320, not to 552 141 533"):
        parse_siren_siret("552 141 533", "73282932000074")


def test_a_department_is_one_of_101() -> None:
    check_department("2A")
    check_department("974")
    with pytest.raises(DepartmentUnknown, match="'20' is no department"):
        check_department("20")


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Immobilière 3F", "immobiliere 3f"),
        ("Œuvre de l\N{RIGHT SINGLE QUOTATION MARK}Été", "oeuvre de l'ete"),
        ("SA Atlantic AMÉNAGEMENT", "sa atlantic amenagement"),
    ],
)
def test_a_name_is_found_whatever_its_case_and_accents(name: str, folded: str) -> None:
    assert normalise_name(name) == folded


def test_what_is_still_to_come_in_every_territory_has_not_happened() -> None:
    tomorrow = today_in("974") + timedelta(days=1)
    require_past(today_in("974"), ["971", "974"])
    with pytest.raises(DateInFuture, match="in the future"):
        require_past(tomorrow, ["971", "974"])
