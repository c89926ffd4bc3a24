"""Names and numbers have one form, however they were written."""

import pytest

from contracts.spelling import (
    french_phone_number,
    name_words,
    phone_number,
    postal_code,
    register_number,
    siren_number,
    siret_number,
)

NBSP, NARROW, DASH = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Lœuillet", ["loeuillet"]),
        ("ÆGIDIUS", ["aegidius"]),
        ("\N{LATIN SMALL LETTER AE WITH ACUTE}", ["ae"]),
        ("Jean-Pierre", ["jean", "pierre"]),
        (f"Jean{DASH}Pierre", ["jean", "pierre"]),
        ("d\N{RIGHT SINGLE QUOTATION MARK}Almeida", ["d", "almeida"]),
        ("Ami\u200bna\u00ad", ["amina"]),
        ("I\u0307lkay", ["ilkay"]),
        ("\u041e\u043b\u044c\u0433\u0430", ["\u043e\u043b\u044c\u0433\u0430"]),
        ("\u2026", ["\u2026"]),
    ],
)
def test_the_words_of_a_name_are_compared_without_their_spelling(
    name: str, words: list[str]
) -> None:
    assert name_words(name) == words


@pytest.mark.parametrize("gap", ["", " ", NBSP, NARROW, ".", "-", DASH, "\u200b", "\t"])
def test_a_register_number_is_bare(gap: str) -> None:
    assert register_number(gap.join(["552", "141", "533"])) == "552141533"


def test_a_phone_number_has_plain_spaces() -> None:
    assert phone_number(f"{NBSP}01/39{NARROW}98{DASH}12\u200b 34 ") == "01 39 98-12 34"
    assert phone_number(None) is None


@pytest.mark.parametrize(
    ("written", "siren"),
    [
        ("055201354", "055201354"),
        ("55201354", "055201354"),
        ("55201354.0", "055201354"),
        (f"55{NBSP}201{NARROW}354", "055201354"),
        ("552 141 533", "552141533"),
        ("5521", "5521"),
        ("nobody", "nobody"),
    ],
)
def test_the_zeros_that_a_spreadsheet_takes_from_a_siren_are_restored(
    written: str, siren: str
) -> None:
    assert siren_number(written) == siren


def test_a_siret_gets_its_zeros_back() -> None:
    assert siret_number("5520135400010") == "05520135400010"


def test_a_number_that_is_short_of_digits_is_blamed_on_lost_zeros() -> None:
    with pytest.raises(
        ValueError, match=r"55201355 has 8 digits in place of 9\. If zeros in front"
    ):
        siren_number("55201355")


@pytest.mark.parametrize("written", ["5,52E+08", "5.52e+08", "552E+06"])
def test_a_number_that_a_spreadsheet_shortened_is_refused(written: str) -> None:
    for read in (siren_number, siret_number, french_phone_number):
        with pytest.raises(ValueError, match="The spreadsheet shortened this number"):
            read(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [("1000", "01000"), ("75 013", "75013"), (f"75{NBSP}013", "75013"), ("1000.0", "01000")],
)
def test_a_postal_code_gets_its_zero_back(written: str, code: str) -> None:
    assert postal_code(written) == code


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("612345678", "0612345678"),
        ("33612345678", "+33612345678"),
        ("262692123456", "+262692123456"),
        ("06.12.34.56.78", "06.12.34.56.78"),
        (f"06{NBSP}12{NARROW}34 56 78", "06 12 34 56 78"),
        ("+33 (0)6 12 34 56 78", "+33 (0)6 12 34 56 78"),
    ],
)
def test_a_phone_number_gets_back_what_a_spreadsheet_took(written: str, number: str) -> None:
    assert french_phone_number(written) == number
