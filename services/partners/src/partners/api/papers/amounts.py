"""Amounts in French words."""

from num2words import num2words


def in_words(cents: int) -> str:
    """Spell out an amount, without cents when there are none: un million d'euros."""
    euros, rest = divmod(cents, 100)
    parts = [_counted(euros, "euro")] if euros or not rest else []
    return " et ".join([*parts, _counted(rest, "centime")] if rest else parts)


def _counted(number: int, unit: str) -> str:
    """Spell out a number with its unit; after a round million the unit takes « de »."""
    words = num2words(number, lang="fr")
    units = f"{unit}s" if number > 1 else unit
    of = "d'" if number and number % 1_000_000 == 0 else ""
    return f"{words} {of}{units}"
