"""Normalised names, by which two applications of one person are recognised."""

from typing import TypedDict

from contracts.spelling import name_words


class NameForms(TypedDict):
    """The columns of a mentee with the normalised name.

    `given_key` is the given name, `name_key` both names whichever comes first, each in one word;
    `name_parts` are the words of both.
    """

    given_key: str
    name_key: str
    name_parts: list[str]


def forms(given_name: str, family_name: str) -> NameForms:
    """Return a name without case, accents, ligatures, hyphens and spaces."""
    given, family = name_words(given_name), name_words(family_name)
    one, other = "".join(given), "".join(family)
    return {
        "given_key": one,
        "name_key": min(one + other, other + one),
        "name_parts": sorted({*given, *family}),
    }
