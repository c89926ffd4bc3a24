"""Mentors enrol from covered organisations; pauses and exclusions keep them from proposals."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Draft = Callable[..., Awaitable[dict[str, Any]]]
ON = "2013-09-10"


def jo(organisation: UUID, **said: Any) -> dict[str, Any]:
    known = {
        "given_name": "Jo",
        "family_name": "Martin",
        "department": "75",
        "organisation_id": str(organisation),
        "capacity": 2,
        "sector": "L",
        "function": "M15",
        "enrolled_on": "2013-02-01",
        "charter_accepted_on": "2013-02-01",
    }
    return known | said


async def test_an_executive_of_a_covered_organisation_enrols(
    client: AsyncClient, covered: UUID, outbox_messages: Announced
) -> None:
    answer = await client.post("/mentors", json=jo(covered, wished_fields=["04", "04"]))

    assert answer.status_code == 201, answer.text
    mentor = answer.json()
    assert (mentor["capacity"], mentor["mentees"], mentor["wished_fields"]) == (2, 0, ["04"])
    assert mentor["charter_accepted_on"] == "2013-02-01"
    assert [row.type for row in await outbox_messages()] == ["mentor-enrolled.v1", "person-card.v1"]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"enrolled_on": "2013-01-14"}, "organisation-not-covered"),
        ({"organisation_id": str(uuid4())}, "organisation-not-covered"),
        ({"charter_accepted_on": "2099-01-01"}, "in-the-future"),
        ({"charter_accepted_on": None}, "wrong-shape"),
        ({"capacity": 6}, "wrong-shape"),
        ({"mentees": 1}, "wrong-shape"),
        ({"sector": "Z"}, "wrong-shape"),
    ],
)
async def test_who_cannot_enrol_is_told_why_and_not_kept(
    client: AsyncClient, covered: UUID, outbox_messages: Announced, said: dict[str, Any], kind: str
) -> None:
    answer = await client.post("/mentors", json=jo(covered, **said))

    assert answer.json()["type"] == f"urn:problem:{kind}"
    assert await outbox_messages() == []
    assert (await client.get("/mentors")).json()["items"] == []


async def test_a_reference_names_one_person(client: AsyncClient, covered: UUID) -> None:
    assert (await client.post("/mentors", json=jo(covered, reference="P1"))).status_code == 201

    answer = await client.post("/mentors", json=jo(covered, reference="P1"))

    assert answer.json()["type"] == "urn:problem:reference-taken"


async def test_what_changes_of_a_mentor_is_announced_where_others_need_it(
    client: AsyncClient, covered: UUID, outbox_messages: Announced
) -> None:
    mentor = (await client.post("/mentors", json=jo(covered))).json()
    path, tag = f"/mentors/{mentor['id']}", {"If-Match": '"1"'}

    body = {"capacity": 3, "email": "jo@example.org", "training_done_on": "2013-05-01"}
    answer = await client.patch(path, json=body, headers=tag)

    assert answer.status_code == 200, answer.text
    assert (answer.json()["capacity"], answer.json()["training_done_on"]) == (3, "2013-05-01")
    assert [row.type for row in await outbox_messages()][2:] == [
        "mentor-capacity-changed.v1",
        "person-card.v1",
    ]
    assert (await client.patch(path, json=body, headers=tag)).status_code == 412


@pytest.fixture
async def two(client: AsyncClient, send: Send, covered: UUID, lines: Any) -> tuple[str, str]:
    """A mentee who waits and a mentor who has a place."""
    await send("mentees", [lines.mentee(1)])
    await send("mentors", [lines.mentor(1)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    [mentor] = (await client.get("/mentors")).json()["items"]
    return mentee["id"], mentor["id"]


async def pause(client: AsyncClient, mentor: str, from_on: str, until_on: str | None) -> Response:
    body = {"from_on": from_on, "until_on": until_on}
    return await client.post(f"/mentors/{mentor}/pauses", json=body)


async def test_who_pauses_is_proposed_to_nobody_until_it_is_taken_back(
    client: AsyncClient, two: tuple[str, str], draft: Draft
) -> None:
    _, mentor = two
    made = (await pause(client, mentor, "2013-09-01", "2013-09-30")).json()
    assert (await draft(ON))["report"]["proposed"] == 0

    path = f"/mentors/{mentor}/pauses"
    assert (await client.get(path)).json()["items"] == [made]
    assert (await client.delete(f"{path}/{made['id']}")).status_code == 204

    assert (await draft(ON))["report"]["proposed"] == 1
    assert (await client.delete(f"{path}/{made['id']}")).status_code == 404


async def test_pauses_share_no_day(client: AsyncClient, two: tuple[str, str]) -> None:
    _, mentor = two
    await pause(client, mentor, "2013-09-01", "2013-09-30")

    overlapping = await pause(client, mentor, "2013-09-30", None)

    assert overlapping.json()["type"] == "urn:problem:already-paused"
    assert (await pause(client, mentor, "2013-10-01", None)).status_code == 201
    assert (await pause(client, mentor, "2015-01-01", "2014-01-01")).status_code == 422


async def test_two_who_are_excluded_are_not_proposed_to_each_other(
    client: AsyncClient, two: tuple[str, str], draft: Draft
) -> None:
    mentee, mentor = two
    path, body = f"/mentees/{mentee}/exclusions", {"mentor_id": mentor, "asked_by": "mentee"}
    made = await client.post(path, json=body)
    assert made.status_code == 201, made.text

    assert (await draft(ON))["report"]["proposed"] == 0
    assert (await client.post(path, json=body)).json()["type"] == "urn:problem:already-excluded"
    assert (await client.get(path)).json()["items"] == [made.json()]

    assert (await client.delete(f"{path}/{mentor}")).status_code == 204
    assert (await draft(ON))["report"]["proposed"] == 1
    assert (await client.delete(f"{path}/{mentor}")).status_code == 404


@pytest.fixture
async def usual_rules(engine: AsyncEngine) -> AsyncIterator[None]:
    """The rules there are at first, again when the test is over."""
    yield
    async with engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM reference_eligibility_rule WHERE version <> '2005-1'")
        )
        await connection.execute(text("UPDATE reference_eligibility_rule SET valid_to = NULL"))


def rule(**said: Any) -> dict[str, Any]:
    known = {
        "version": "2099-1",
        "valid_from": "2099-01-01",
        "younger_than": 32,
        "degree_level": 2,
        "degree_level_by_region": {"11": 3},
    }
    return known | said


async def test_a_rule_follows_the_one_without_an_end(
    client: AsyncClient, client_of: ClientOf, usual_rules: None
) -> None:
    admin = client_of("admin")

    assert (await client.post("/eligibility-rules", json=rule())).status_code == 403
    assert (await admin.post("/eligibility-rules", json=rule())).status_code == 201

    listed = (await client.get("/eligibility-rules")).json()["items"]
    assert [(one["version"], one["valid_to"]) for one in listed] == [
        ("2005-1", "2098-12-31"),
        ("2099-1", None),
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({}, "rule-version-taken"),
        ({"version": "b", "valid_from": "2013-01-01"}, "rule-in-the-past"),
        ({"version": "b", "valid_from": "2098-01-01"}, "rules-overlap"),
        ({"version": "b", "valid_to": "2098-01-01"}, "wrong-shape"),
        ({"version": "b", "degree_level_by_region": {"99": 3}}, "wrong-shape"),
    ],
)
async def test_one_rule_is_valid_on_a_day(
    client_of: ClientOf, usual_rules: None, said: dict[str, Any], kind: str
) -> None:
    admin = client_of("admin")
    await admin.post("/eligibility-rules", json=rule())

    answer = await admin.post("/eligibility-rules", json=rule(**said))

    assert answer.json()["type"] == f"urn:problem:{kind}"
    assert len((await admin.get("/eligibility-rules")).json()["items"]) == 2
