"""Whoever applies is decided on once, by the rule of the day, on what is known of them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
AMINA = {
    "given_name": "Amina",
    "family_name": "Diallo",
    "email": "amina@example.org",
    "phone": "06 39 98 00 01",
    "department": "93",
    "birth_date": "1990-05-04",
    "degree_level": 5,
    "degree_field": "04",
    "wished_functions": ["M15", "M12"],
    "wished_sectors": ["L"],
    "languages": ["fr", "ar"],
    "applied_on": "2013-09-02",
}


async def apply(client: AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post("/mentees", json=AMINA | said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def decide(client: AsyncClient, mentee: dict[str, Any], **said: Any) -> Response:
    body = {"admit": True, "decided_on": "2013-09-05"} | said
    return await client.post(f"/mentees/{mentee['id']}/decision", json=body)


async def types(outbox_messages: Announced) -> list[str]:
    return [row.type for row in await outbox_messages()]


async def test_who_applies_is_known_and_not_decided_on(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client)

    assert (mentee["is_admitted"], mentee["decided_on"], mentee["rule_version"]) == (
        False,
        None,
        None,
    )
    assert (mentee["phone"], mentee["reference"]) == ("+33639980001", mentee["id"])
    assert await types(outbox_messages) == ["person-card.v1"]
    undecided = (await client.get("/mentees", params={"decided": False})).json()["items"]
    assert [one["id"] for one in undecided] == [mentee["id"]]
    assert (await client.get("/mentees", params={"waiting": True})).json()["items"] == []


async def test_an_admission_keeps_the_rule_and_what_it_was_taken_on(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client)

    admitted = (await decide(client, mentee)).json()

    assert (admitted["is_admitted"], admitted["decided_on"]) == (True, "2013-09-05")
    assert admitted["rule_version"] == "2005-1"
    assert admitted["decision_inputs"]["age"] == 23
    assert admitted["decision_inputs"]["degree_level_needed"] == 4
    assert await types(outbox_messages) == ["person-card.v1", "mentee-admitted.v1"]


@pytest.mark.parametrize(
    ("said", "reason", "hint"),
    [
        ({"degree_level": 3}, "degree_too_low", "degree_level is 3, region 11 needs 4"),
        ({"birth_date": "1980-01-01"}, "too_old", "birth_date makes them 33"),
    ],
)
async def test_whom_the_rule_forbids_to_admit_is_refused_with_its_reason(
    client: AsyncClient, outbox_messages: Announced, said: dict[str, Any], reason: str, hint: str
) -> None:
    mentee = await apply(client, **said)

    forbidden = await decide(client, mentee)

    assert (forbidden.status_code, forbidden.json()["type"]) == (409, "urn:problem:not-eligible")
    assert hint in forbidden.json()["detail"]
    assert await types(outbox_messages) == ["person-card.v1"]
    refused = await decide(client, mentee, admit=False, reason=reason)
    assert (refused.json()["refusal"], refused.json()["is_admitted"]) == (reason, False)
    assert (await types(outbox_messages))[1:] == ["mentee-refused.v1"]


async def test_a_decision_names_the_inputs_that_its_rule_lacks(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client, birth_date=None, degree_level=None)

    answer = await decide(client, mentee)

    assert answer.json()["type"] == "urn:problem:inputs-missing"
    assert "needs birth_date and degree_level" in answer.json()["detail"]
    assert await types(outbox_messages) == ["person-card.v1"]
    known = (await client.get(f"/mentees/{mentee['id']}")).json()
    assert known == mentee | {"status": None}


async def test_a_reason_of_the_rule_is_one_that_it_gives(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client)

    answer = await decide(client, mentee, admit=False, reason="too_old")

    assert answer.json()["type"] == "urn:problem:rule-does-not-say-so"
    assert "allows to admit them" in answer.json()["detail"]
    assert await types(outbox_messages) == ["person-card.v1"]


async def test_an_application_can_be_turned_down_though_the_rule_allows_it(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client, birth_date=None)

    answer = await decide(client, mentee, admit=False, reason="found_work")

    assert (answer.json()["refusal"], answer.json()["is_admitted"]) == ("found_work", False)
    assert (await types(outbox_messages))[1:] == ["application-turned-down.v1"]


async def test_a_decision_is_taken_once(client: AsyncClient, outbox_messages: Announced) -> None:
    mentee = await apply(client)
    await decide(client, mentee)

    answer = await decide(client, mentee, admit=False, reason="withdrawn")

    assert answer.json()["type"] == "urn:problem:already-decided"
    assert "admitted on 2013-09-05" in answer.json()["detail"]
    assert len(await types(outbox_messages)) == 2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"decided_on": "2013-09-01"}, "before-application"),
        ({"decided_on": "2099-01-01"}, "in-the-future"),
        ({"admit": False}, "wrong-shape"),
        ({"reason": "too_old"}, "wrong-shape"),
    ],
)
async def test_a_decision_that_cannot_be_changes_nothing(
    client: AsyncClient, outbox_messages: Announced, said: dict[str, Any], kind: str
) -> None:
    mentee = await apply(client)

    answer = await decide(client, mentee, **said)

    assert answer.json()["type"] == f"urn:problem:{kind}"
    assert await types(outbox_messages) == ["person-card.v1"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"department": "99"}, "department"),
        ({"phone": "12345678901234567"}, "phone number"),
        ({"email": "nobody"}, "email"),
        ({"wished_functions": ["M99"]}, "ROME"),
        ({"languages": []}, "languages"),
        ({"given_name": "A\0"}, "given_name"),
        ({"reference": "F\n1"}, "reference"),
        ({"birth_date": "2013-09-02"}, "birth_date"),
        ({"id": "0b8f6a52-6a0e-4c0f-9a53-2f6a1f7d9d10"}, "id"),
    ],
)
async def test_a_wrong_application_is_told_so_and_not_kept(
    client: AsyncClient, outbox_messages: Announced, said: dict[str, Any], where: str
) -> None:
    answer = await client.post("/mentees", json=AMINA | said)

    assert answer.status_code == 422
    assert where in answer.text
    assert await outbox_messages() == []
    assert (await client.get("/mentees")).json()["items"] == []


async def test_the_same_application_sent_again_is_one(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    key = {"Idempotency-Key": "amina"}

    first = await client.post("/mentees", json=AMINA, headers=key)
    again = await client.post("/mentees", json=AMINA, headers=key)

    assert first.json() == again.json()
    assert len((await client.get("/mentees")).json()["items"]) == 1
    assert await types(outbox_messages) == ["person-card.v1"]


async def test_coordinators_take_applications_in_their_regions(
    client: AsyncClient, client_of: ClientOf, outbox_messages: Announced
) -> None:
    elsewhere = client_of("coordinator", regions=["84"])

    answer = await elsewhere.post("/mentees", json=AMINA)

    assert answer.json()["type"] == "urn:problem:elsewhere-than-yours"
    assert await outbox_messages() == []
    mentee = await apply(client)
    assert (await decide(elsewhere, mentee)).status_code == 404


async def test_what_is_known_of_someone_is_mended_by_who_has_read_it(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client, birth_date=None)
    path, tag = f"/mentees/{mentee['id']}", {"If-Match": '"1"'}

    changed = await client.patch(
        path, json={"birth_date": "1990-05-04", "phone": None, "wished_sectors": ["K"]}, headers=tag
    )

    assert changed.status_code == 200, changed.text
    assert (changed.json()["birth_date"], changed.json()["phone"]) == ("1990-05-04", None)
    assert changed.headers["etag"] == '"2"'
    assert await types(outbox_messages) == ["person-card.v1"] * 2
    assert (await client.patch(path, json={"remote": True})).status_code == 428
    assert (await client.patch(path, json={"remote": True}, headers=tag)).status_code == 412
    emptied = await client.patch(path, json={"given_name": None}, headers={"If-Match": '"2"'})
    assert (emptied.status_code, "cannot be emptied" in emptied.text) == (422, True)


async def test_what_a_decision_was_taken_on_stays(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client)
    await decide(client, mentee)
    path, tag = f"/mentees/{mentee['id']}", {"If-Match": '"2"'}

    answer = await client.patch(path, json={"degree_level": 3}, headers=tag)

    assert answer.json()["type"] == "urn:problem:already-decided"
    assert (await client.get(path)).json()["degree_level"] == 5
    assert (await client.patch(path, json={"remote": True}, headers=tag)).status_code == 200
    assert await types(outbox_messages) == ["person-card.v1", "mentee-admitted.v1"]


async def test_who_is_not_decided_on_is_proposed_to_nobody(
    client: AsyncClient, send: Send, covered: UUID, lines: Any, outbox_messages: Announced
) -> None:
    mentee = await apply(client)
    await send("mentors", [lines.mentor(1)])
    [mentor] = (await client.get("/mentors")).json()["items"]
    body = {"mentee_id": mentee["id"], "mentor_id": mentor["id"], "proposed_on": "2013-09-10"}

    answer = await client.post("/pairings", json=body)

    assert answer.json()["type"] == "urn:problem:mentee-not-admitted"
    assert await outbox_messages("pairing-proposed.v1") == []
    await decide(client, mentee)
    assert (await client.post("/pairings", json=body)).status_code == 201


async def test_who_was_forgotten_is_not_decided_on(
    client: AsyncClient, client_of: ClientOf, outbox_messages: Announced
) -> None:
    mentee = await apply(client)
    path = f"/mentees/{mentee['id']}"
    assert (await client_of("admin").delete(f"{path}/personal-data")).status_code == 204

    assert (await decide(client, mentee)).json()["type"] == "urn:problem:person-erased"
    mended = await client.patch(path, json={"email": "a@example.org"}, headers={"If-Match": "*"})
    assert mended.json()["type"] == "urn:problem:person-erased"
    assert await types(outbox_messages) == ["person-card.v1"] * 2


async def test_the_employer_comes_in_files_by_its_register_number(
    client: AsyncClient, covered: UUID, import_file: Any
) -> None:
    header = "reference,given_name,family_name,department,degree_level,birth_date,applied_on"
    line = "F1,Amina,Diallo,93,5,1990-05-04,2013-09-02"
    rows = f"{header},employer_siren\n{line},552 141 533\n{line.replace('F1', 'F2')},732829320"

    published = await import_file(client, "mentees", rows)

    assert (published["created"], published["faults"][0]["column"]) == (1, "employer_siren")
    [mentee] = (await client.get("/mentees")).json()["items"]
    assert mentee["employer_id"] == str(covered)
    again = await import_file(client, "mentees", f"{header}\n{line}")
    assert again["unchanged"] == 1
    left = await import_file(client, "mentees", f"{header},employer_siren\n{line},")
    assert left["updated"] == 1
