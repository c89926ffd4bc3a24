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

SIREN_DIGITS, SIRET_DIGITS, POSTAL_CODE_DIGITS = 9, 14, 5
MOST_LOST_ZEROS = 2
"""More are not lost but missing."""
SHORTENED = re.compile(r"[0-9]+(?:[.,][0-9]+)?e[+]?[0-9]+", re.IGNORECASE)
"""What a spreadsheet makes of a number that is wider than its column."""
LOST_ZERO, LOST_PLUS = (
    re.compile(r"[1-9][0-9]{8}"),
    re.compile(r"(?:33|262|590|594|596)[1-9][0-9]{8}"),
)


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


def siren_number(written: object) -> str:
    """Return a SIREN, bare, with the zeros in front that a spreadsheet took away.

    Raises `ValueError` for what a spreadsheet changed so that it cannot be restored.
    """
    return _restored(written, SIREN_DIGITS)


def siret_number(written: object) -> str:
    """Return a SIRET as `siren_number` does a SIREN."""
    return _restored(written, SIRET_DIGITS)


def _restored(written: object, length: int) -> str:
    text = "" if written is None else str(written).strip()
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
    """Return whether the last digit fits the others (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def postal_code(written: object) -> str:
    """Return a postal code without spaces, with the zero that a spreadsheet took away."""
    code = register_number(str(written).strip().removesuffix(".0"))
    return f"0{code}" if code.isdecimal() and len(code) == POSTAL_CODE_DIGITS - 1 else code


def french_phone_number(written: object) -> object:
    """Return a phone number as `phone_number` does, with the 0 or + that a spreadsheet took away.

    Raises `ValueError` for what a spreadsheet shortened.
    """
    text = phone_number(written)
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
