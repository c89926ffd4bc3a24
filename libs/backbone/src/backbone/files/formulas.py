"""Texts in CSV that no spreadsheet runs as a formula, and those texts as they were before.

A cell that begins with one of `SIGNS` is a formula to a spreadsheet; so is what follows a separator
or a line break inside a cell, where the file is opened with another separator than it has. An
apostrophe in front keeps it a text. Where there are apostrophes already, there is one more: each
text is read back as it was.
"""

import re
from typing import Final

SIGNS: Final = "=+@\t\r\uff1d\uff0b\uff0d\uff20-"
"""Before the hyphen stand the full-width =, +, - and @."""
BEGINNING: Final = "(^|[;,\t\r\n])"
FORMULA: Final = f"[\"']*[{SIGNS}]"
UNSAFE: Final = re.compile(f"{BEGINNING}(?={FORMULA})")
ESCAPED: Final = re.compile(f"{BEGINNING}'(?={FORMULA})")


def escape_formula(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return UNSAFE.sub(r"\1'", text)


def unescape_formula(text: str) -> str:
    """Return a text as it was before `escape_formula`."""
    return ESCAPED.sub(r"\1", text)


def escape_formula_sql(column: str) -> str:
    """Return SQL for a column as `escape_formula` has it, where PostgreSQL writes the lines."""
    text = f"CAST({column} AS text)"
    formula = FORMULA.replace("'", "''")
    replaced = f"regexp_replace({text}, '{BEGINNING}(?={formula})', E'\\\\1''', 'g')"
    return f"CASE WHEN {text} ~ '{BEGINNING}{formula}' THEN {replaced} ELSE {text} END"
