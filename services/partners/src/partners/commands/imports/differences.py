"""Differences between an imported row and what is stored: changes, or conflicts to report."""

from collections.abc import Mapping
from typing import Any

from backbone.errors import Refused
from backbone.imports.registry import ImportResult, ParsedRow, Row

PERSONAL = {"given_name", "family_name", "email", "phone"}
"""Columns whose values must not appear in a message."""
CENTS = {"amount", "rent", "most_rent"}
"""Columns that are stored in cents and written in euros."""
CORRECT = "No file changes it: correct the file, or what is stored."


class RowDiffers(Refused, kind="row-differs"):
    """A row that differs from what is stored in a column that imports cannot change."""


def differences(row: Row, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns in which `row` differs from `stored`, with the row's values.

    Absent columns and empty cells are no difference.
    """
    values = {name: getattr(row, name) for name in stored if name in row.model_fields_set}
    empty: tuple[object, ...] = (None, "", [])
    return {n: value for n, value in values.items() if value not in empty and value != stored[n]}


def require_same(row: Row, stored: Mapping[str, Any], *, remedy: str = CORRECT) -> None:
    """Raise `RowDiffers` with the remedy if the row differs from `stored`."""
    if differing := differences(row, stored):
        changes = ", ".join(_change(name, stored[name], differing[name]) for name in differing)
        raise RowDiffers(f"The row differs from what is stored: {changes}. {remedy}")


def take_known(
    line: ParsedRow[Any], stored: Mapping[str, Any], tally: ImportResult, *, remedy: str = CORRECT
) -> None:
    """Count a stored row as unchanged, or reject it if it differs."""
    with tally.reject_refused(line):
        require_same(line.row, stored, remedy=remedy)
        tally.unchanged += 1


def columns(row: object, *names: str) -> dict[str, Any]:
    """Return these columns of a stored row."""
    return {name: getattr(row, name) for name in names}


def _change(column: str, stored: object, new: object) -> str:
    if column in PERSONAL:
        return column
    return f"{column} {_written(column, stored)} → {_written(column, new)}"


def _written(column: str, value: object) -> str:
    if value in (None, "", []):
        return "nothing"
    if column in CENTS and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}"
    if isinstance(value, list | tuple):
        join = " ".join if isinstance(value, list) else "@".join
        return join(_written(column, each) for each in value if each is not None)
    return str(value)
