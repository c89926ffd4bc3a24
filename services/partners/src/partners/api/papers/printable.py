"""Text in the typesetter's own fonts, which cover Latin, Greek, Cyrillic and Arabic.

These are Libertinus Serif and DejaVu Sans Mono, both free, which come inside the package `typst`.
"""

import re
from typing import Any
from unicodedata import normalize

from anyascii import anyascii

NOT_COVERED = re.compile(
    "[^"
    "\\u0000-\\u034e\\u0350-\\u0377\\u037a-\\u037f\\u0384-\\u04ff"  # Latin, Greek, Cyrillic
    "\\u0621-\\u063a\\u0640-\\u0655\\u0660-\\u0669"  # Arabic, then the letters of Persian
    "\\u067e\\u0686\\u0698\\u06a9\\u06af\\u06cc\\u06f0-\\u06f9"
    "\\u1e00-\\u1fff\\u2000-\\u2040\\u20a0-\\u20bf\\u2116\\u2122"  # accents, signs
    "]"
)
LONG_WORD = re.compile(r"\S{26,}")
ONCE_IN_A_WHILE = re.compile(r"\S{5}(?=\S{5})")
MAY_BREAK = "\N{ZERO WIDTH SPACE}"


def printable(data: Any) -> Any:  # noqa: ANN401  (whatever JSON holds)
    """Transliterate characters that no font covers, in all texts of `data`; let long words wrap."""
    if isinstance(data, str):
        return LONG_WORD.sub(_wrapping, NOT_COVERED.sub(_in_latin, normalize("NFC", data)))
    if isinstance(data, dict):
        return {name: printable(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [printable(value) for value in data]
    return data


def _in_latin(character: re.Match[str]) -> str:
    return anyascii(character[0]) or "?"


def _wrapping(word: re.Match[str]) -> str:
    return ONCE_IN_A_WHILE.sub(rf"\g<0>{MAY_BREAK}", word[0])
