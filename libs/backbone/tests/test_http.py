"""Versions, ids, metrics: the edges that all services share."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from notebook import Notebook
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from steps import problem_of


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


async def test_whatever_has_a_version_is_answered_with_its_etag(client: AsyncClient) -> None:
    created = await client.post("/notebooks", json={"title": "one"})
    address = f"/notebooks/{created.json()['id']}"
    tag = {"If-Match": created.headers["etag"]}
    changed = await client.patch(address, json={"title": "two"}, headers=tag)
    read = await client.get(address)
    listed = await client.get("/notebooks")

    assert [answer.headers.get("etag") for answer in (created, changed, read, listed)] == [
        '"1"', '"2"', '"2"', None,
    ]  # fmt: skip


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


@pytest.mark.usefixtures("tracing")
async def test_the_ids_of_a_request_are_in_its_logs_its_answer_and_its_announcements(
    client: AsyncClient, outbox_messages: Callable[[], Any], logged: list[Any]
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
    [row] = await outbox_messages()
    version, traced, span, flags = row.traceparent.split("-")
    assert (version, traced, flags) == ("00", trace, "01")
    assert span != "00f067aa0ba902b7"


@pytest.mark.usefixtures("tracing")
async def test_a_request_without_ids_is_given_some(
    client: AsyncClient, outbox_messages: Callable[[], Any]
) -> None:
    first = await client.post("/notebooks", json={"title": "one"})
    second = await client.post("/notebooks", json={"title": "two"})

    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    one, two = await outbox_messages()
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
