"""A preview says what would become of a file, by the rules of the import, and stores nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any

from httpx import AsyncClient
from notebook import Notebook
from sqlalchemy import text

from backbone.database.sessions import Sessions, transaction
from backbone.imports import previews
from backbone.testing.fixtures import ClientOf, ImportFile

TABLES = text("""
    SELECT table_schema || '.' || table_name FROM information_schema.tables
    WHERE table_schema IN ('public', 'read_model') AND table_type = 'BASE TABLE'
""")


async def counts(sessions: Sessions) -> Mapping[str, int]:
    """Return how many rows each table has."""
    async with transaction(sessions) as session:
        connection = await session.connection()
        tables = list((await connection.execute(TABLES)).scalars())
        return {
            table: await connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
            for table in tables
        }


async def preview(client: AsyncClient, content: str, **headers: str) -> dict[str, Any]:
    answer = await client.post(
        "/imports/notebooks",
        params={"preview": "true"},
        files={"file": ("n.csv", content.encode())},
        headers=headers,
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


async def test_a_preview_says_what_would_become_of_each_row(
    client: AsyncClient, import_file: ImportFile
) -> None:
    await import_file(client, "notebooks", "title,words\nA,1\n")

    found = await preview(client, "Titre;words;Couleur\nA;1;\nB;x;\nC;13;\nD;2;bleu\nD;3;\n")

    assert found["columns"] == [
        {"name": "Titre", "field": "title", "label": "Titre"},
        {"name": "words", "field": "words", "label": None},
    ]
    assert (found["unknown_columns"], found["delimiter"]) == (["Couleur"], ";")
    rows = [(row["line"], row["outcome"]) for row in found["first_rows"]]
    assert rows == [(2, "wrong"), (3, "wrong"), (4, "wrong"), (5, "created"), (6, "wrong")]
    assert found["first_rows"][3]["cells"] == ["D", "2", "bleu"]
    assert [fault["reason"] for fault in found["faults"]] == [
        "There is a notebook “A”. Choose another title.",
        found["faults"][1]["reason"],
        "The row could not be taken. BadWord: 13 words bring bad luck",
        "The same stands on line 5. Leave one of the two out.",
    ]
    assert (found["tried"], found["complete"]) == (5, True)
    assert (found["created"], found["wrong"]) == (1, 4)


async def test_the_rows_after_the_first_are_tried_as_the_worker_takes_them(
    client: AsyncClient, import_file: ImportFile
) -> None:
    rows = [f"N{n},{13 if n % 97 == 0 else 1}" for n in range(1, 500)]
    content = "\n".join(["title,words", *rows, "N30,1"])

    found = await preview(client, content)
    done = await import_file(client, "notebooks", content)

    told = ("created", "updated", "unchanged", "refused", "wrong")
    assert [found[name] for name in told] == [done[name] for name in told]
    assert {f["line"] for f in found["faults"]} == {f["line"] for f in done["faults"]}
    assert len(found["first_rows"]) == previews.SHOWN_ROWS


async def test_nothing_of_a_preview_is_stored_or_announced(
    client: AsyncClient, import_file: ImportFile, sessions: Sessions
) -> None:
    await import_file(client, "notebooks", "title\nA\n")
    before = await counts(sessions)

    await preview(client, "title,words\nA,1\nB,13\nC,2\n", **{"idempotency-key": "once"})

    assert await counts(sessions) == before


async def test_of_a_long_file_the_first_rows_are_tried_and_the_preview_says_so(
    client: AsyncClient,
) -> None:
    rows = "".join(f"N{n}\n" for n in range(previews.MAX_ROWS + 1))

    found = await preview(client, f"title\n{rows}")

    assert (found["tried"], found["complete"]) == (previews.MAX_ROWS, False)
    assert found["created"] == previews.MAX_ROWS


async def test_a_preview_waits_for_nobody_for_long(client: AsyncClient, sessions: Sessions) -> None:
    async with transaction(sessions) as session:
        session.add(Notebook(title="A"))
        await session.flush()
        answer = await asyncio.wait_for(
            client.post(
                "/imports/notebooks?preview=true", files={"file": ("n.csv", b"title\nA\n")}
            ),
            timeout=30,
        )

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:problem:preview-busy"


async def test_a_file_that_cannot_be_read_is_refused_as_it_would_be(client: AsyncClient) -> None:
    file = {"file": ("n.csv", b"name\nA\n")}

    answer = await client.post("/imports/notebooks?preview=true", files=file)

    assert answer.status_code == 422
    assert "lacks the columns title (Titre)" in answer.json()["detail"]


async def test_a_preview_needs_the_role_of_the_import(client_of: ClientOf) -> None:
    file = {"file": ("n.csv", b"title\nA\n")}

    answer = await client_of("viewer").post("/imports/notebooks?preview=true", files=file)

    assert answer.status_code == 403
