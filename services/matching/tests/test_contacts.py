"""Contacts: by whom they are logged, drafted, corrected and taken back."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
PHONED = {"contact_on": "2013-10-15", "medium": "phone", "minutes": 30}


@pytest.fixture
def mentor(client_of: ClientOf, pair: dict[str, Any]) -> AsyncClient:
    """The API as the pair's mentor sees it."""
    return client_of("mentor", sub="jo", person_id=pair["mentor_id"])


@pytest.fixture
def mentee(client_of: ClientOf, pair: dict[str, Any]) -> AsyncClient:
    return client_of("mentee", sub="amina", person_id=pair["mentee_id"])


async def log(client: AsyncClient, pair: dict[str, Any], **said: Any) -> dict[str, Any]:
    answer = await client.post(f"/pairings/{pair['id']}/contacts", json=PHONED | said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def tag(contact: dict[str, Any]) -> dict[str, str]:
    return {"If-Match": f'"{contact["version"]}"'}


async def correct(client: AsyncClient, contact: dict[str, Any], **said: Any) -> Response:
    return await client.patch(f"/contacts/{contact['id']}", json=said, headers=tag(contact))


async def state_of(client: AsyncClient, pair: dict[str, Any]) -> str:
    return str((await client.get(f"/pairings/{pair['id']}")).json()["state"])


def kinds(published: Sequence[Outbox]) -> list[str]:
    return [row.type for row in published if row.type.startswith("contact")]


async def test_either_of_a_pair_logs_a_contact_with_what_it_was_about(
    mentor: AsyncClient, mentee: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    logged = await log(mentor, pair, contact_kind="interview_preparation")
    await log(mentee, pair, contact_on="2013-11-15", medium="video")

    assert (logged["logged_by"], logged["state"]) == ("jo", "logged")
    published = await outbox_messages("contact-logged.v1")
    assert [json.loads(row.payload or b"")["contact_kind"] for row in published] == [
        "interview_preparation",
        None,
    ]


async def test_a_mentor_sees_and_tells_of_their_own_pairs_only(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    stranger = client_of("mentor", person_id=pair["mentee_id"])
    nobody = client_of("mentor")

    for answer in (
        await stranger.get(f"/pairings/{pair['id']}"),
        await stranger.post(f"/pairings/{pair['id']}/contacts", json=PHONED),
        await stranger.post(
            f"/pairings/{pair['id']}/check-ins",
            json={"by": "mentor", "held_on": "2013-10-15", "rating": 5},
        ),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:problem:missing")
    assert (await stranger.get("/pairings")).json()["items"] == []
    answer = await nobody.post(f"/pairings/{pair['id']}/contacts", json=PHONED)
    assert answer.status_code == 403
    assert "person_id" in answer.json()["detail"]
    assert kinds(await outbox_messages()) == []


async def test_a_mentor_answers_for_nobody_else(
    client_of: ClientOf, proposal: dict[str, Any]
) -> None:
    mentor = client_of("mentor", person_id=proposal["mentor_id"])
    path = f"/pairings/{proposal['id']}/acceptances"

    other = await mentor.post(path, json={"by": "mentee", "accepted_on": "2013-09-12"})
    own = await mentor.post(path, json={"by": "mentor", "accepted_on": "2013-09-12"})

    assert (other.status_code, own.status_code) == (403, 200)
    assert "give mentor, not mentee" in other.json()["detail"]
    [mine] = (await mentor.get("/pairings")).json()["items"]
    assert (mine["mentor_accepted_on"], mine["mentee_accepted_on"]) == ("2013-09-12", None)


async def test_an_attempt_is_told_as_such_and_is_no_contact(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    await log(client, pair, made=False, minutes=None)

    assert kinds(await outbox_messages()) == ["contact-attempted.v1"]
    assert await state_of(client, pair) == "accepted"
    lasting = await client.post(
        f"/pairings/{pair['id']}/contacts", json=PHONED | {"made": False, "minutes": 5}
    )
    assert lasting.status_code == 422
    assert "An attempt has no duration" in lasting.text


async def test_a_draft_is_its_writers_alone_until_it_is_logged(
    client: AsyncClient, mentor: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    draft = await log(mentor, pair, draft=True)
    path = f"/pairings/{pair['id']}/contacts"

    assert (await client.get(path)).json()["items"] == []
    assert (await correct(client, draft, minutes=5)).status_code == 404
    assert [c["state"] for c in (await mentor.get(path)).json()["items"]] == ["draft"]
    mended = (await correct(mentor, draft, minutes=45)).json()
    assert kinds(await outbox_messages()) == []
    assert await state_of(client, pair) == "accepted"

    logged = await mentor.post(f"/contacts/{draft['id']}/log", headers=tag(mended))

    assert (logged.status_code, logged.json()["state"]) == (200, "logged")
    [published] = await outbox_messages("contact-logged.v1")
    body = json.loads(published.payload or b"")
    assert (body["contact_id"], body["minutes"]) == (draft["id"], 45)
    assert await state_of(client, pair) == "active"
    again = await mentor.post(f"/contacts/{draft['id']}/log", headers=tag(logged.json()))
    assert again.status_code == 409


async def test_a_correction_is_told_and_what_was_said_before_is_kept(
    client: AsyncClient, mentor: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    logged = await log(mentor, pair)

    answer = await correct(client, logged, contact_on="2013-10-14", minutes=None)

    assert answer.status_code == 200
    assert (answer.json()["contact_on"], answer.json()["minutes"]) == ("2013-10-14", None)
    [published] = await outbox_messages("contact-corrected.v1")
    body = json.loads(published.payload or b"")
    assert (body["contact_on"], body["medium"], body["made"]) == ("2013-10-14", "phone", True)
    [kept] = (await client.get(f"/contacts/{logged['id']}/corrections")).json()["items"]
    assert kept["before"] == {"contact_on": "2013-10-15", "minutes": 30}
    assert kept["after"] == {"contact_on": "2013-10-14", "minutes": None}
    assert kept["corrected_by"] == "claire"


@pytest.mark.parametrize(
    ("said", "status", "names"),
    [
        ({"contact_on": "2013-09-11"}, 409, "2013-09-12"),
        ({"contact_on": "2099-01-01"}, 409, "in the future"),
        ({"medium": None}, 422, "medium cannot be emptied"),
        ({"made": False}, 422, "made"),
    ],
)
async def test_a_correction_follows_the_rules_of_a_contact(
    client: AsyncClient,
    pair: dict[str, Any],
    outbox_messages: Announced,
    said: dict[str, Any],
    status: int,
    names: str,
) -> None:
    logged = await log(client, pair)

    answer = await correct(client, logged, **said)

    assert answer.status_code == status
    assert names in answer.text
    assert kinds(await outbox_messages()) == ["contact-logged.v1"]


async def test_a_correction_that_says_nothing_new_is_no_correction(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    logged = await log(client, pair)

    answer = await correct(client, logged, medium="phone")

    assert (answer.status_code, answer.json()["version"]) == (200, logged["version"])
    assert kinds(await outbox_messages()) == ["contact-logged.v1"]


async def test_a_contact_that_never_was_is_taken_back_and_the_pair_is_where_it_was(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    first, second = await log(client, pair), await log(client, pair, contact_on="2013-11-15")

    for contact, state in ((first, "active"), (second, "accepted")):
        answer = await client.delete(f"/contacts/{contact['id']}", headers=tag(contact))
        assert answer.status_code == 204, answer.text
        assert await state_of(client, pair) == state

    assert kinds(await outbox_messages())[2:] == ["contact-withdrawn.v1"] * 2
    assert (await client.get(f"/pairings/{pair['id']}/contacts")).json()["items"] == []
    [kept] = (await client.get(f"/contacts/{first['id']}/corrections")).json()["items"]
    assert (kept["before"]["contact_on"], kept["after"]) == ("2013-10-15", None)
    late = await correct(client, first | {"version": first["version"] + 1}, minutes=3)
    assert late.status_code == 409


async def test_what_was_changed_meanwhile_is_not_changed_unseen(
    client: AsyncClient, pair: dict[str, Any]
) -> None:
    logged = await log(client, pair)
    await correct(client, logged, minutes=31)

    assert (await correct(client, logged, minutes=32)).status_code == 412
