"""Names and register numbers as people write them, brought into one form in all services."""

import re
import unicodedata

LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that Unicode does not decompose, as they are written without a special keyboard."""
INVISIBLE = {"Mn", "Cc", "Cf"}
"""Accents once they are apart, control characters, and those of no width."""
WORD = re.compile(r"[^\W_]+")
SEPARATORS = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
"""Spaces of any width, line breaks, characters of no width, and dashes."""


def name_words(name: str) -> list[str]:
    """Return the words of a name without case, accents, ligatures, hyphens and apostrophes."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", folded)
    visible = "".join(sign for sign in plain if unicodedata.category(sign) not in INVISIBLE)
    return WORD.findall(visible) or [name]


def register_number(written: object) -> str:
    """Return a SIREN or SIRET without the spaces, dots and dashes it was written with."""
    signs = (sign for sign in str(written) if unicodedata.category(sign) not in SEPARATORS)
    return "".join(signs).replace(".", "")


def phone_number(written: object) -> object:
    """Return a phone number with plain spaces and hyphens, as a keyboard has them."""
    if not isinstance(written, str):
        return written
    return " ".join("".join(map(_plain_sign, written)).split())


def _plain_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign == "/" or kind in {"Zs", "Zl", "Zp"}:
        return " "
    if kind == "Pd":
        return "-"
    return "" if kind == "Cf" else sign
