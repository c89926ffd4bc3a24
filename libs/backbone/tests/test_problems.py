"""What is refused or fails: a problem document that a person can act on, and no more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import cut_off_those_that_wait, problem_of

from backbone.database.sessions import transaction
from backbone.errors import Refused, named_reason


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


def test_a_refusal_without_a_kind_cannot_be_defined() -> None:
    with pytest.raises(TypeError, match="kind"):

        class _Nameless(Refused):
            pass


def test_a_failure_is_named_by_its_literal_whatever_its_class_is_called() -> None:
    class _Renamed(Refused, kind="title-taken"):
        pass

    class _Moved(LookupError):
        shown_as = "TopicMissing"

    causes = [named_reason(error("Why.")) for error in (_Renamed, _Moved, OverflowError)]

    assert causes == ["TitleTaken: Why.", "TopicMissing: Why.", "OverflowError: Why."]


async def test_a_refusal_changes_and_announces_nothing(
    client: AsyncClient, outbox_messages: Callable[[], Any]
) -> None:
    await client.post("/notebooks", json={"title": "one"})
    await client.post("/notebooks", json={"title": "one"})

    assert len(await outbox_messages()) == 1


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
    client: AsyncClient, outbox_messages: Callable[[], Any], logged: list[Any]
) -> None:
    answer = await client.post("/notebooks", json={"title": "broken"})

    assert answer.status_code == 500
    told = problem_of(answer)
    assert told["type"] == "urn:problem:internal"
    assert "Jo" not in answer.text
    assert await outbox_messages() == []
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
