"""Corrections, which keep the previous values."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from matching.domain.tables import Contact, Correction, Outcome


def corrected(row: Contact | Outcome, changes: Mapping[str, Any], *, by: str) -> Correction | None:
    """Change a contact or an outcome; return the correction, or `None` if nothing changes."""
    changed = {name for name, value in changes.items() if getattr(row, name) != value}
    if not changed:
        return None
    before = as_said(row, changed)
    for name in changed:
        setattr(row, name, changes[name])
    row.version += 1
    after = as_said(row, changed)
    return Correction(corrected_id=row.id, corrected_by=by, before=before, after=after)


def as_said(row: Contact | Outcome, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of these fields as JSON."""
    values = {name: getattr(row, name) for name in names}
    return {
        n: value.isoformat() if isinstance(value, date) else value for n, value in values.items()
    }
