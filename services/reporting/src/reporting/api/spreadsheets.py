"""CSV responses, written as they are computed, and the titles of their columns."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeAlias

from fastapi.responses import StreamingResponse
from starlette.types import Send

from backbone.files.spreadsheets import BOM, Language, write_csv

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
"""The title of each column in French."""


Write: TypeAlias = Callable[[bytes], Awaitable[None]]


class Spreadsheet(StreamingResponse):
    """A CSV file, streamed by a function that gets `write`.

    The response begins with the first part, so that an earlier failure still has an error status.
    """

    def __init__(
        self,
        content: Callable[[Write], Awaitable[None]],
        *,
        name: str,
        on: date,
        status_code: int = 200,  # the framework reads the documented status from here
    ) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}-{on}.csv"'}
        super().__init__((), status_code, headers, media_type="text/csv; charset=utf-8")
        self.content = content

    async def stream_response(self, send: Send) -> None:
        start = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self.raw_headers,
        }
        is_started = False

        async def write(part: bytes) -> None:
            nonlocal is_started
            if not is_started:
                is_started, part = True, BOM + part
                await send(start)
            await send({"type": "http.response.body", "body": part, "more_body": True})

        await self.content(write)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def spreadsheet(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    lang: Language,
    name: str,
    on: date,
) -> Spreadsheet:
    """Return a response of rows that are in memory."""

    async def write_rows(write: Write) -> None:
        await write(
            write_csv([[column_title(column, lang) for column in columns], *rows], lang).encode()
        )

    return Spreadsheet(write_rows, name=name, on=on)


def column_title(column: str, lang: Language) -> str:
    """Return the title of a column in `lang`."""
    return FRENCH[column] if lang == "fr" else column
