"""Figures and lists as CSV: what columns are called, and an answer written as it is made."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from fastapi.responses import StreamingResponse
from starlette.types import Send

from backbone.files.spreadsheets import MARK, Language, lines

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


Write: TypeAlias = Callable[[bytes], Awaitable[None]]


class Spreadsheet(StreamingResponse):
    """An answer whose content is made by whoever is given its `write`.

    It begins with the first part, so that what fails before is answered as a failure.
    """

    def __init__(
        self,
        make: Callable[[Write], Awaitable[None]],
        *,
        name: str,
        on: date,
        status_code: int = 200,  # the framework reads the documented status from here
    ) -> None:
        named = {"Content-Disposition": f'attachment; filename="{name}-{on}.csv"'}
        super().__init__((), status_code, named, media_type="text/csv; charset=utf-8")
        self.make = make

    async def stream_response(self, send: Send) -> None:
        begin = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        begun = False

        async def write(part: bytes) -> None:
            nonlocal begun
            if not begun:
                begun, part = True, MARK + part
                await send(begin)
            await send({"type": "http.response.body", "body": part, "more_body": True})

        await self.make(write)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def spreadsheet(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    lang: Language,
    name: str,
    on: date,
) -> Spreadsheet:
    """An answer of rows that are all there."""

    async def make(write: Write) -> None:
        await write(lines([[called(column, lang) for column in columns], *rows], lang).encode())

    return Spreadsheet(make, name=name, on=on)


def called(column: str, lang: Language) -> str:
    """What a column is called for a reader."""
    return FRENCH[column] if lang == "fr" else column
