"""A row of a file says something new, nothing new, or what is named: it is never dropped."""

import json
from collections.abc import Awaitable, Callable, Sequence
from textwrap import wrap
from typing import Any

import pytest
from httpx import AsyncClient

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ImportFile

Make = Callable[..., Awaitable[dict[str, Any]]]
Send = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]
CONTACTS = "siren,given_name,family_name,function,roles,email,phone,language,from_on,until_on"
REFERRALS = "siren,given_name,family_name,email,phone,department,consented_on,referred_on"
NBSP, NARROW, DASH = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"


def counts(done: dict[str, Any]) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "wrong")
    return {name: done[name] for name in names if done[name]}


@pytest.fixture
def send(client: AsyncClient, import_file: ImportFile) -> Send:
    async def send(kind: str, header: str, *lines: str) -> dict[str, Any]:
        return await import_file(client, kind, "\n".join([header, *lines]))

    return send


@pytest.fixture
async def landlord(organisation: Make) -> dict[str, Any]:
    return await organisation("Immobilière 3F", kind="social_landlord")


def contact(who: dict[str, Any], **said: str) -> str:
    cells = {
        "siren": who["siren"],
        "given_name": "Inès",
        "family_name": "Martin",
        "function": "",
        "roles": "events",
        "email": "ines@example.org",
        "phone": "",
        "language": "fr",
        "from_on": "2013-01-01",
        "until_on": "",
    }
    return ",".join((cells | said).values())


def youth(who: dict[str, Any], **said: str) -> str:
    cells = {
        "siren": who["siren"],
        "given_name": "Amina",
        "family_name": "Diallo",
        "email": "",
        "phone": "06 39 98 12 34",
        "department": "93",
        "consented_on": "2014-10-01",
        "referred_on": "2014-10-02",
    }
    return ",".join((cells | said).values())


async def listed(client: AsyncClient, who: dict[str, Any], what: str) -> list[dict[str, Any]]:
    return list((await client.get(f"/organisations/{who['id']}/{what}")).json()["items"])


async def test_two_homonyms_of_one_organisation_are_two_people(
    client: AsyncClient, send: Send, landlord: dict[str, Any]
) -> None:
    rows = [contact(landlord), contact(landlord, email="ines.martin@example.org")]

    done, again = [await send("contact-persons", CONTACTS, *rows) for _ in range(2)]

    assert (counts(done), counts(again)) == ({"created": 2}, {"unchanged": 2}), done["faults"]
    people = await listed(client, landlord, "contacts")
    assert {one["email"] for one in people} == {"ines@example.org", "ines.martin@example.org"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"phone": "01 39 98 12 34"}, {"phone": "+33 1 39 98 12 34", "email": "new@example.org"}),
        ({}, {"phone": "01 39 98 12 34"}),
        ({"function": "DRH"}, {"function": "DRH", "email": "new@example.org"}),
        ({}, {"roles": "events housing"}),
        ({}, {"given_name": "Ines"}),
    ],
)
async def test_what_is_new_of_a_contact_is_changed_and_published(
    client: AsyncClient,
    send: Send,
    outbox_messages: Announced,
    landlord: dict[str, Any],
    before: dict[str, str],
    after: dict[str, str],
) -> None:
    await send("contact-persons", CONTACTS, contact(landlord, **before))

    done = await send("contact-persons", CONTACTS, contact(landlord, **before | after))

    assert counts(done) == {"updated": 1}, done["faults"]
    [person] = await listed(client, landlord, "contacts")
    card = json.loads((await outbox_messages("contact-person-card.v1"))[-1].payload or b"")
    assert card["person_id"] == person["id"]
    for name, value in after.items():
        expected = value.split() if name == "roles" else value
        if (name, expected) != ("phone", "+33 1 39 98 12 34"):
            assert (person[name], card.get(name, expected)) == (expected, expected)
    again = await send("contact-persons", CONTACTS, contact(landlord, **before | after))
    assert counts(again) == {"unchanged": 1}


async def test_a_namesake_of_whom_nothing_is_alike_is_left_for_a_person_to_decide(
    client: AsyncClient, send: Send, landlord: dict[str, Any]
) -> None:
    await send("contact-persons", CONTACTS, contact(landlord))

    done = await send("contact-persons", CONTACTS, contact(landlord, email="else@example.org"))

    assert counts(done) == {"wrong": 1}
    assert "Someone of this name speaks for the organisation" in done["faults"][0]["reason"]
    assert [one["email"] for one in await listed(client, landlord, "contacts")] == [
        "ines@example.org"
    ]


async def test_a_contact_who_leaves_later_leaves_by_a_row(
    client: AsyncClient, send: Send, outbox_messages: Announced, landlord: dict[str, Any]
) -> None:
    await send("contact-persons", CONTACTS, contact(landlord))

    wrong = await send("contact-persons", CONTACTS, contact(landlord, until_on="2012-01-01"))
    done = await send("contact-persons", CONTACTS, contact(landlord, until_on="2014-06-30"))
    other = await send("contact-persons", CONTACTS, contact(landlord, until_on="2014-07-30"))

    assert (counts(wrong), counts(done)) == ({"wrong": 1}, {"updated": 1})
    assert counts(other) == {"wrong": 1}
    assert "until_on 2014-06-30 → 2014-07-30" in other["faults"][0]["reason"]
    cards = await outbox_messages("contact-person-card.v1")
    assert [card.payload is None for card in cards] == [False, True]


@pytest.mark.parametrize(
    "shared", [{"phone": "06 39 98 12 34"}, {"phone": "", "email": "famille@example.org"}]
)
async def test_brother_and_sister_with_one_phone_are_two_youths(
    client: AsyncClient,
    send: Send,
    outbox_messages: Announced,
    landlord: dict[str, Any],
    shared: dict[str, str],
) -> None:
    rows = [youth(landlord, **shared), youth(landlord, given_name="Moussa", **shared)]

    done, again = [await send("referrals", REFERRALS, *rows) for _ in range(2)]

    assert (counts(done), counts(again)) == ({"created": 2}, {"unchanged": 2}), done["faults"]
    cards = [json.loads(row.payload or b"") for row in await outbox_messages("youth-card.v1")]
    assert {card["given_name"] for card in cards} == {"Amina", "Moussa"}
    assert len({card["youth_id"] for card in cards}) == 2
    events = [json.loads(row.payload or b"") for row in await outbox_messages("youth-referred.v1")]
    assert [event["first"] for event in events] == [True, True]


async def test_a_youth_is_known_again_however_the_name_is_written(
    send: Send, outbox_messages: Announced, organisation: Make, landlord: dict[str, Any]
) -> None:
    other = await organisation("Habitat 17", kind="social_landlord")
    await send("referrals", REFERRALS, youth(landlord, given_name="Zoé", family_name="Lefèvre"))

    row = youth(other, given_name="LEFEVRE-BA", family_name="zoe", phone="+33 6 39 98 12 34")
    done = await send("referrals", REFERRALS, row)

    assert counts(done) == {"created": 1}
    events = [json.loads(row.payload or b"") for row in await outbox_messages("youth-referred.v1")]
    assert [event["first"] for event in events] == [True, False]
    assert len(await outbox_messages("youth-card.v1")) == 1


@pytest.mark.parametrize(
    ("column", "value"), [("referred_on", "2014-10-03"), ("email", "amina@example.org")]
)
async def test_a_referral_with_other_facts_is_not_dropped(
    send: Send, landlord: dict[str, Any], column: str, value: str
) -> None:
    await send("referrals", REFERRALS, youth(landlord))

    done = await send("referrals", REFERRALS, youth(landlord, **{column: value}))

    assert counts(done) == {"wrong": 1}
    assert f"differs from what is stored: {column}" in done["faults"][0]["reason"]
    assert "@" not in done["faults"][0]["reason"]


@pytest.mark.parametrize(
    "phone",
    [
        f"01{NBSP}39{NBSP}98{NBSP}12{NBSP}34",
        f"+33{NARROW}1 39/98/12/34",
        f"01{DASH}39{DASH}98{DASH}12{DASH}34",
        "01.39.98.12.34\u200b",
    ],
)
async def test_a_phone_copied_from_elsewhere_is_read(
    client: AsyncClient, send: Send, landlord: dict[str, Any], phone: str
) -> None:
    body = {"given_name": "Léa", "family_name": "Blanc", "roles": ["events"], "phone": phone}
    noted = await client.post(f"/organisations/{landlord['id']}/contacts", json=body)
    referral = {"given_name": "Amina", "family_name": "Diallo", "department": "93"}
    referral |= {"consented_on": "2014-10-01", "phone": phone}
    referred = await client.post(f"/organisations/{landlord['id']}/referrals", json=referral)
    row = await send("contact-persons", CONTACTS, contact(landlord, email="", phone=phone))

    assert (noted.status_code, referred.status_code) == (201, 201), noted.text
    assert counts(row) == {"created": 1}, row["faults"]
    assert noted.json()["phone"].isascii()


@pytest.mark.parametrize("gap", [" ", NBSP, NARROW, ".", DASH, "\u200b"])
async def test_register_numbers_copied_from_elsewhere_are_read(
    client: AsyncClient, send: Send, gap: str
) -> None:
    siren, siret = gap.join(["552", "141", "533"]), gap.join(["552", "141", "533", "00018"])
    body = {"name": "3F", "kind": "company", "department": "75", "registered_on": "2012-07-02"}

    made = await client.post("/organisations", json=body | {"siren": siren, "siret": siret})

    assert made.status_code == 201, made.text
    assert (made.json()["siren"], made.json()["siret"]) == ("552141533", "55214153300018")
    found = await client.get("/organisations", params={"siren": siren})
    assert [one["id"] for one in found.json()["items"]] == [made.json()["id"]]
    lead = {"name": "3F", "kind": "company", "department": "75", "siren": siren}
    assert (await client.post("/leads", json=lead)).json()["siren"] == "552141533"
    place = {"siret": siret, "name": "Siège", "department": "75"}
    noted = await client.post(f"/organisations/{made.json()['id']}/places", json=place)
    assert noted.status_code == 201, noted.text
    header = "reference,siren,kind,amount,payment,given_on"
    gift = await send("gifts", header, f"G1,{siren},money,5000,transfer,2014-10-15")
    assert counts(gift) == {"created": 1}, gift["faults"]


REGISTRATIONS = "event,session,attendee_kind,attendee,state"


@pytest.fixture
async def full(
    client: AsyncClient, send: Send, organisation: Make, landlord: dict[str, Any]
) -> dict[str, Any]:
    """Return who has the only place of a session; `landlord` waits for it."""
    there = await organisation("Habitat 17")
    header = "reference,kind,name,department,starts_on"
    await send("events", header, "E1,national_meeting,Rencontre,75,2031-11-20")
    await send("event-sessions", "event,session,held_on,capacity", "E1,Atelier,2031-11-20,1")
    rows = [
        f"E1,Atelier,organisation,{there['siren']},",
        f"E1,Atelier,organisation,{landlord['siren']},waiting",
    ]
    done = await send("registrations", REGISTRATIONS, *rows)
    assert counts(done) == {"created": 2}, done["faults"]
    return there


async def test_a_registration_that_a_row_cancels_frees_the_place_for_who_waits(
    client: AsyncClient,
    send: Send,
    outbox_messages: Announced,
    landlord: dict[str, Any],
    full: dict[str, Any],
) -> None:
    row = f"E1,Atelier,organisation,{full['siren']},"

    done, again = [await send("registrations", REGISTRATIONS, f"{row}cancelled") for _ in range(2)]

    assert (counts(done), counts(again)) == ({"updated": 1}, {"unchanged": 1}), done["faults"]
    [cancelled] = await outbox_messages("registration-cancelled.v1")
    assert json.loads(cancelled.payload or b"")["attendee_id"] == full["id"]
    [promoted] = await outbox_messages("attendee-promoted.v1")
    assert json.loads(promoted.payload or b"")["attendee_id"] == landlord["id"]
    stale = await send("registrations", REGISTRATIONS, f"{row}registered")
    waits = f"E1,Atelier,organisation,{landlord['siren']},waiting"
    promoted_row = await send("registrations", REGISTRATIONS, waits)
    assert (counts(stale), counts(promoted_row)) == ({"wrong": 1}, {"unchanged": 1})
    assert "cancelled" in stale["faults"][0]["reason"]
    [event] = (await client.get("/events")).json()["items"]
    [session] = (await client.get(f"/events/{event['id']}")).json()["sessions"]
    assert session["taken"] == 1


async def test_who_waits_gets_no_place_by_a_row(
    send: Send, landlord: dict[str, Any], full: dict[str, Any]
) -> None:
    done = await send(
        "registrations", REGISTRATIONS, f"E1,Atelier,organisation,{landlord['siren']},registered"
    )

    assert counts(done) == {"wrong": 1}
    assert "wait for a place" in done["faults"][0]["reason"]


async def test_more_places_in_a_file_promote_who_waits(
    send: Send, outbox_messages: Announced, full: dict[str, Any]
) -> None:
    done = await send("event-sessions", "event,session,held_on,capacity", "E1,Atelier,2031-11-20,2")

    assert counts(done) == {"updated": 1}, done["faults"]
    assert len(await outbox_messages("attendee-promoted.v1")) == 1


async def test_several_register_numbers_in_a_cell_may_each_have_spaces(
    client: AsyncClient, send: Send, organisation: Make, full: dict[str, Any]
) -> None:
    others = [await organisation(f"Habitat {n}", kind="social_landlord") for n in range(2)]
    spaced = [NBSP.join(wrap(one["siren"], 3)) for one in others]
    signatories = f"{spaced[0]} {spaced[1]}@2013-06-01"

    convention = await send(
        "conventions",
        "reference,kind,signed_on,signatories",
        f"V1,framework,2013-01-15,{signatories}",
        f"V2,framework,2013-01-15,{others[0]['siren']} nobody",
    )
    registration = await send(
        "registrations", REGISTRATIONS, f"E1,Atelier,organisation,{spaced[0]},waiting"
    )

    assert counts(convention) == {"created": 1, "wrong": 1}, convention["faults"]
    assert "No organisation with SIREN nobody" in convention["faults"][0]["reason"]
    [signed] = (await client.get("/conventions")).json()["items"]
    assert [one["accedes_on"] for one in signed["signatories"]] == ["2013-01-15", "2013-06-01"]
    assert counts(registration) == {"created": 1}, registration["faults"]


async def test_an_export_sent_back_cancels_nobody_who_registered_again(
    client: AsyncClient, import_file: ImportFile, outbox_messages: Announced, full: dict[str, Any]
) -> None:
    [event] = (await client.get("/events")).json()["items"]
    [session] = (await client.get(f"/events/{event['id']}")).json()["sessions"]
    path = f"/events/{event['id']}/sessions/{session['id']}/registrations"
    [first] = [
        one for one in (await client.get(path)).json()["items"] if one["attendee_id"] == full["id"]
    ]
    assert (await client.delete(f"{path}/{first['id']}")).status_code in {200, 204}
    body = {"attendee_kind": "organisation", "attendee_id": full["id"]}
    assert (await client.post(path, json=body)).status_code == 201
    published = len(await outbox_messages())

    export = (await client.get("/exports/registrations.csv", params={"lang": "en"})).text
    done = await import_file(client, "registrations", export)

    assert counts(done) == {"unchanged": 2}, (export, done["faults"])
    assert len(await outbox_messages()) == published
