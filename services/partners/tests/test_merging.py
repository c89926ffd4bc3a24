"""Organisations that were one all along: found, and merged with all that names them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf, Topics, problem_of
from contracts import MentorEnrolled
from partners.domain.organisations import compared

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}


async def merge(client: AsyncClient, kept: Any, duplicate: Any) -> Response:
    body = {"duplicate_id": duplicate["id"]}
    return await client.post(f"/organisations/{kept['id']}/merge", json=body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SA HLM des Deux-Sèvres", "Deux Sèvres Hlm"),
        ("Immobilière 3F", "IMMOBILIERE 3F SA"),
        ("Société d'Œuvres", "oeuvres"),
    ],
)
def test_names_that_say_the_same_are_alike(one: str, other: str) -> None:
    assert compared(one) == compared(other)


def test_names_that_say_something_else_are_not() -> None:
    assert compared("Habitat 17") != compared("Habitat 79")
    assert compared("SA") != compared("SAS")


async def test_duplicates_are_found_by_their_names(client: AsyncClient, organisation: Make) -> None:
    for name in ("Habitat 17", "SA Habitat-17", "Habitat 79", "17 habitat"):
        await organisation(name)

    [alike] = (await client.get("/organisations/duplicates")).json()

    assert {one["name"] for one in alike} == {"Habitat 17", "SA Habitat-17", "17 habitat"}


async def test_all_that_named_a_duplicate_names_the_one_that_stays(
    client: AsyncClient, organisation: Make, convention: Make, topics: Topics, outbox_messages: Any
) -> None:
    ush = await organisation("USH", kind="federation")
    kept = await organisation("3F", kind="social_landlord")
    other = await organisation("3F SA", kind="social_landlord", member_of={ush["id"]: "2013-01-01"})
    signed = await convention(other)
    both = await convention(kept, other, ush)
    commitment = {"organisation_id": other["id"], "party": "partner", "kind": "stand"}
    path = f"/conventions/{signed['id']}/commitments"
    await client.post(path, json=commitment | {"quantity": 1})
    money = {"amount": 500_000, "payment": "transfer", "given_on": "2013-10-15"}
    for who in (kept, other):
        await client.post(f"/organisations/{who['id']}/gifts", json=money)
    person = {"given_name": "Inès", "family_name": "M", "email": "i@example.org"}
    known = {"roles": ["events"], "from_on": "2013-01-01"}
    people = f"/organisations/{other['id']}/contacts"
    contact = (await client.post(people, json=person | known)).json()
    youth = {"given_name": "A", "family_name": "D", "email": "a@example.org", "department": "93"}
    agreed = {"consented_on": "2013-10-01", "referred_on": "2013-10-01"}
    for who in (other, kept):
        await client.post(f"/organisations/{who['id']}/referrals", json=youth | agreed)
    await topics.publish(
        MentorEnrolled(
            mentor_id=uuid4(),
            organisation_id=UUID(other["id"]),
            department="75",
            capacity=1,
            enrolled_on=date(2013, 2, 1),
        )
    )

    answer = await merge(client, kept, other)

    assert answer.status_code == 200, answer.text
    params = {"as_of": "2014-01-06"}
    card = (await client.get(f"/organisations/{kept['id']}/scorecard", params=params)).json()
    names = ("mentors", "commitments", "gifts", "referrals", "referrals_first")
    assert [card[name] for name in names] == [1, 1, 2, 1, 1]
    listed = (await client.get(f"/organisations/{kept['id']}/contacts")).json()["items"]
    assert [one["id"] for one in listed] == [contact["id"]]
    covered = (
        await client.get(f"/organisations/{kept['id']}/coverage", params={"on": "2014-01-06"})
    ).json()
    assert len(covered["ways"]) == 3
    signatories = (await client.get(f"/conventions/{both['id']}")).json()["signatories"]
    assert {one["organisation_id"] for one in signatories} == {kept["id"], ush["id"]}
    found = [one["name"] for one in (await client.get("/organisations")).json()["items"]]
    assert found == ["3F", "USH"]
    gone = await client.get(f"/organisations/{other['id']}")
    assert gone.status_code == 404
    assert kept["id"] in gone.json()["detail"]
    [merged] = await outbox_messages("organisations-merged.v1")
    assert json.loads(merged.payload)["duplicates"] == [other["id"]]
    assert (await outbox_messages("organisation-card.v1"))[-1].payload is None
    moved = json.loads((await outbox_messages("contact-person-card.v1"))[-1].payload)
    assert (moved["person_id"], moved["organisation_id"]) == (contact["id"], kept["id"])


async def test_a_chain_of_duplicates_is_one_organisation(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    a, b, c = [await organisation(name) for name in "ABC"]

    assert (await merge(client, b, a)).status_code == 200
    assert (await merge(client, c, b)).status_code == 200

    last = (await outbox_messages("organisations-merged.v1"))[-1]
    assert set(json.loads(last.payload)["duplicates"]) == {a["id"], b["id"]}
    assert c["id"] in (await client.get(f"/organisations/{a['id']}")).json()["detail"]
    assert (await merge(client, c, a)).status_code == 404


async def test_what_cannot_be_one_is_not_merged(
    client: AsyncClient, client_of: ClientOf, organisation: Make, outbox_messages: Any
) -> None:
    ush = await organisation("USH", kind="federation")
    arosh = await organisation("AROSH", member_of={ush["id"]: "2008-01-01"})
    h17 = await organisation("H17", member_of={arosh["id"]: "2008-01-01"})
    seated = await organisation("Seated")
    for who in (ush, seated):
        body = {"organisation_id": who["id"], "starts_on": "2015-01-01"}
        await client.post("/board/seats", json=body)

    assert problem_of(await merge(client, ush, ush)) == (422, "own-duplicate")
    for one, other in ((ush, arosh), (h17, ush)):
        assert problem_of(await merge(client, one, other)) == (409, "umbrella-circle")
    assert problem_of(await merge(client, seated, ush)) == (409, "two-seats")
    assert problem_of(await merge(client, ush, {"id": str(uuid4())})) == (404, "missing")
    confined = client_of("partner_manager", organisations=[ush["id"]])
    assert (await merge(confined, ush, seated)).status_code == 403
    assert await outbox_messages("organisations-merged.v1") == []


async def test_of_two_who_merge_each_into_the_other_one_does(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    a, b = await organisation("A"), await organisation("B")

    answers = await asyncio.gather(merge(client, a, b), merge(client, b, a))

    assert sorted(answer.status_code for answer in answers) == [200, 404]
    assert len(await outbox_messages("organisations-merged.v1")) == 1
    listed = (await client.get("/organisations")).json()["items"]
    assert len(listed) == 1


async def test_a_file_may_name_a_duplicate_by_its_number(
    client: AsyncClient, organisation: Make, import_file: Any
) -> None:
    kept, other = await organisation("3F"), await organisation("3F SA")
    await merge(client, kept, other)

    lines = ["siren,role,named_on", f"{other['siren']},ambassador,2013-01-01"]
    assert (await import_file(client, "promoters", "\n".join(lines)))["created"] == 1
    listed = (await client.get(f"/organisations/{kept['id']}/promotions")).json()["items"]
    assert [one["role"] for one in listed] == ["ambassador"]
    lines = [
        "name,kind,siren,siret,department,registered_on",
        f"3F SA,company,{other['siren']},,75,2012-07-02",
    ]
    assert (await import_file(client, "organisations", "\n".join(lines)))["unchanged"] == 1
