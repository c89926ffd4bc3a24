from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from sqlmodel import select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.testing.fixtures import ClientOf, Topics
from notifications.delivery.sender import Sender
from notifications.domain.tables import Message, State

Messages = Callable[..., Awaitable[list[Message]]]
OPERATIONS = [
    ("GET", "/messages"),
    ("GET", f"/messages/{UUID(int=0)}"),
    ("POST", f"/messages/{UUID(int=0)}/retries"),
    ("GET", "/opt-outs"),
    ("POST", "/opt-outs"),
    ("GET", f"/opt-outs/{UUID(int=0)}"),
    ("DELETE", f"/opt-outs/{UUID(int=0)}"),
    ("GET", "/bounces"),
    ("DELETE", f"/bounces/{UUID(int=0)}"),
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
async def test_messages_are_for_coordinators_only(
    client_of: ClientOf, method: str, path: str
) -> None:
    assert (await client_of().request(method, path)).status_code == 401
    for role in ("viewer", "mentor", "mentee", "partner_manager", "machine"):
        assert (await client_of(role).request(method, path)).status_code == 403
    for role in ("coordinator", "admin"):
        assert (await client_of(role).request(method, path)).status_code in {200, 404, 422, 428}


async def test_no_operation_is_left_out_of_the_matrix(app: Any) -> None:
    paths = {
        (method.upper(), path.removeprefix("/v1"))
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if path.startswith("/v1") and not path.startswith("/v1/trace/")  # the backbone's
    }
    tried = {(method, path.replace(str(UUID(int=0)), "{id}")) for method, path in OPERATIONS}

    assert {
        (m, p.replace("message_id", "id").replace("person_id", "id")) for m, p in paths
    } == tried


async def test_messages_are_listed_in_pages_and_by_filters(
    client: AsyncClient, topics: Topics, pair: Any
) -> None:
    other = type(pair)()
    await topics.publish(pair.paired())
    await topics.publish(other.paired())

    first = (await client.get("/messages", params={"limit": 4})).json()
    rest = (await client.get("/messages", params={"limit": 4, "after": first["next"]})).json()
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [4, 2, None]
    listed = [message["id"] for message in first["items"] + rest["items"]]
    assert len(set(listed)) == 6

    for filters, count in (
        ({"pairing_id": str(pair.pairing_id)}, 3),
        ({"person_id": str(pair.mentee_id)}, 2),
        ({"channel": "sms"}, 2),
        ({"rule": "mentor_paired", "state": "planned"}, 2),
        ({"state": "sent"}, 0),
    ):
        answer = await client.get("/messages", params=filters)
        assert len(answer.json()["items"]) == count, filters


async def test_a_message_shows_what_was_written_and_the_list_does_not(
    client: AsyncClient, topics: Topics, mailer: Sender, pair: Any
) -> None:
    await topics.publish(pair.mentee(), pair.mentor(), pair.paired())
    while await mailer.send_next():
        pass

    [listed] = (await client.get("/messages", params={"rule": "mentor_paired"})).json()["items"]
    assert not {"address", "subject", "text"} & listed.keys()
    shown = (await client.get(f"/messages/{listed['id']}")).json()
    assert (shown["state"], shown["tries"], shown["last_error"]) == ("sent", 1, None)
    assert shown["sent_at"]
    assert shown["address"] == "claire@example.org"
    assert shown["subject"] == "Votre parrainage avec Amina commence"
    assert "Bonjour Claire" in shown["text"]


async def test_a_failed_message_is_tried_again_and_no_other(
    client: AsyncClient, topics: Topics, db: AsyncSession, pair: Any
) -> None:
    await topics.publish(pair.paired())
    message = (await db.exec(select(Message))).first()
    assert message
    refused = await client.post(f"/messages/{message.id}/retries")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:problem:not-failed"

    await (await db.connection()).execute(update(Message).values(state=State.FAILED, tries=8))
    await db.commit()
    answer = await client.post(f"/messages/{message.id}/retries")
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["tries"]) == ("planned", 0)


async def test_a_coordinator_sees_what_concerns_the_mentees_of_their_regions(
    client_of: ClientOf, topics: Topics, pair: Any
) -> None:
    await topics.publish(pair.paired(), pair.mentee(department="974"), pair.mentor(department="75"))
    reunion, paris = (client_of("coordinator", regions=[region]) for region in ("04", "11"))

    [one, *_] = mine = (await reunion.get("/messages")).json()["items"]
    assert len(mine) == 3
    assert (await paris.get("/messages")).json()["items"] == []
    assert (await reunion.get(f"/messages/{one['id']}")).status_code == 200
    assert (await paris.get(f"/messages/{one['id']}")).status_code == 404
    assert (await paris.post(f"/messages/{one['id']}/retries")).status_code == 404
    opt_out = {"person_id": str(pair.mentee_id), "channel": "all"}
    assert (await paris.post("/opt-outs", json=opt_out)).status_code == 404
    assert (await reunion.post("/opt-outs", json=opt_out)).status_code == 201
    assert (await paris.get("/opt-outs")).json()["items"] == []
    assert (await paris.get(f"/opt-outs/{pair.mentee_id}")).status_code == 404


async def test_an_opt_out_is_noted_widened_and_taken_back(
    client: AsyncClient, topics: Topics, pair: Any
) -> None:
    await topics.publish(pair.mentee())
    person = str(pair.mentee_id)

    first = await client.post("/opt-outs", json={"person_id": person, "channel": "sms"})
    assert (first.status_code, first.json()["channel"], first.headers["etag"]) == (
        201,
        "sms",
        '"1"',
    )
    same = await client.post("/opt-outs", json={"person_id": person, "channel": "sms"})
    assert (same.json()["channel"], same.headers["etag"]) == ("sms", '"1"')
    wider = await client.post("/opt-outs", json={"person_id": person, "channel": "email"})
    assert (wider.json()["channel"], wider.headers["etag"]) == ("all", '"2"')
    [listed] = (await client.get("/opt-outs")).json()["items"]
    assert listed == wider.json() == (await client.get(f"/opt-outs/{person}")).json()

    path = f"/opt-outs/{person}"
    assert (await client.delete(path)).status_code == 428
    assert (await client.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    assert (await client.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person_id": str(uuid4()), "channel": "sms"}, 404),
        ({"person_id": str(uuid4()), "channel": "pigeon"}, 422),
        ({"person_id": str(uuid4()), "channel": "sms", "version": 7}, 422),
        ({}, 422),
    ],
)
async def test_an_opt_out_of_nobody_or_of_nothing_is_refused(
    client: AsyncClient, body: dict[str, Any], status: int
) -> None:
    answer = await client.post("/opt-outs", json=body)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get("/opt-outs")).json()["items"] == []


async def test_a_broken_page_reference_and_an_unknown_message_are_said_plainly(
    client: AsyncClient,
) -> None:
    assert (await client.get("/messages", params={"after": "§"})).status_code == 422
    assert (await client.get(f"/messages/{uuid4()}")).status_code == 404
