"""Canonical forms of names and register numbers, the same in all services."""

import re
import unicodedata

LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
    | {"\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
"""Letters that Unicode does not decompose, by their usual spelling in ASCII."""
INVISIBLE = {"Mn", "Cc", "Cf"}
"""Decomposed accents, control characters, and characters without width."""
WORD = re.compile(r"[^\W_]+")
SEPARATORS = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
"""Spaces of any width, line breaks, characters without width, and dashes."""

SIREN_DIGITS, SIRET_DIGITS, POSTAL_CODE_DIGITS = 9, 14, 5
MOST_LOST_ZEROS = 2
"""With more zeros missing, the number is incomplete rather than changed by a spreadsheet."""
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?e[+]?[0-9]+", re.IGNORECASE)
"""The form that a spreadsheet gives to a number wider than its column, such as 7.32829E+08."""
LOST_ZERO, LOST_PLUS = (
    re.compile(r"[1-9][0-9]{8}"),
    re.compile(r"(?:33|262|590|594|596)[1-9][0-9]{8}"),
)


def name_words(name: str) -> list[str]:
    """Return the words of a name without case, accents, ligatures, hyphens and apostrophes."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)
    plain = unicodedata.normalize("NFKD", folded)
    visible = "".join(
        character for character in plain if unicodedata.category(character) not in INVISIBLE
    )
    return WORD.findall(visible) or [name]


def register_number(value: object) -> str:
    """Return a SIREN or SIRET without spaces, dots and dashes."""
    characters = (
        character for character in str(value) if unicodedata.category(character) not in SEPARATORS
    )
    return "".join(characters).replace(".", "")


def siren_number(value: object) -> str:
    """Return a SIREN without separators, with leading zeros that a spreadsheet removed.

    Raise `ValueError` if a spreadsheet changed it so that it cannot be restored.
    """
    return _restored(value, SIREN_DIGITS)


def siret_number(value: object) -> str:
    """Return a SIRET as `siren_number` does a SIREN."""
    return _restored(value, SIRET_DIGITS)


def _restored(value: object, length: int) -> str:
    text = "" if value is None else str(value).strip()
    if SHORTENED.fullmatch(text):
        raise ValueError(
            f"The spreadsheet shortened this number to {text}. Format the column as text, and "
            f"write all {length} digits."
        )
    number = register_number(text.removesuffix(".0"))
    lost = length - len(number)
    if not number.isdecimal() or not 0 < lost <= MOST_LOST_ZEROS:
        return number
    if not _is_checked(number.zfill(length)):
        raise ValueError(
            f"{number} has {len(number)} digits in place of {length}. If zeros in front are lost,"
            " as spreadsheets do, write them; the last digit must fit the others."
        )
    return number.zfill(length)


def _is_checked(number: str) -> bool:
    """Return whether the last digit is the check digit of the others (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def postal_code(value: object) -> str:
    """Return a postal code without spaces, with the leading zero that a spreadsheet removed."""
    code = register_number(str(value).strip().removesuffix(".0"))
    return f"0{code}" if code.isdecimal() and len(code) == POSTAL_CODE_DIGITS - 1 else code


def french_phone_number(value: object) -> object:
    """Return a phone number as `phone_number` does, with the 0 or + that a spreadsheet removed.

    Raise `ValueError` if a spreadsheet shortened it.
    """
    text = phone_number(value)
    if not isinstance(text, str):
        return text
    text = text.removesuffix(".0")
    if SHORTENED.fullmatch(text):
        raise ValueError(
            f"The spreadsheet shortened this number to {text}. Format the column as text."
        )
    if LOST_ZERO.fullmatch(text):
        return f"0{text}"
    return f"+{text}" if LOST_PLUS.fullmatch(text) else text


def phone_number(value: object) -> object:
    """Return a phone number with plain spaces and hyphens."""
    if not isinstance(value, str):
        return value
    return " ".join("".join(map(_plain_character, value)).split())


def _plain_character(character: str) -> str:
    kind = unicodedata.category(character)
    if character == "/" or kind in {"Zs", "Zl", "Zp"}:
        return " "
    if kind == "Pd":
        return "-"
    return "" if kind == "Cf" else character
