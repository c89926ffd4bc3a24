"""Names and numbers have one form, however they were written."""

import pytest

from contracts.spelling import name_words, phone_number, register_number

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
