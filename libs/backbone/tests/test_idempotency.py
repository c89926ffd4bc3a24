"""A request that creates can be sent twice: it is done once, and answered alike."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from notebook import Notebook
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.privacy.erasure import erase_answers
from backbone.testing.fixtures import ClientOf
from backbone.web.idempotency import IdempotentResponse

KEY = {"Idempotency-Key": "4f1c"}


async def test_the_same_request_sent_again_gets_the_stored_answer(
    client: AsyncClient, outbox_messages: Callable[[], Any]
) -> None:
    first = await client.post("/notebooks", json={"title": "one"}, headers=KEY)
    again = await client.post("/notebooks", json={"title": "one"}, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert len(await outbox_messages()) == 1


async def test_fifty_at_once_have_one_effect(
    client: AsyncClient, db: AsyncSession, outbox_messages: Callable[[], Any]
) -> None:
    answers = await asyncio.gather(
        *(client.post("/notebooks", json={"title": "one"}, headers=KEY) for _ in range(50))
    )

    for answer in answers:
        assert answer.status_code in {201, 409}
        if answer.status_code == 409:
            assert answer.json()["type"] == "urn:problem:still-running"
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len((await db.exec(select(Notebook))).all()) == 1
    assert len(await outbox_messages()) == 1


async def test_another_request_under_the_same_key_is_refused(client: AsyncClient) -> None:
    await client.post("/notebooks", json={"title": "one"}, headers=KEY)

    answer = await client.post("/notebooks", json={"title": "two"}, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:problem:key-reused"


@pytest.mark.parametrize("title", ["broken", "x" * 101])
async def test_a_first_attempt_that_fails_is_not_stored(
    client: AsyncClient, db: AsyncSession, title: str
) -> None:
    failed = await client.post("/notebooks", json={"title": title}, headers=KEY)
    assert failed.status_code >= 400
    assert (await db.exec(select(IdempotentResponse))).all() == []

    mended = await client.post("/notebooks", json={"title": "one"}, headers=KEY)
    assert mended.status_code == 201


async def test_a_refusal_is_not_stored(client: AsyncClient, db: AsyncSession) -> None:
    db.add(taken := Notebook(title="one"))
    await db.commit()
    assert (await client.post("/notebooks", json={"title": "one"}, headers=KEY)).status_code == 409
    await db.delete(taken)
    await db.commit()

    assert (await client.post("/notebooks", json={"title": "one"}, headers=KEY)).status_code == 201


async def test_the_same_key_of_another_caller_is_another_key(client_of: ClientOf) -> None:
    jo, al = client_of("writer", sub="jo"), client_of("writer", sub="al")

    first = await jo.post("/notebooks", json={"title": "one"}, headers=KEY)
    second = await al.post("/notebooks", json={"title": "two"}, headers=KEY)

    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


async def test_the_same_key_of_several_callers_at_once_holds_up_none_of_them(
    client_of: ClientOf,
) -> None:
    answers = await asyncio.gather(
        *(
            client_of("writer", sub=f"caller {nth}").post(
                "/notebooks", json={"title": str(nth)}, headers=KEY
            )
            for nth in range(8)
        )
    )
    assert {answer.status_code for answer in answers} == {201}


async def test_a_stored_answer_is_not_for_who_cannot_prove_who_they_are(
    client: AsyncClient, client_of: ClientOf
) -> None:
    await client.post("/notebooks", json={"title": "one"}, headers=KEY)
    token = client.headers["authorization"]
    forged = token[:-8] + ("A" * 8 if token[-8:] != "A" * 8 else "B" * 8)

    for headers in ({"authorization": forged}, {}):
        answer = await client_of().post("/notebooks", json={"title": "one"}, headers=KEY | headers)
        assert answer.status_code == 401
        assert "one" not in answer.text


async def test_an_answer_that_was_erased_is_told_to_nobody_and_its_request_is_not_done_again(
    client: AsyncClient, db: AsyncSession, outbox_messages: Callable[[], Any]
) -> None:
    other = {"Idempotency-Key": "5a2d"}
    first = await client.post("/notebooks", json={"title": "one"}, headers=KEY)
    second = await client.post("/notebooks", json={"title": "two"}, headers=other)

    await erase_answers(db, [UUID(first.json()["id"])])
    await db.commit()

    again = await client.post("/notebooks", json={"title": "one"}, headers=KEY)
    assert (again.status_code, again.json()["type"]) == (410, "urn:problem:answer-erased")
    assert first.json()["id"] not in again.text
    [stored, _] = sorted(
        (await db.exec(select(IdempotentResponse))).all(), key=lambda each: each.key
    )
    assert (stored.body, stored.headers) == (b"", {})
    repeated = await client.post("/notebooks", json={"title": "two"}, headers=other)
    assert repeated.content == second.content
    assert len(await outbox_messages()) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_a_key_that_is_none_is_refused(client: AsyncClient, key: str) -> None:
    answer = await client.post(
        "/notebooks", json={"title": "one"}, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 422
