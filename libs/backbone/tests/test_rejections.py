"""Rows that were left out come back as a file, to be corrected and sent again."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.files.spreadsheets import Language
from backbone.imports.registry import RejectedRow
from backbone.privacy.erasure import erase_rows_of_files
from backbone.testing.fixtures import ImportFile
from backbone.worker import FORGET_REJECTED


def read(content: bytes, lang: Language) -> list[list[str]]:
    delimiter = ";" if lang == "fr" else ","
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_rejected_rows_are_downloaded_corrected_and_sent_again(
    client: AsyncClient, import_file: ImportFile, lang: Language
) -> None:
    done = await import_file(client, "notebooks", "Titre;WORDS;Couleur\nA;1;\nB;x;bleu\n=C;13;\n")
    assert (done["created"], done["wrong"]) == (1, 2)

    answer = await client.get(f"/imports/{done['id']}/rejected.csv", params={"lang": lang})

    header, *rows = read(answer.content, lang)
    added = ["ligne", "motif"] if lang == "fr" else ["line", "reason"]
    assert header == ["Titre", "WORDS", "Couleur", *added]
    assert [row[:4] for row in rows] == [["B", "x", "bleu", "3"], ["'=C", "13", "", "4"]]
    assert rows[0][4].startswith("WORDS: This ")
    assert rows[1][4] == "The row could not be taken. BadWord: 13 words bring bad luck"
    corrected = answer.content.decode("utf-8-sig").replace("x", "2", 1).replace("13", "4", 1)
    again = await import_file(client, "notebooks", corrected)
    assert (again["created"], again["wrong"]) == (2, 0), again["faults"]
    assert again["unknown_columns"] == ["Couleur"]
    listed = (await client.get("/notebooks")).json()["items"]
    assert [one["title"] for one in listed] == ["=C", "A", "B"]


async def test_they_are_a_workbook_too(client: AsyncClient, import_file: ImportFile) -> None:
    done = await import_file(client, "notebooks", "title,words\nB,x\n")

    answer = await client.get(f"/imports/{done['id']}/rejected.xlsx", params={"lang": "en"})

    file = {"file": ("n.xlsx", answer.content)}
    found = (await client.post("/imports/notebooks?preview=true", files=file)).json()
    assert [row["cells"][:3] for row in found["first_rows"]] == [["B", "x", "2"]]
    assert (found["unknown_columns"], found["wrong"]) == ([], 1)


async def test_rejected_rows_are_deleted_after_some_days(
    client: AsyncClient, import_file: ImportFile, sessions: Sessions
) -> None:
    done = await import_file(client, "notebooks", "title,words\nB,x\n")
    async with transaction(sessions) as session:
        connection = await session.connection()
        await connection.execute(FORGET_REJECTED, {"days": 30})
        older = "UPDATE rejected_row SET rejected_at = rejected_at - interval '31 days'"
        assert (await connection.execute(text(older))).rowcount == 1
        await connection.execute(FORGET_REJECTED, {"days": 30})

    answer = await client.get(f"/imports/{done['id']}/rejected.csv")

    assert answer.status_code == 404
    assert "not stored any longer. Send the file again." in answer.json()["detail"]


@pytest.mark.parametrize(
    "cells",
    [
        ["R12", "", ""],
        ["", " Ines@exemple.fr", ""],
        ["", "", "06.39 98-12 34"],
        ["Inès", "Martin", ""],
        ["Martin", "Inès", ""],
    ],
)
async def test_an_erasure_deletes_the_rows_that_mention_the_person(
    sessions: Sessions, db: AsyncSession, cells: list[str]
) -> None:
    other: Any = {"line": 3, "cells": ["R123", "Inès", "Petit", "06 39 98 12 35"]}
    async with transaction(sessions) as session:
        for row in ({"line": 2, "cells": cells}, other):
            session.add(RejectedRow(import_id=UUID(int=1), **row))
    async with transaction(sessions) as session:
        values = ["R12", "ines@exemple.fr", "+33639981234", "Inès Martin", "Martin Inès"]
        await erase_rows_of_files(session, values)

    assert [row.line for row in await db.exec(select(RejectedRow))] == [3]
