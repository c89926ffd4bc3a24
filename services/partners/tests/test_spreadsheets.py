"""Files that partners refuses as a whole, and cells that no spreadsheet is to run."""

import csv

from httpx import AsyncClient

from backbone.files.spreadsheets import write_xlsx


async def test_what_is_no_workbook_is_refused(client: AsyncClient) -> None:
    for content in (b"PK\x03\x04 nothing", write_xlsx(["x"], [], name="x")[:500]):
        answer = await client.post("/imports/gifts", files={"file": ("gifts.xlsx", content)})
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem:unreadable-file")
    lacking = write_xlsx(["siren"], [["732829320"]], name="x")
    answer = await client.post("/imports/gifts", files={"file": ("gifts.xlsx", lacking)})
    assert "lacks the columns reference" in answer.json()["detail"]
    assert (await client.get("/imports")).json()["items"] == []


async def test_no_cell_of_an_export_is_run(client: AsyncClient) -> None:
    body = {"name": "=HYPERLINK(1)", "kind": "company", "siren": "356000000", "department": "75"}
    await client.post("/organisations", json=body)

    rows = list(
        csv.reader(
            (await client.get("/exports/organisations.csv")).text.splitlines(), delimiter=";"
        )
    )

    assert "'=HYPERLINK(1)" in {row[0] for row in rows}
