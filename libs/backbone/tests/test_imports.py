import asyncio
import threading
from io import BytesIO
from typing import Any

import pytest
from crashing import crash
from httpx import AsyncClient
from notebook import SERVICE, Notebook
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from xlsxwriter import Workbook

from backbone.database.sessions import Sessions, transaction
from backbone.imports import api
from backbone.imports.registry import ImportChunk, ImportKey
from backbone.imports.worker import ImportWorker
from backbone.messaging.outbox import Outbox
from backbone.settings import Settings
from backbone.testing.fixtures import ClientOf, ImportFile

KIND = SERVICE.imports.kinds["notebooks"]


def a_file(rows: int, *, words: int = 1) -> str:
    return "title,words\n" + "".join(f"N{nth},{words}\n" for nth in range(rows))


async def keep(sessions: Sessions, content: str) -> None:
    async with transaction(sessions) as session:
        file = BytesIO(content.encode())
        await api.keep(session, KIND, file, name="notebooks.csv", sent_by="claire")


async def titles(db: AsyncSession) -> list[str]:
    return list(await db.exec(select(Notebook.title).order_by(col(Notebook.title))))


async def told(db: AsyncSession) -> int:
    return len((await db.exec(select(Outbox))).all())


async def test_a_file_waits_until_the_worker_takes_it(client: AsyncClient) -> None:
    answer = await client.post("/imports/notebooks", files={"file": ("n.csv", a_file(3))})

    assert answer.status_code == 202
    kept = answer.json()
    assert answer.headers["location"] == f"/v1/imports/{kept['id']}"
    assert (kept["state"], kept["rows"], kept["taken"]) == ("waiting", 3, 0)
    listed = (await client.get("/imports")).json()["items"]
    assert [(one["id"], one["file"]) for one in listed] == [(kept["id"], "n.csv")]


async def test_a_file_is_taken_part_by_part_and_says_how_far_it_was(
    client: AsyncClient, importing: ImportWorker
) -> None:
    rows = api.ROWS_OF_A_PART + 1
    answer = await client.post("/imports/notebooks", files={"file": ("n.csv", a_file(rows))})
    place = f"/imports/{answer.json()['id']}"

    await importing.process_next_chunk()

    half = (await client.get(place)).json()
    assert (half["state"], half["taken"], half["created"]) == ("running", rows - 1, rows - 1)
    while await importing.process_next_chunk():
        pass
    done = (await client.get(place)).json()
    assert (done["state"], done["taken"], done["created"]) == ("done", rows, rows)
    assert done["finished_at"] is not None


async def test_nothing_of_a_file_is_kept_once_it_was_taken(
    client: AsyncClient, import_file: ImportFile, db: AsyncSession
) -> None:
    await import_file(client, "notebooks", a_file(3))

    assert (await db.exec(select(ImportChunk))).all() == []
    assert (await db.exec(select(ImportKey))).all() == []


async def test_each_wrong_cell_is_named_and_the_other_rows_are_taken(
    client: AsyncClient, import_file: ImportFile, db: AsyncSession
) -> None:
    done = await import_file(client, "notebooks", "words;title\nx;\n2;B\n\n3;C\n")

    assert (done["rows"], done["taken"], done["created"], done["wrong"]) == (3, 3, 2, 1)
    assert [(f["line"], f["column"]) for f in done["faults"]] == [(2, "title"), (2, "words")]
    assert await titles(db) == ["B", "C"]


async def test_a_row_known_by_the_same_as_one_above_is_left_out_even_in_another_part(
    client: AsyncClient, import_file: ImportFile
) -> None:
    rows = api.ROWS_OF_A_PART
    done = await import_file(client, "notebooks", a_file(rows) + "N0,2\nZ,1\nZ,1\n")

    assert (done["created"], done["wrong"]) == (rows + 1, 2)
    assert [(f["line"], f["column"]) for f in done["faults"]] == [
        (rows + 2, "title"),
        (rows + 4, "title"),
    ]
    assert "stands on line 2." in done["faults"][0]["reason"]


async def test_what_a_rule_refuses_is_named_and_left_out(
    client: AsyncClient, import_file: ImportFile
) -> None:
    await import_file(client, "notebooks", a_file(1))

    again = await import_file(client, "notebooks", a_file(2))

    assert (again["created"], again["wrong"]) == (1, 1)
    assert again["faults"] == [
        {
            "line": 2,
            "column": None,
            "reason": "There is a notebook “N0”. Choose another title.",
        }
    ]


async def test_a_row_that_cannot_be_taken_stands_alone_in_the_end(
    client: AsyncClient, import_file: ImportFile, db: AsyncSession
) -> None:
    done = await import_file(client, "notebooks", "title,words\nA,1\nB,2\nC,13\nD,4\nE,5\n")

    assert (done["taken"], done["created"], done["wrong"]) == (5, 4, 1)
    assert await titles(db) == ["A", "B", "D", "E"]
    assert await told(db) == 4
    [fault] = done["faults"]
    assert fault["line"] == 4
    assert "BadWord" in fault["reason"]


async def test_a_file_that_waits_is_not_kept_twice(client: AsyncClient) -> None:
    first = await client.post("/imports/notebooks", files={"file": ("n.csv", a_file(3))})

    again = await client.post("/imports/notebooks", files={"file": ("n.csv", a_file(3))})

    assert again.json()["id"] == first.json()["id"]


async def test_two_workers_take_each_part_once(sessions: Sessions, db: AsyncSession) -> None:
    rows = 3 * api.ROWS_OF_A_PART
    await keep(sessions, a_file(rows))

    async def take() -> None:
        importing = ImportWorker(sessions, SERVICE.imports)
        while await importing.process_next_chunk():
            pass

    await asyncio.gather(take(), take())

    assert len(await titles(db)) == rows
    assert await told(db) == rows


@pytest.mark.parametrize("step", ["import.before_commit", "import.after_commit"])
async def test_a_worker_killed_in_a_file_goes_on_where_it_was(
    sessions: Sessions, settings: Settings, db: AsyncSession, kafka: str, step: str
) -> None:
    rows = 2 * api.ROWS_OF_A_PART
    await keep(sessions, a_file(rows))

    ended = await crash("importing", at=[step], settings=settings, run=kafka)

    assert ended == ["SIGKILL", "0"]
    assert len(await titles(db)) == rows
    assert await told(db) == rows


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            b"name,age\nJo,3\n",
            "lacks the columns title (Titre). It must name: title (Titre), words.",
        ),
        (b"", "lacks the columns title"),
        ("title,words\nZoé,1\n".encode() + b"\xe9,1\n", "not UTF-8"),
        (b"title,words\nZo\0,1\n", "zero bytes"),
        (b'title,words\n"' + b"x" * 200_000 + b'",1\n', "not a CSV"),
        (b"x" * (5 << 20), "not a CSV"),
        (b"PK\x03\x04 and no more", "The workbook (XLSX) cannot be read"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_and_nothing_of_it_is_kept(
    client: AsyncClient, content: bytes, reason: str
) -> None:
    answer = await client.post("/imports/notebooks", files={"file": ("n.csv", content)})

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:problem:unreadable-file"
    assert reason in answer.json()["detail"]
    assert (await client.get("/imports")).json()["items"] == []


async def test_a_file_is_hashed_and_read_beside_the_event_loop(sessions: Sessions) -> None:
    threads = set[int]()

    class Watched(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            threads.add(threading.get_ident())
            return super().read(size)

        def read1(self, size: int | None = -1) -> bytes:
            threads.add(threading.get_ident())
            return super().read1(size)

    file = Watched(a_file(api.ROWS_OF_A_PART + 1).encode())
    async with transaction(sessions) as session:
        await api.keep(session, KIND, file, name="notebooks.csv", sent_by="claire")

    assert threads
    assert threading.get_ident() not in threads


def a_workbook(*cells: tuple[int, int, object]) -> bytes:
    content = BytesIO()
    with Workbook(content) as book:
        sheet = book.add_worksheet()
        for row, column, value in cells:
            sheet.write(row, column, value)
    return content.getvalue()


async def test_a_workbook_is_read_by_its_first_sheet(client: AsyncClient) -> None:
    content = a_workbook((0, 0, "title"), (0, 1, "words"), (1, 0, "N1"), (1, 1, 3), (2, 0, "N2"))
    answer = await client.post("/imports/notebooks", files={"file": ("n.xlsx", content)})

    assert answer.status_code == 202
    assert answer.json()["rows"] == 2


async def test_a_small_workbook_that_asks_for_all_memory_is_refused_and_the_api_goes_on(
    client: AsyncClient,
) -> None:
    """Its first and its last cell are 17 thousand million cells apart."""
    content = a_workbook((0, 0, "title"), (0, 1, "words"), (1_048_575, 16_383, 1))
    assert len(content) < 10_000

    answer = await client.post("/imports/notebooks", files={"file": ("n.xlsx", content)})

    assert answer.status_code == 422
    assert "line 1048576 has a value in column 16,384" in answer.json()["detail"]
    assert (await client.get("/imports")).json()["items"] == []


async def test_an_import_of_somebody_without_the_role_is_refused(client_of: ClientOf) -> None:
    answer = await client_of("viewer").post("/imports/notebooks", files={"file": ("n.csv", "")})

    assert answer.status_code == 403


def test_the_address_of_a_kind_tells_its_columns(app: Any) -> None:
    operation = app.openapi()["paths"]["/v1/imports/notebooks"]["post"]

    assert operation["operationId"] == "import_notebooks"
    assert "Columns: title (Titre), words." in operation["description"]
