"""The columns of a file, recognised by their names and by the labels that people give them.

Case, accents, punctuation, spaces, hyphens and line breaks do not matter: “E-mail”, “Prénom” and
"given name" are what they look like. What no label matches is named, and never dropped in silence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from backbone.files.reading import UnreadableFile
from backbone.imports.registry import Row
from contracts.columns import LABELS
from contracts.spelling import name_words

REJECTION = {"fr": ("ligne", "motif"), "en": ("line", "reason")}
"""The last two columns of a file of rejected rows; when it is sent again, they say nothing."""
SIMILAR = 0.75
"""From 0 to 1: how much a name must look like a label to be suggested."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The meaning of a header: for each of its columns a field of the row, or None.

    `unknown` are the names that mean nothing, each with the field that it looks like, if any.
    """

    names: Sequence[str]
    fields: Sequence[str | None]
    unknown: Mapping[str, str | None]


def french_label(field: str, row: type[Row]) -> str | None:
    """Return the French label of a field, or None."""
    return row.model_fields[field].title or next(iter(LABELS.get(field, ())), None)


def columns_of(header: Sequence[str], row: type[Row]) -> Columns:
    """Recognise the columns of a file. Raises `UnreadableFile` if two mean the same field."""
    known = _fields_by_label(row)
    ignored = _rejection_columns(header)
    fields = [None if at in ignored else known.get(_plain(name)) for at, name in enumerate(header)]
    _require_different(header, fields)
    unknown = {
        name: _similar(name, known)
        for at, (name, field) in enumerate(zip(header, fields, strict=True))
        if field is None and name.strip() and at not in ignored
    }
    return Columns(header, fields, unknown)


def require_all(columns: Columns, row: type[Row]) -> None:
    """Raise `UnreadableFile` if columns are missing that each row needs, with what looks alike."""
    needed = [name for name, info in row.model_fields.items() if info.is_required()]
    missing = [name for name in needed if name not in columns.fields]
    if not missing:
        return
    alike = {field: name for name, field in columns.unknown.items() if field in missing}
    hints = "".join(
        f" Is “{name}” meant to be {field}? Rename it." for field, name in alike.items()
    )
    lacking = ", ".join(_both(name, row) for name in missing)
    raise UnreadableFile(
        f"The first line lacks the columns {lacking}.{hints} It must name: {described(row)}."
    )


def described(row: type[Row]) -> str:
    """Return the names of a row's columns, with their French labels."""
    return ", ".join(_both(name, row) for name in row.model_fields)


def _both(field: str, row: type[Row]) -> str:
    label = french_label(field, row)
    return f"{field} ({label})" if label else field


def _plain(name: str) -> str:
    return "".join(name_words(name))


def _fields_by_label(row: type[Row]) -> dict[str, str]:
    """Return the fields of a row by their labels; a name or title goes before others' labels."""
    known = {_plain(label): field for field in row.model_fields for label in LABELS.get(field, ())}
    known |= {_plain(info.title): field for field, info in row.model_fields.items() if info.title}
    return known | {_plain(field): field for field in row.model_fields}


def _rejection_columns(header: Sequence[str]) -> range:
    """Return where the two columns stand that a file of rejected rows has at its end."""
    last = tuple(_plain(name) for name in header[-2:])
    return range(len(header) - 2, len(header)) if last in REJECTION.values() else range(0)


def _require_different(header: Sequence[str], fields: Sequence[str | None]) -> None:
    first = dict[str, str]()
    for name, field in zip(header, fields, strict=True):
        if field is None:
            continue
        if field in first:
            raise UnreadableFile(
                f"The columns “{_shown(first[field])}” and “{_shown(name)}” both mean {field}."
                " Remove or rename one of the two."
            )
        first[field] = name


def _shown(name: str) -> str:
    return " ".join(name.split())


def _similar(name: str, known: Mapping[str, str]) -> str | None:
    close = get_close_matches(_plain(name), known, n=1, cutoff=SIMILAR)
    return known[close[0]] if close else None
