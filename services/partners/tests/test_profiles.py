"""What is known of organisations, and who speaks for them."""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf, problem_of

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}
INES = {
    "given_name": "Inès",
    "family_name": "Martin",
    "roles": ["events", "convention"],
    "email": "ines@example.org",
    "from_on": "2015-01-05",
}


async def describe(client: AsyncClient, who: dict[str, Any], **said: Any) -> Response:
    return await client.put(f"/organisations/{who['id']}/profile", json=said, headers=ANY)


async def test_what_is_said_of_an_organisation_is_read_again_and_what_is_not_is_known_no_more(
    client: AsyncClient, organisation: Make
) -> None:
    who = await organisation("Vivre ensemble", kind="association")
    path = f"/organisations/{who['id']}/profile"
    empty = await client.get(path)
    assert (empty.json()["rna"], empty.headers["etag"]) == (None, '"0"')

    said = {"rna": "w751 234567", "naf": "9499z", "city": "Paris", "departments": ["93", "75"]}
    answer = await client.put(path, json=said, headers={"If-Match": '"0"'})
    assert answer.status_code == 200, answer.text
    found = (await client.get(path)).json()
    assert (found["rna"], found["naf"], found["departments"]) == ("W751234567", "94.99Z", ["93"])

    assert (await client.put(path, json={}, headers={"If-Match": '"0"'})).status_code == 412
    assert (await describe(client, who)).json()["rna"] is None


@pytest.mark.parametrize(
    ("organised", "said", "kind"),
    [
        ({"kind": "company"}, {"rna": "W751234567"}, "rna-of-none"),
        ({"department": "67"}, {"rna": "W671234567"}, "rna-of-none"),
        ({}, {"rna": "751234567"}, "rna-wrong"),
        ({}, {"naf": "68.2"}, "naf-wrong"),
        ({}, {"postal_code": "7501"}, "postal-code-wrong"),
        ({}, {"departments": ["20"]}, "department-unknown"),
    ],
)
async def test_what_cannot_be_so_is_refused(
    client: AsyncClient, organisation: Make, organised: Any, said: Any, kind: str
) -> None:
    who = await organisation("Vivre ensemble", **({"kind": "association"} | organised))

    assert problem_of(await describe(client, who, **said)) == (422, kind)
    assert (await client.get(f"/organisations/{who['id']}/profile")).json()["version"] == 0


async def test_an_rna_is_one_associations(client: AsyncClient, organisation: Make) -> None:
    one, other = [await organisation(name, kind="association") for name in ("One", "Other")]
    assert (await describe(client, one, rna="W751234567")).status_code == 200

    assert problem_of(await describe(client, other, rna="W751234567")) == (422, "rna-wrong")
    assert (await describe(client, one, rna="W751234567", naf="68.20A")).status_code == 200


async def test_a_place_belongs_to_the_organisation_whose_siren_it_begins_with(
    client: AsyncClient, organisation: Make
) -> None:
    i3f = await organisation("Immobilière 3F", siren="732829320")
    path = f"/organisations/{i3f['id']}/places"
    place = {"siret": "732 829 320 00074", "name": "Agence 93", "department": "93"}

    assert (await client.post(path, json=place)).status_code == 201
    again = await client.post(path, json=place | {"name": "Agence Nord"})
    assert (again.status_code, again.json()["name"]) == (201, "Agence Nord")
    other = await client.post(path, json=place | {"siret": "55208131766522"})
    assert problem_of(other) == (422, "place-of-another")
    listed = (await client.get(path)).json()["items"]
    assert [p["siret"] for p in listed] == ["73282932000074"]


async def test_whoever_speaks_for_an_organisation_is_known_elsewhere_until_they_go(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    ush = await organisation("USH", department="974")
    path = f"/organisations/{ush['id']}/contacts"
    person = (await client.post(path, json=INES)).json()
    [card] = await outbox_messages("contact-person-card.v1")
    published = orjson.loads(card.payload)
    assert (card.topic, card.key) == ("partners.people", person["id"])
    assert (published["email"], published["roles"], published["department"]) == (
        "ines@example.org",
        ["convention", "events"],
        "974",
    )

    gone = {"until_on": "2015-06-30"}
    departure = f"{path}/{person['id']}/end"
    assert problem_of(await client.post(departure, json={"until_on": "2015-01-04"}))[0] == 422
    assert (await client.post(departure, json=gone)).json()["until_on"] == "2015-06-30"
    assert problem_of(await client.post(departure, json=gone)) == (409, "already-over")

    cards = await outbox_messages("contact-person-card.v1")
    assert [card.payload is None for card in cards] == [False, True]
    assert [p["family_name"] for p in (await client.get(path)).json()["items"]] == ["Martin"]


async def test_a_contact_can_be_reached_and_is_of_use(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    path = f"/organisations/{(await organisation('USH'))['id']}/contacts"

    for wrong, kind in (
        ({"email": None}, "unreachable"),
        ({"email": "ines"}, "wrong-shape"),
        ({"email": "inès@example.org"}, "wrong-shape"),
        ({"roles": []}, "wrong-shape"),
        ({"family_name": "a\nb"}, "wrong-shape"),
    ):
        assert problem_of(await client.post(path, json=INES | wrong)) == (422, kind)
    assert await outbox_messages("contact-person-card.v1") == []


async def test_contacts_are_for_those_who_manage_partners(
    client: AsyncClient, client_of: ClientOf, organisation: Make
) -> None:
    ush, other = await organisation("USH"), await organisation("Other")
    path = f"/organisations/{ush['id']}/contacts"
    await client.post(path, json=INES)

    assert (await client_of("viewer").get(path)).status_code == 403
    theirs = client_of("partner_manager", organisations=[other["id"]])
    assert (await theirs.get(path)).status_code == 404


async def test_an_organisation_is_named_ambassador_once(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    path = f"/organisations/{(await organisation('USH'))['id']}/promotions"
    named = {"role": "ambassador", "named_on": "2012-09-01"}

    assert (await client.post(path, json=named)).status_code == 201
    assert problem_of(await client.post(path, json=named)) == (409, "already-promoter")
    assert (await client.post(path, json=named | {"role": "relay"})).status_code == 201
    assert len(await outbox_messages("promoter-named.v1")) == 2
