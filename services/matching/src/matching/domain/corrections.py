"""What was said before is kept when it is mended."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from matching.domain.tables import Contact, Correction, Outcome


def corrected(told: Contact | Outcome, news: Mapping[str, Any], *, by: str) -> Correction | None:
    """Take over what is new of a contact or an outcome; answer with both, `None` if nothing is."""
    changed = {name for name, value in news.items() if getattr(told, name) != value}
    if not changed:
        return None
    before = as_said(told, changed)
    for name in changed:
        setattr(told, name, news[name])
    told.version += 1
    after = as_said(told, changed)
    return Correction(corrected_id=told.id, corrected_by=by, before=before, after=after)


def as_said(told: Contact | Outcome, names: Iterable[str]) -> dict[str, Any]:
    """What it says under these names, as it is kept."""
    said = {name: getattr(told, name) for name in names}
    return {n: value.isoformat() if isinstance(value, date) else value for n, value in said.items()}
