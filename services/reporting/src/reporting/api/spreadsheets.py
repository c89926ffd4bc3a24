"""CSV as spreadsheets take it: with a mark for UTF-8, in the reader's manner, and never run."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias

from fastapi.responses import StreamingResponse

Language: TypeAlias = Literal["fr", "en"]

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"
FRENCH = {
    "ahead_by": "avance",
    "as_of": "au",
    "convention_id": "convention",
    "definition": "définition",
    "denominator": "dénominateur",
    "department": "département",
    "department_name": "nom du département",
    "detail": "détail",
    "ends_on": "fin",
    "expected": "attendu",
    "figure": "chiffre",
    "happened_on": "date",
    "id": "identifiant",
    "key": "code",
    "label": "libellé",
    "mentee_id": "jeune",
    "mentor_id": "parrain ou marraine",
    "numerator": "numérateur",
    "organisation": "organisme",
    "organisation_id": "identifiant de l'organisme",
    "pace": "rythme",
    "pairing_id": "parrainage",
    "programme_year": "année de parrainage",
    "reached": "réalisé",
    "region": "code de la région",
    "region_name": "région",
    "starts_on": "début",
    "target": "objectif",
    "unit": "unité",
    "value": "valeur",
}
"""What a column is called for a French reader."""


def csv_answer(
    columns: Sequence[str],
    parts: AsyncIterator[Iterable[Sequence[Any]]],
    *,
    lang: Language,
    name: str,
    on: date,
) -> StreamingResponse:
    """An answer that is written while `parts` of its rows are read."""
    return StreamingResponse(
        _written(columns, parts, lang),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{on}.csv"'},
    )


async def at_once(rows: Iterable[Sequence[Any]]) -> AsyncIterator[Iterable[Sequence[Any]]]:
    """Rows that are all there, as the only part."""
    yield rows


async def _written(
    columns: Sequence[str], parts: AsyncIterator[Iterable[Sequence[Any]]], lang: Language
) -> AsyncIterator[str]:
    yield MARK + lines([[FRENCH[c] if lang == "fr" else c for c in columns]], lang)
    async for part in parts:
        yield lines(part, lang)


def lines(rows: Iterable[Sequence[Any]], lang: Language) -> str:
    """Rows as lines of CSV: between semicolons for a French spreadsheet, else between commas."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if lang == "fr" else ",")
    writer.writerows([_cell(value, lang) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any, lang: Language) -> Any:  # noqa: ANN401  (whatever a row holds)
    if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS):
        return f"'{value}"
    if isinstance(value, float) and lang == "fr":
        return str(value).replace(".", ",")
    return value
