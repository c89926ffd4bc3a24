import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest
from httpx import AsyncClient, Response
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import Outbox
from partners.domain.tables import Membership, Organisation

Make = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]

LANDLORD = {
    "name": "Immobilière 3F",
    "kind": "social_landlord",
    "siret": "732 829 320 00074",
    "department": "93",
    "registered_on": "2012-07-02",
}


async def test_a_registered_organisation_is_answered_and_announced(
    client: AsyncClient, outbox_messages: Any
) -> None:
    answer = await client.post("/organisations", json=LANDLORD)

    assert answer.status_code == 201
    organisation = answer.json()
    assert organisation == {
        "id": organisation["id"],
        "name": "Immobilière 3F",
        "kind": "social_landlord",
        "siren": "732829320",
        "siret": "73282932000074",
        "department": "93",
        "registered_on": "2012-07-02",
        "version": 1,
    }
    registered, card = await outbox_messages()
    assert (registered.type, registered.key) == ("organisation-registered.v1", organisation["id"])
    assert b"Immobili" not in registered.payload
    assert (card.topic, card.key) == ("partners.contacts", organisation["id"])
    assert orjson.loads(card.payload)["name"] == "Immobilière 3F"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"siret": None}, "siren-missing"),
        ({"siret": "73282932000075"}, "siret-wrong"),
        ({"siren": "732829321"}, "siren-wrong"),
        ({"siren": "552141533"}, "siret-of-another"),
        ({"department": "20"}, "department-unknown"),
        ({"registered_on": "2099-01-01"}, "day-to-come"),
        ({"name": "  "}, "wrong-shape"),
        ({"name": "a\x00b"}, "wrong-shape"),
        ({"kind": "club"}, "wrong-shape"),
        ({"version": 7}, "wrong-shape"),
        ({"id": str(uuid4())}, "wrong-shape"),
    ],
)
async def test_a_wrong_organisation_is_neither_kept_nor_announced(
    client: AsyncClient, db: AsyncSession, outbox_messages: Any, said: dict[str, Any], kind: str
) -> None:
    answer = await client.post("/organisations", json=LANDLORD | said)

    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:problem:{kind}")
    assert (await db.exec(select(Organisation))).all() == []
    assert await outbox_messages() == []


async def test_a_siren_is_registered_once_and_the_refusal_says_by_whom(
    client: AsyncClient, outbox_messages: Any
) -> None:
    first = (await client.post("/organisations", json=LANDLORD)).json()

    answer = await client.post("/organisations", json=LANDLORD | {"name": "3F"})

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:problem:siren-taken"
    assert "Immobilière 3F has SIREN 732829320 already" in answer.json()["detail"]
    assert first["id"] in answer.json()["detail"]
    assert len(await outbox_messages()) == 2


async def test_of_many_who_register_a_siren_at_once_one_does(
    client: AsyncClient, outbox_messages: Any
) -> None:
    answers = await asyncio.gather(
        *(client.post("/organisations", json=LANDLORD | {"name": f"3F {n}"}) for n in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await outbox_messages()) == 2


async def test_the_same_request_sent_twice_registers_once(
    client: AsyncClient, db: AsyncSession, outbox_messages: Any
) -> None:
    key = {"Idempotency-Key": "one"}
    first = await client.post("/organisations", json=LANDLORD, headers=key)

    second = await client.post("/organisations", json=LANDLORD, headers=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert len((await db.exec(select(Organisation))).all()) == 1
    assert len(await outbox_messages()) == 2


async def test_organisations_are_listed_by_name_page_by_page(
    client: AsyncClient, organisation: Any
) -> None:
    for name in ("Zola", "Éole", "alpha", "Eole"):
        await organisation(name)

    names, after = [], None
    while True:
        page = {"limit": 1} | ({"after": after} if after else {})
        found = (await client.get("/organisations", params=page)).json()
        names += [o["name"] for o in found["items"]]
        if (after := found["next"]) is None:
            break

    assert (names[0], set(names[1:3]), names[3]) == ("alpha", {"Éole", "Eole"}, "Zola")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": "immobiliere"}, ["Immobilière 3F"]),
        ({"name": "L'HABITAT"}, ["Union pour l\N{RIGHT SINGLE QUOTATION MARK}habitat"]),
        ({"name": "%"}, []),
        ({"kind": "federation"}, ["Union pour l\N{RIGHT SINGLE QUOTATION MARK}habitat"]),
        ({"siren": "732 829 320"}, ["Immobilière 3F"]),
        ({"siren": "732829320", "kind": "company"}, []),
    ],
)
async def test_organisations_are_found_by_part_of_the_name_kind_and_siren(
    client: AsyncClient, organisation: Any, asked: dict[str, str], found: list[str]
) -> None:
    await organisation("Immobilière 3F", kind="social_landlord", siren="732829320")
    await organisation("Union pour l\N{RIGHT SINGLE QUOTATION MARK}habitat", kind="federation")

    answer = await client.get("/organisations", params=asked)

    assert [o["name"] for o in answer.json()["items"]] == found


async def test_a_name_with_a_null_character_is_no_name(client: AsyncClient) -> None:
    assert (await client.get("/organisations", params={"name": "a\x00"})).status_code == 422


async def test_an_organisation_is_renamed_by_who_has_read_it(
    client: AsyncClient, organisation: Any, outbox_messages: Any
) -> None:
    sni = await organisation("SNI")
    path = f"/organisations/{sni['id']}"
    read = await client.get(path)
    assert read.json() == sni

    answer = await client.patch(
        path, json={"name": "CDC Habitat"}, headers={"If-Match": read.headers["etag"]}
    )
    too_late = await client.patch(
        path, json={"name": "SNI 2"}, headers={"If-Match": read.headers["etag"]}
    )

    assert (answer.status_code, answer.json()["name"]) == (200, "CDC Habitat")
    assert answer.headers["etag"] != read.headers["etag"]
    assert too_late.status_code == 412
    assert (await client.patch(path, json={"name": "X"})).status_code == 428
    cards = [
        orjson.loads(card.payload)["name"] for card in await outbox_messages("organisation-card.v1")
    ]
    assert cards == ["SNI", "CDC Habitat"]
    found = await client.get("/organisations", params={"name": "cdc"})
    assert [o["id"] for o in found.json()["items"]] == [sni["id"]]


async def test_what_does_not_exist_is_missing(client: AsyncClient) -> None:
    nobody = f"/organisations/{uuid4()}"

    answers = [
        await client.get(nobody),
        await client.get(f"{nobody}/umbrellas"),
        await client.get(f"{nobody}/members"),
        await client.get(f"{nobody}/coverage"),
        await client.get(f"{nobody}/mentor-activity"),
        await client.patch(nobody, json={"name": "X"}, headers={"If-Match": '"1"'}),
    ]

    assert {answer.status_code for answer in answers} == {404}


async def test_an_umbrella_knows_its_members_and_a_member_its_umbrellas(
    client: AsyncClient, organisation: Any, outbox_messages: Any
) -> None:
    ush = await organisation("USH", kind="federation")
    landlord = await organisation("Immobilière 3F")

    answer = await client.post(
        f"/organisations/{landlord['id']}/umbrellas",
        json={"umbrella_id": ush["id"], "joined_on": "2006-09-01"},
    )

    since = {"joined_on": "2006-09-01", "left_on": None}
    known = {"umbrella_id": ush["id"], "name": "USH"} | since
    assert (answer.status_code, answer.json()) == (201, known)
    umbrellas = (await client.get(f"/organisations/{landlord['id']}/umbrellas")).json()
    assert umbrellas == {"items": [known], "next": None}
    members = (await client.get(f"/organisations/{ush['id']}/members")).json()
    assert members["items"] == [
        {"organisation_id": landlord["id"], "name": "Immobilière 3F"} | since
    ]
    [joined] = await outbox_messages("umbrella-joined.v1")
    assert joined.key == landlord["id"]


async def test_members_are_listed_page_by_page(client: AsyncClient, organisation: Any) -> None:
    ush = await organisation("USH")
    for number in (1, 2, 3):
        await organisation(f"M{number}", member_of={ush["id"]: f"200{9 - number}-01-01"})

    path = f"/organisations/{ush['id']}/members"
    first = (await client.get(path, params={"limit": 2})).json()
    rest = (await client.get(path, params={"limit": 2, "after": first["next"]})).json()

    assert [m["name"] for m in first["items"] + rest["items"]] == ["M3", "M2", "M1"]
    assert rest["next"] is None


async def test_a_circle_of_umbrellas_is_refused_and_nothing_is_announced(
    client: AsyncClient, organisation: Any, outbox_messages: Any
) -> None:
    top = await organisation("Top")
    middle = await organisation("Middle", member_of={top["id"]: "2008-01-01"})
    bottom = await organisation("Bottom", member_of={middle["id"]: "2009-01-01"})

    async def join(one: dict[str, Any], other: dict[str, Any]) -> tuple[int, str]:
        body = {"umbrella_id": other["id"], "joined_on": "2010-01-01"}
        answer = await client.post(f"/organisations/{one['id']}/umbrellas", json=body)
        return answer.status_code, answer.json()["type"]

    assert await join(top, bottom) == (409, "urn:problem:umbrella-circle")
    assert await join(bottom, middle) == (409, "urn:problem:already-member")
    assert await join(bottom, bottom) == (422, "urn:problem:own-umbrella")
    assert await join(bottom, {"id": str(uuid4())}) == (404, "urn:problem:missing")
    assert len(await outbox_messages("umbrella-joined.v1")) == 2


async def test_of_two_who_join_each_other_at_once_one_does(
    client: AsyncClient, organisation: Any, db: AsyncSession
) -> None:
    one, other = await organisation("One"), await organisation("Other")

    def join(member: dict[str, Any], umbrella: dict[str, Any]) -> Any:
        body = {"umbrella_id": umbrella["id"], "joined_on": "2010-01-01"}
        return client.post(f"/organisations/{member['id']}/umbrellas", json=body)

    answers = await asyncio.gather(join(one, other), join(other, one))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len((await db.exec(select(Membership))).all()) == 1


async def leave(
    client: AsyncClient, member: dict[str, Any], umbrella: dict[str, Any], on: str
) -> Response:
    path = f"/organisations/{member['id']}/umbrellas/{umbrella['id']}/end"
    return await client.post(path, json={"left_on": on})


async def test_who_leaves_an_umbrella_is_covered_until_then_and_may_join_again(
    client: AsyncClient, organisation: Make, convention: Make, outbox_messages: Announced
) -> None:
    ush = await organisation("USH")
    await convention(ush, signed_on="2012-07-10")
    sni = await organisation("SNI", member_of={ush["id"]: "2012-09-01"})

    left = await leave(client, sni, ush, "2014-12-31")

    assert (left.status_code, left.json()["left_on"]) == (200, "2014-12-31")
    [published] = await outbox_messages("umbrella-left.v1")
    assert published.key == sni["id"]
    again = {"umbrella_id": ush["id"], "joined_on": "2014-12-31"}
    path = f"/organisations/{sni['id']}/umbrellas"
    assert (await client.post(path, json=again)).json()["type"] == "urn:problem:already-member"
    joined = await client.post(path, json=again | {"joined_on": "2016-01-01"})
    assert joined.status_code == 201, joined.text

    async def covered(on: str) -> bool:
        asked = await client.get(f"/organisations/{sni['id']}/coverage", params={"on": on})
        return bool(asked.json()["covered"])

    days = ("2012-08-31", "2012-09-01", "2014-12-31", "2015-01-01", "2015-12-31", "2016-01-01")
    assert [await covered(day) for day in days] == [False, True, True, False, False, True]


async def test_nobody_leaves_what_they_do_not_belong_to(
    client: AsyncClient, organisation: Make, outbox_messages: Announced
) -> None:
    ush = await organisation("USH")
    sni = await organisation("SNI", member_of={ush["id"]: "2012-09-01"})

    for member, umbrella, on, kind in (
        (ush, sni, "2014-12-31", "not-member"),
        (sni, ush, "2012-08-31", "not-member"),
        (sni, ush, "2099-12-31", "day-to-come"),
    ):
        answer = await leave(client, member, umbrella, on)
        assert answer.json()["type"] == f"urn:problem:{kind}"
    assert await outbox_messages("umbrella-left.v1") == []
    await leave(client, sni, ush, "2014-12-31")
    again = await leave(client, sni, ush, "2015-12-31")
    assert again.json()["type"] == "urn:problem:not-member"


async def test_two_that_are_umbrellas_of_each_other_at_different_times_make_no_circle(
    client: AsyncClient, organisation: Make
) -> None:
    one = await organisation("One")
    other = await organisation("Other", member_of={one["id"]: "2012-09-01"})
    path, body = f"/organisations/{one['id']}/umbrellas", {"umbrella_id": other["id"]}

    early = await client.post(path, json=body | {"joined_on": "2014-01-01"})
    await leave(client, other, one, "2014-12-31")
    later = await client.post(path, json=body | {"joined_on": "2015-01-01"})

    assert (early.status_code, later.status_code) == (409, 201)
