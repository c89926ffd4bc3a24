"""Lists in pages: each row once, whatever comes and goes meanwhile."""

import pytest
from httpx import AsyncClient
from notebook import Notebook
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import problem_of


async def test_pages_show_each_row_once_while_others_come(
    client: AsyncClient, db: AsyncSession
) -> None:
    db.add_all([Notebook(title=f"{nth:02}") for nth in range(0, 20, 2)])
    await db.commit()

    shown, after = list[str](), None
    while True:
        params = {"limit": 3} | ({"after": after} if after else {})
        page = (await client.get("/notebooks", params=params)).json()
        shown += [item["title"] for item in page["items"]]
        db.add_all([Notebook(title=f"{len(shown) - 2:02}½"), Notebook(title=f"00{len(shown)}")])
        await db.commit()
        if not (after := page["next"]):
            break

    assert len(shown) == len(set(shown))
    assert [title for title in shown if len(title) == 2] == [f"{n:02}" for n in range(0, 20, 2)]


async def test_a_page_of_all_has_no_next(client: AsyncClient) -> None:
    await client.post("/notebooks", json={"title": "one"})

    page = (await client.get("/notebooks", params={"limit": 1})).json()
    assert len(page["items"]) == 1
    assert page["next"] is None


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "é",
        "bm90IGpzb24",  # not json
        "W10",  # []
        "e30",  # {}
        "bnVsbA",  # null
        "WyJhIiwgIm5vIHV1aWQiXQ",  # ["a", "no uuid"]
        "WyJcdTAwMDAiLCAiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAwIl0",  # a zero byte
    ],
)
async def test_a_page_reference_that_no_page_gave_is_refused(
    client: AsyncClient, after: str
) -> None:
    answer = await client.get("/notebooks", params={"after": after})

    assert answer.status_code == 422
    assert "Begin at the first page" in problem_of(answer)["detail"]


async def test_a_page_reference_beyond_what_a_column_holds_is_refused(client: AsyncClient) -> None:
    beyond = (
        "WzEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAsICIwMDAwMDAwMC0w"
        "MDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ"
    )  # 10^30

    answer = await client.get("/notebooks/notes", params={"after": beyond})

    assert answer.status_code == 422


@pytest.mark.parametrize("limit", [0, 201, -1, "many"])
async def test_the_size_of_a_page_is_bounded(client: AsyncClient, limit: object) -> None:
    answer = await client.get("/notebooks", params={"limit": str(limit)})

    assert answer.status_code == 422
