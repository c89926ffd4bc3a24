"""Differences between a row and what is stored: a change, or a conflict that is named."""

from collections.abc import Mapping
from typing import Any

from backbone.errors import Refused
from backbone.imports.registry import Row

PERSONAL = {"birth_date"}
"""The columns whose values are not repeated in a message."""


class RowDiffers(Refused, kind="row-differs"):
    """The row differs from what is stored in a column that no file changes."""


def differences(row: Row, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns in which `row` differs from `stored`, with the row's values.

    A column that is missing in the file is ignored.
    """
    given = {name: getattr(row, name) for name in stored if name in row.model_fields_set}
    return {name: value for name, value in given.items() if value != stored[name]}


def require_same(row: Row, stored: Mapping[str, Any], *, remedy: str) -> None:
    """Raise `RowDiffers` with the `remedy` unless the row agrees with `stored`."""
    if differing := differences(row, stored):
        changes = ", ".join(_change(name, stored[name], differing[name]) for name in differing)
        raise RowDiffers(f"The row differs from what is stored: {changes}. {remedy}")


def _change(column: str, stored: object, new: object) -> str:
    if column in PERSONAL:
        return column
    return f"{column} {_written(stored)} → {_written(new)}"


def _written(value: object) -> str:
    return "nothing" if value in (None, "", []) else str(value)
