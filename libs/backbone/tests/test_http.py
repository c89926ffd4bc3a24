"""The edges that all services share: problems, limits, versions, ids, metrics."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import structlog
from fastapi import FastAPI
from httpx import AsyncClient, Response
from notebook import Notebook
from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import cut_off_those_that_wait
from structlog.testing import LogCapture

from backbone.db import transaction
from backbone.logging import add_trace
from backbone.testing import ClientOf


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    return client_of("writer")


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What is logged meanwhile, with what is bound to it."""
    before, captured = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, add_trace, captured],
        cache_logger_on_first_use=False,
    )
    yield captured.entries
    structlog.configure(**before)


def problem_of(answer: Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert set(told) <= {"type", "title", "status", "detail", "faults"}
    return told


async def test_a_refusal_names_its_kind_and_says_what_to_do(client: AsyncClient) -> None:
    await client.post("/notebooks", json={"title": "one"})

    answer = await client.post("/notebooks", json={"title": "one"})

    assert answer.status_code == 409
    assert problem_of(answer) == {
        "type": "urn:problem:title-taken",
        "title": "Conflict",
        "status": 409,
        "detail": "There is a notebook “one”. Choose another title.",
    }


async def test_a_refusal_changes_and_announces_nothing(
    client: AsyncClient, announced: Callable[[], Any]
) -> None:
    await client.post("/notebooks", json={"title": "one"})
    await client.post("/notebooks", json={"title": "one"})

    assert len(await announced()) == 1


async def test_what_is_missing_and_what_has_no_address_are_both_not_found(
    client: AsyncClient,
) -> None:
    missing = problem_of(await client.get(f"/notebooks/{uuid4()}"))
    nowhere = problem_of(await client.get("/nowhere"))

    assert (missing["type"], missing["status"]) == ("urn:problem:missing", 404)
    assert (nowhere["type"], nowhere["status"]) == ("urn:problem:not-found", 404)
    assert "See" in nowhere["detail"]


async def test_a_method_that_is_not_taken_says_which_are(client: AsyncClient) -> None:
    answer = await client.delete("/notebooks")

    assert problem_of(answer)["type"] == "urn:problem:method-not-allowed"
    assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"title": 5}, "body.title"),
        ({}, "body.title"),
        ({"title": "x" * 101}, "body.title"),
        ({"title": "one", "version": 7}, "body.version"),
    ],
)
async def test_a_wrong_shape_says_where_and_why(
    client: AsyncClient, body: dict[str, Any], where: str
) -> None:
    answer = await client.post("/notebooks", json=body)

    assert answer.status_code == 422
    assert [fault["where"] for fault in problem_of(answer)["faults"]] == [where]
    assert problem_of(answer)["detail"].startswith(where)


async def test_a_wrong_shape_does_not_echo_what_was_sent(client: AsyncClient) -> None:
    answer = await client.post("/notebooks", json={"title": {"name": "Jo Dupont"}})
    unreadable = await client.post("/notebooks", content=b'{"title": "Jo Dupont')

    assert answer.status_code == unreadable.status_code == 422
    assert "Jo" not in answer.text + unreadable.text


async def test_a_body_that_nests_without_end_is_refused(client: AsyncClient) -> None:
    answer = await client.post(
        "/notebooks",
        content=b"[" * 200_000,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in {400, 422}
    problem_of(answer)


async def test_a_body_declared_too_large_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/notebooks", content=b"x" * ((1 << 20) + 1))

    assert answer.status_code == 413
    told = problem_of(answer)
    assert told["type"] == "urn:problem:too-large"
    assert told["detail"] == "The body is over 1,048,576 bytes. Send less at once."


async def test_of_a_body_declared_too_large_nothing_is_read(app: FastAPI) -> None:
    sent = list[Any]()

    async def receive() -> Any:
        raise AssertionError("There is no need to read it.")

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", b"9999999"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/v1/notebooks", "headers": headers}
    await app(scope | {"query_string": b"", "root_path": ""}, receive, send)

    assert sent[0]["status"] == 413


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "large"}])
async def test_a_body_that_turns_out_too_large_is_refused(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"title": "'
        for _ in range(1100):
            yield b"x" * 1024
        yield b'"}'

    answer = await client.post(
        "/notebooks", content=chunks(), headers=headers | {"content-type": "application/json"}
    )

    assert answer.status_code == 413
    assert problem_of(answer)["type"] == "urn:problem:too-large"


async def test_what_nobody_foresaw_is_a_500_that_tells_no_details(
    client: AsyncClient, announced: Callable[[], Any], logged: list[Any]
) -> None:
    answer = await client.post("/notebooks", json={"title": "broken"})

    assert answer.status_code == 500
    told = problem_of(answer)
    assert told["type"] == "urn:problem:internal"
    assert "Jo" not in answer.text
    assert await announced() == []
    [failed] = [line for line in logged if line["event"] == "request failed"]
    assert failed["error"] == "RuntimeError"
    assert "open_notebook" in failed["stack"]
    assert failed["request_id"] == answer.headers["x-request-id"]


async def test_a_statement_that_fails_shows_no_values_in_the_log(
    client: AsyncClient, db: AsyncSession, logged: list[Any]
) -> None:
    """The check for the title comes first; a race is what brings us here."""
    await (await db.connection()).execute(
        text("CREATE UNIQUE INDEX one_version ON notebook (version)")
    )
    await db.commit()
    try:
        await client.post("/notebooks", json={"title": "Al"})
        answer = await client.post("/notebooks", json={"title": "Jo Dupont"})
    finally:
        await (await db.connection()).execute(text("DROP INDEX one_version"))
        await db.commit()

    assert answer.status_code == 500
    assert "duplicate key value violates unique constraint" in str(logged)
    assert "Jo Dupont" not in str(logged)


async def test_a_database_that_is_away_is_a_503(app: FastAPI, client: AsyncClient) -> None:
    async with transaction(app.state.sessions) as holding:
        await (await holding.connection()).execute(text("LOCK TABLE notebook"))
        asking = asyncio.create_task(client.get("/notebooks"))
        await cut_off_those_that_wait(app.state.sessions)
        answer = await asking

    assert answer.status_code == 503
    assert problem_of(answer)["type"] == "urn:problem:unavailable"


async def test_a_change_must_name_the_version_that_was_read(client: AsyncClient) -> None:
    made = (await client.post("/notebooks", json={"title": "one"})).json()
    address = f"/notebooks/{made['id']}"
    tag = (await client.get(address)).headers["etag"]

    unnamed = await client.patch(address, json={"title": "two"})
    first = await client.patch(address, json={"title": "two"}, headers={"If-Match": tag})
    late = await client.patch(address, json={"title": "three"}, headers={"If-Match": tag})

    assert (unnamed.status_code, problem_of(unnamed)["type"]) == (
        428,
        "urn:problem:precondition-required",
    )
    assert first.status_code == 200
    assert (late.status_code, problem_of(late)["type"]) == (412, "urn:problem:changed")
    again = await client.get(address)
    assert again.json()["title"] == "two"
    assert again.headers["etag"] != tag


async def test_of_two_changes_at_once_one_is_late(client: AsyncClient) -> None:
    made = (await client.post("/notebooks", json={"title": "one"})).json()
    answers = await asyncio.gather(
        *(
            client.patch(
                f"/notebooks/{made['id']}", json={"title": title}, headers={"If-Match": '"1"'}
            )
            for title in "abcdefgh"
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


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


@pytest.mark.usefixtures("tracing")
async def test_the_ids_of_a_request_are_in_its_logs_its_answer_and_its_announcements(
    client: AsyncClient, announced: Callable[[], Any], logged: list[Any]
) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.post(
        "/notebooks",
        json={"title": "one"},
        headers={"x-request-id": "mine", "traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
    )

    assert answer.headers["x-request-id"] == "mine"
    [line] = [line for line in logged if line["event"] == "request"]
    assert line["request_id"] == "mine"
    assert line["trace_id"] == trace
    assert (line["method"], line["route"], line["status"]) == ("POST", "/notebooks", 201)
    [row] = await announced()
    version, traced, span, flags = row.traceparent.split("-")
    assert (version, traced, flags) == ("00", trace, "01")
    assert span != "00f067aa0ba902b7"


@pytest.mark.usefixtures("tracing")
async def test_a_request_without_ids_is_given_some(
    client: AsyncClient, announced: Callable[[], Any]
) -> None:
    first = await client.post("/notebooks", json={"title": "one"})
    second = await client.post("/notebooks", json={"title": "two"})

    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    one, two = await announced()
    assert one.traceparent.split("-")[1] != two.traceparent.split("-")[1]


async def test_a_failed_request_has_its_ids_too(client: AsyncClient) -> None:
    answer = await client.post(
        "/notebooks", json={"title": "broken"}, headers={"x-request-id": "mine"}
    )

    assert answer.headers["x-request-id"] == "mine"


async def test_the_metrics_count_requests_by_route_and_status(
    app: FastAPI, client: AsyncClient
) -> None:
    async with AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as scraping:

        async def count(status: str) -> float:
            name = "http_request_duration_seconds_count"
            labels = f'{{method="GET",route="/notebooks/{{notebook_id}}",status="{status}"}}'
            lines = (await scraping.get("/metrics")).text.splitlines()
            found = [line for line in lines if line.startswith(name + labels)]
            return float(found[0].split()[-1]) if found else 0

        before = await count("404")
        await client.get(f"/notebooks/{uuid4()}")
        assert await count("404") == before + 1


async def test_the_description_names_each_operation_and_its_refusals(app: FastAPI) -> None:
    described = app.openapi()

    post = described["paths"]["/v1/notebooks"]["post"]
    assert post["operationId"] == "open_notebook"
    assert set(post["responses"]) >= {"201", "401", "403", "409", "422"}


async def test_reading_does_not_see_what_is_not_committed(
    client: AsyncClient, db: AsyncSession
) -> None:
    db.add(Notebook(title="unseen"))
    await db.flush()

    assert (await client.get("/notebooks")).json()["items"] == []
    await db.rollback()
    assert (await db.exec(select(Notebook))).all() == []
