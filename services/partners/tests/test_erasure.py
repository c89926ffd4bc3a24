"""What matching tells of people who were erased or merged, and contacts who ask to be erased."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import ClientOf, Topics, problem_of
from contracts import (
    MenteeAdmitted,
    MenteeErased,
    MenteesMerged,
    MentorEnrolled,
    MentorErased,
    YouthApplied,
)
from contracts.enums import PriorityNeighbourhood

Make = Callable[..., Awaitable[dict[str, Any]]]
ANY = {"If-Match": "*"}
A_DAY = date(2026, 11, 20)
WORKSHOP = {
    "name": "Atelier CV",
    "starts_at": "2099-11-20T09:30:00+01:00",
    "ends_at": "2099-11-20T11:00:00+01:00",
}
INES = {
    "given_name": "Inès",
    "family_name": "Martin",
    "function": "Directrice",
    "roles": ["events", "convention"],
    "email": "ines@example.org",
    "phone": "01 99 00 00 01",
    "from_on": "2015-01-05",
}


def admitted(*mentees: UUID) -> list[MenteeAdmitted]:
    return [
        MenteeAdmitted(
            mentee_id=mentee_id,
            department="93",
            degree_level=5,
            priority_neighbourhood=PriorityNeighbourhood.IN,
            rule_version="2014",
            admitted_on=date(2014, 9, 1),
        )
        for mentee_id in mentees
    ]


def erased(mentee_id: UUID, *duplicates: UUID) -> MenteeErased:
    return MenteeErased(mentee_id=mentee_id, duplicates=duplicates, erased_on=A_DAY)


def merged(kept: UUID, *duplicates: UUID) -> MenteesMerged:
    return MenteesMerged(mentee_id=kept, duplicates=duplicates, merged_on=A_DAY)


@pytest.fixture
async def part(client: AsyncClient) -> str:
    """A session to come, with one place: its path."""
    body = {"kind": "afterwork", "name": "Afterwork", "starts_on": "2099-11-20", "department": "75"}
    event = (await client.post("/events", json=body)).json()
    answer = await client.post(f"/events/{event['id']}/sessions", json=WORKSHOP | {"capacity": 1})
    return f"/events/{event['id']}/sessions/{answer.json()['id']}"


async def register(client: AsyncClient, part: str, who: UUID, kind: str = "mentee") -> Any:
    body = {"attendee_kind": kind, "attendee_id": str(who)}
    return await client.post(f"{part}/registrations", json=body)


async def states(client: AsyncClient, part: str) -> dict[str, str]:
    listed = (await client.get(f"{part}/registrations")).json()["items"]
    return {each["attendee_id"]: each["state"] for each in listed}


@pytest.mark.parametrize("side", ["mentee", "mentor"])
async def test_the_place_of_an_erased_person_goes_to_who_waits(
    client: AsyncClient, topics: Topics, part: str, outbox_messages: Any, side: str
) -> None:
    gone, waits = uuid4(), uuid4()
    enrolled = MentorEnrolled(
        mentor_id=gone,
        organisation_id=uuid4(),
        department="75",
        capacity=1,
        enrolled_on=date(2014, 1, 1),
    )
    await topics.publish(*admitted(gone, waits), enrolled)
    for who, kind in ((gone, side), (waits, "mentee")):
        assert (await register(client, part, who, kind)).status_code == 201

    was_mentor = MentorErased(mentor_id=gone, erased_on=A_DAY)
    await topics.publish(erased(gone) if side == "mentee" else was_mentor)

    assert await states(client, part) == {str(gone): "cancelled", str(waits): "registered"}
    [promoted] = await outbox_messages("attendee-promoted.v1")
    assert str(waits) in promoted.payload.decode()


async def test_nobody_who_was_erased_is_registered_or_housed_any_more(
    client: AsyncClient, topics: Topics, part: str
) -> None:
    gone, duplicate = uuid4(), uuid4()
    await topics.publish(*admitted(gone, duplicate), erased(gone, duplicate))

    for who in (gone, duplicate):
        assert problem_of(await register(client, part, who)) == (422, "attendee-unknown")
        need = {"mentee_id": str(who), "department": "93", "consented_on": "2014-10-02"}
        answer = await client.post("/housing-needs", json=need)
        assert problem_of(answer) == (422, "mentee-unknown")


async def test_a_home_that_an_erased_mentee_needs_is_looked_for_no_more(
    client: AsyncClient, organisation: Make, topics: Topics, outbox_messages: Any
) -> None:
    await organisation("Habitat 93", kind="social_landlord", department="93")
    gone = uuid4()
    await topics.publish(*admitted(gone))
    said = {"mentee_id": str(gone), "department": "93", "rooms": 2, "most_rent": 60_000}
    need = (await client.post("/housing-needs", json=said | {"consented_on": "2014-10-02"})).json()

    await topics.publish(erased(gone))

    closed = (await client.get(f"/housing-needs/{need['id']}")).json()
    assert closed["end"] == "consent_withdrawn"
    assert (closed["rooms"], closed["most_rent"]) == (None, None)
    assert len(await outbox_messages("housing-closed.v1")) == 1


@pytest.mark.parametrize("applied_first", [True, False])
@pytest.mark.parametrize("under_duplicate", [True, False])
async def test_the_referred_youth_who_became_an_erased_mentee_is_forgotten_with_the_credit_kept(
    client: AsyncClient,
    organisation: Make,
    topics: Topics,
    outbox_messages: Any,
    applied_first: bool,  # noqa: FBT001
    under_duplicate: bool,  # noqa: FBT001
) -> None:
    who, mentee, duplicate = await organisation("A"), uuid4(), uuid4()
    youth = {"given_name": "Amina", "family_name": "Diallo", "email": "amina@example.org"}
    said = {"department": "93", "consented_on": "2014-10-02", "referred_on": "2014-10-02"}
    answer = await client.post(f"/organisations/{who['id']}/referrals", json=youth | said)
    applied = YouthApplied(
        mentee_id=duplicate if under_duplicate else mentee,
        youth_id=UUID(answer.json()["youth_id"]),
        applied_on=date(2014, 10, 20),
    )
    messages = [applied, erased(mentee, duplicate)]

    for message in messages if applied_first else reversed(messages):
        await topics.publish(message)

    *_, last = await outbox_messages("youth-card.v1")
    assert (last.key, last.payload) == (answer.json()["youth_id"], None)
    became = (await client.get(f"/organisations/{who['id']}/referral-figures")).json()
    assert (became["referred"], became["first"]) == (1, 1)


async def test_registrations_and_needs_follow_the_application_that_stayed(
    client: AsyncClient, organisation: Make, topics: Topics, part: str
) -> None:
    await organisation("Habitat 93", kind="social_landlord", department="93")
    kept, duplicate = uuid4(), uuid4()
    await topics.publish(*admitted(kept, duplicate))
    await register(client, part, duplicate)
    need = {"mentee_id": str(duplicate), "department": "93", "consented_on": "2014-10-02"}
    assert (await client.post("/housing-needs", json=need)).status_code == 201

    await topics.publish(merged(kept, duplicate))

    assert await states(client, part) == {str(kept): "registered"}
    again = await client.post("/housing-needs", json=need | {"mentee_id": str(kept)})
    assert problem_of(again) == (409, "need-open")


async def test_whoever_held_two_places_frees_one_for_who_waits(
    client: AsyncClient, topics: Topics, part: str, outbox_messages: Any
) -> None:
    kept, duplicate, waits = uuid4(), uuid4(), uuid4()
    await topics.publish(*admitted(kept, duplicate, waits))
    await client.put(f"{part}/capacity", json={"capacity": 2}, headers=ANY)
    for who in (kept, duplicate, waits):
        assert (await register(client, part, who)).status_code == 201

    await topics.publish(merged(kept, duplicate))

    found = await states(client, part)
    assert (found[str(kept)], found[str(waits)]) == ("registered", "registered")
    assert len(await outbox_messages("registration-cancelled.v1")) == 1


async def test_a_place_is_worth_more_than_waiting_for_one(
    client: AsyncClient, topics: Topics, part: str
) -> None:
    kept, duplicate = uuid4(), uuid4()
    await topics.publish(*admitted(kept, duplicate))
    for who in (duplicate, kept):
        assert (await register(client, part, who)).status_code == 201

    await topics.publish(merged(kept, duplicate))

    listed = (await client.get(f"{part}/registrations")).json()["items"]
    standing = [e["attendee_id"] for e in listed if e["state"] == "registered"]
    assert standing == [str(kept)]
    assert [e for e in listed if e["state"] == "waiting"] == []


async def test_who_registers_under_the_id_of_a_duplicate_is_the_one_that_stayed(
    client: AsyncClient, topics: Topics, part: str
) -> None:
    kept, duplicate = uuid4(), uuid4()
    await topics.publish(*admitted(kept, duplicate), merged(kept, duplicate))

    assert (await register(client, part, duplicate)).status_code == 201

    assert await states(client, part) == {str(kept): "registered"}


@pytest.fixture
async def ines(client: AsyncClient, organisation: Make) -> dict[str, Any]:
    ush = await organisation("USH", kind="federation")
    path = f"/organisations/{ush['id']}/contacts"
    answer = await client.post(path, json=INES)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()) | {"list": path, "path": f"{path}/{answer.json()['id']}"}


async def test_a_contact_is_corrected_and_announced(
    client: AsyncClient, ines: dict[str, Any], outbox_messages: Any
) -> None:
    news = {"family_name": "Petit", "roles": ["board"], "phone": None}
    assert (await client.patch(ines["path"], json=news)).status_code == 428

    answer = await client.patch(ines["path"], json=news, headers={"If-Match": '"1"'})

    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert (after["family_name"], after["given_name"], after["phone"]) == ("Petit", "Inès", None)
    assert (after["roles"], answer.headers["etag"]) == (["board"], '"2"')
    *_, card = await outbox_messages("contact-person-card.v1")
    assert "Petit" in card.payload.decode()
    stale = await client.patch(ines["path"], json=news, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    for wrong in ({"email": None}, {"given_name": None}, {"roles": []}, {"name": "x"}):
        answer = await client.patch(ines["path"], json=wrong, headers=ANY)
        assert answer.status_code == 422, wrong


async def test_a_contact_who_asks_for_it_is_erased_everywhere(
    client: AsyncClient, client_of: ClientOf, ines: dict[str, Any], outbox_messages: Any
) -> None:
    assert (await client.delete(f"{ines['path']}/personal-data")).status_code == 403
    admin = client_of("admin")

    for _ in range(2):
        assert (await admin.delete(f"{ines['path']}/personal-data")).status_code == 204

    [after] = (await client.get(ines["list"])).json()["items"]
    assert after["erased"]
    assert [after[name] for name in ("function", "email", "phone")] == [None] * 3
    assert (after["roles"], after["from_on"]) == ([], INES["from_on"])
    *_, card = await outbox_messages("contact-person-card.v1")
    assert (card.key, card.payload) == (ines["id"], None)
    assert "Martin" not in (await client.get("/exports/contact-persons")).text
    mended = await client.patch(ines["path"], json={"email": "a@example.org"}, headers=ANY)
    assert problem_of(mended) == (409, "contact-erased")


async def test_an_answer_that_is_stored_under_its_key_does_not_repeat_an_erased_contact(
    client: AsyncClient, client_of: ClientOf, ines: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": "one"}
    noted = (await client.post(ines["list"], json=INES, headers=key)).json()
    path = f"{ines['list']}/{noted['id']}/personal-data"
    assert (await client_of("admin").delete(path)).status_code == 204

    again = await client.post(ines["list"], json=INES, headers=key)

    assert problem_of(again) == (410, "answer-erased")


async def test_a_contact_who_left_before_can_be_erased_too(
    client: AsyncClient, client_of: ClientOf, ines: dict[str, Any]
) -> None:
    await client.post(f"{ines['path']}/end", json={"until_on": "2016-06-30"})

    assert (await client_of("admin").delete(f"{ines['path']}/personal-data")).status_code == 204

    [after] = (await client.get(ines["list"])).json()["items"]
    assert (after["family_name"], after["until_on"]) == ("…", "2016-06-30")


async def test_an_erased_contact_represents_nobody_on_the_board(
    client: AsyncClient, client_of: ClientOf, ines: dict[str, Any]
) -> None:
    organisation_id = ines["list"].split("/")[2]
    body = {"organisation_id": organisation_id, "starts_on": "2015-01-01"}
    seat = (await client.post("/board/seats", json=body)).json()
    named = {"person_id": ines["id"], "from_on": "2015-01-05"}
    path = f"/board/seats/{seat['id']}/representatives"
    assert (await client.post(path, json=named)).status_code == 201

    assert (await client_of("admin").delete(f"{ines['path']}/personal-data")).status_code == 204

    assert "Martin" not in (await client.get(path)).text
    assert "Martin" not in (await client.get("/exports/board-seats")).text
    assert (await client.post(path, json=named)).status_code == 409


def lying(folder: Path) -> set[Path]:
    return set(folder.iterdir())


async def test_a_document_is_deleted_with_its_file_unless_another_has_the_same_content(
    client: AsyncClient, client_of: ClientOf, organisation: Make, convention: Make, settings: Any
) -> None:
    signed = await convention(await organisation("USH"))
    path, content = f"/conventions/{signed['id']}/documents", b"%PDF-1.7\n" + uuid4().bytes
    first, second = [
        (await client.post(path, files={"file": (name, content)})).json()
        for name in ("a.pdf", "b.pdf")
    ]
    folder: Path = settings.documents_folder
    before = lying(folder)
    assert (await client.delete(f"{path}/{first['id']}")).status_code == 403
    admin = client_of("admin")

    assert (await admin.delete(f"{path}/{first['id']}")).status_code == 204
    assert (await client.get(f"{path}/{second['id']}/content")).content == content
    assert lying(folder) == before

    assert (await admin.delete(f"{path}/{second['id']}")).status_code == 204
    assert (await client.get(path)).json()["items"] == []
    assert (await client.get(f"{path}/{second['id']}/content")).status_code == 404
    assert len(before - lying(folder)) == 1
    assert (await admin.delete(f"{path}/{second['id']}")).status_code == 404


async def test_an_erased_contact_does_not_come_back_unless_they_ask_for_it(
    client: AsyncClient, client_of: ClientOf, import_file: Any, ines: dict[str, Any]
) -> None:
    assert (await client_of("admin").delete(f"{ines['path']}/personal-data")).status_code == 204
    siren = (await client.get(ines["list"].removesuffix("/contacts"))).json()["siren"]

    header = "siren,given_name,family_name,roles,email"
    row = f"{siren},Inès,Martin,events,ines@example.org"
    again = await import_file(client, "contact-persons", f"{header}\n{row}")
    assert (again["created"], again["wrong"]) == (0, 1)
    assert "asked to be erased on" in again["faults"][0]["reason"]

    refused = await client.post(ines["list"], json=INES)
    assert problem_of(refused) == (409, "erased-before")
    other = INES | {"family_name": "Petit", "email": "petit@example.org", "phone": None}
    petit = (await client.post(ines["list"], json=other)).json()
    path, news = f"{ines['list']}/{petit['id']}", {"phone": "+33 1 99 00 00 01"}
    assert problem_of(await client.patch(path, json=news, headers=ANY)) == (409, "erased-before")
    asked = await client.post(ines["list"], json=INES | {"consented_again": True})
    assert asked.status_code == 201


async def test_a_youth_who_was_forgotten_is_not_referred_by_the_file_of_before(
    client: AsyncClient, organisation: Make, import_file: Any
) -> None:
    who = await organisation("A")
    header = "siren,given_name,family_name,email,phone,department,consented_on,referred_on"
    row = f"{who['siren']},Amina,Diallo,amina@example.org,,93,2014-10-02,2014-10-02"
    assert (await import_file(client, "referrals", f"{header}\n{row}"))["created"] == 1
    path = f"/organisations/{who['id']}/referrals"
    [referral] = (await client.get(path)).json()["items"]
    assert (await client.delete(f"/referrals/{referral['id']}/personal-data")).status_code == 204

    again = await import_file(client, "referrals", f"{header}\n{row.replace('Amina', 'AMINA')}")

    assert (again["created"], again["wrong"]) == (0, 1)
