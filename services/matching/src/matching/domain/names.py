"""Normal forms of names, by which two applications of one person are recognised."""

import re
import unicodedata
from typing import TypedDict

LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that Unicode does not decompose, as they are written without a special keyboard."""
INVISIBLE = {"Mn", "Cc", "Cf"}
"""Accents once they are apart, control characters, and those of no width."""
WORD = re.compile(r"[^\W_]+")


class NameForms(TypedDict):
    """The columns of a mentee that hold the normal forms of the name.

    `given_key` is the given name, `name_key` both names whichever comes first, each in one word;
    `name_parts` are the words of both.
    """

    given_key: str
    name_key: str
    name_parts: list[str]


def forms(given_name: str, family_name: str) -> NameForms:
    """Return the normal forms of a name: without case, accents, ligatures, hyphens and spaces."""
    given, family = _words(given_name), _words(family_name)
    one, other = "".join(given), "".join(family)
    return {
        "given_key": one,
        "name_key": min(one + other, other + one),
        "name_parts": sorted({*given, *family}),
    }


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", folded)
    visible = "".join(sign for sign in plain if unicodedata.category(sign) not in INVISIBLE)
    return WORD.findall(visible) or [name]
