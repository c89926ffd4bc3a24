"""Who may call what, and that what is not yours does not exist."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from backbone.testing.fixtures import ClientOf

ID = UUID(int=7)
OPEN = {("GET", "/calendar.ics"), ("GET", "/health/live"), ("GET", "/health/ready")}
ATTENDEES = {
    ("GET", "/events"),
    ("GET", f"/events/{ID}"),
    ("POST", f"/events/{ID}/sessions/{ID}/registrations"),
    ("DELETE", f"/events/{ID}/sessions/{ID}/registrations/{ID}"),
}
"""What mentors and mentees may ask, each for themselves; coordinators do it for everybody."""
PARTNERS = {("GET", f"/organisations/{ID}/scorecard")}
COORDINATORS = {
    ("POST", "/housing-needs"),
    ("POST", f"/housing-needs/{ID}/end"),
    ("POST", f"/housing-needs/{ID}/offers/{ID}/answer"),
}
TRACE = ("GET", f"/trace/{ID}")
MANAGERS_READ = re.compile(
    r"/(convention-drafts|duplicates|alerts|receipts|imports|exports|meetings)\b|/(contacts|representatives)$"
)


@pytest.fixture(scope="module")
def requests(app: FastAPI) -> set[tuple[str, str]]:
    """Every request that this API answers, with an id or a number wherever it wants one."""

    def filled(path: str) -> str:
        path = re.sub(r"\{(year|number)\}", "7", path.removeprefix("/v1"))
        return re.sub(r"\{\w+\}", str(ID), path)

    paths = app.openapi()["paths"].items()
    return {(method.upper(), filled(path)) for path, methods in paths for method in methods}


async def answers(client: AsyncClient, requests: Iterable[tuple[str, str]]) -> dict[str, int]:
    """How each request is answered."""
    return {
        f"{method} {path}": (await client.request(method, path, json={})).status_code
        for method, path in sorted(requests)
    }


def only(allowed: set[int], told: dict[str, int]) -> bool:
    assert {asked: status for asked, status in told.items() if status not in allowed} == {}
    return bool(told)


async def test_without_a_token_nothing_is_answered(client_of: ClientOf, requests: Any) -> None:
    assert only({401}, await answers(client_of(), requests - OPEN))


@pytest.mark.parametrize("role", ["mentor", "mentee", "machine", "partner"])
async def test_who_has_no_part_in_it_is_forbidden(
    client_of: ClientOf, requests: Any, role: str
) -> None:
    theirs = {"machine": set(), "partner": PARTNERS}.get(role, ATTENDEES)
    assert only({403}, await answers(client_of(role), requests - OPEN - theirs))


@pytest.mark.parametrize("role", ["partner_manager", "admin", "coordinator", "viewer"])
async def test_the_staff_may_read(client_of: ClientOf, requests: Any, role: str) -> None:
    read = {(m, path) for m, path in requests - OPEN - {TRACE} if m == "GET"}
    managers = {(m, path) for m, path in read if MANAGERS_READ.search(path)}
    manages = role in {"partner_manager", "admin"}

    assert only({200, 404, 422}, await answers(client_of(role), read - managers))
    allowed = {200, 404, 422} if manages else {403}
    assert only(allowed, await answers(client_of(role), managers))


@pytest.mark.parametrize("role", ["partner_manager", "coordinator", "viewer"])
async def test_nobody_but_an_administrator_traces_ids(client_of: ClientOf, role: str) -> None:
    method, path = TRACE

    assert (await client_of("admin").request(method, path)).status_code == 200
    assert (await client_of(role).request(method, path)).status_code == 403


@pytest.mark.parametrize("role", ["coordinator", "viewer"])
async def test_who_only_reads_changes_nothing(
    client_of: ClientOf, requests: Any, role: str
) -> None:
    theirs = ATTENDEES | COORDINATORS if role == "coordinator" else set()
    changes = {(m, path) for m, path in requests if m != "GET"} - theirs

    assert only({403}, await answers(client_of(role), changes))


@pytest.mark.parametrize("role", ["partner_manager", "admin"])
async def test_partner_managers_and_admins_may_change(client_of: ClientOf, role: str) -> None:
    body = {"name": "USH", "kind": "federation", "siren": "732829320", "department": "75"}

    assert (await client_of(role).post("/organisations", json=body)).status_code == 201


async def test_a_confined_manager_sees_their_organisations_only(
    client_of: ClientOf, organisation: Any
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    client = client_of("partner_manager", organisations=[mine["id"], "not an id"])
    tag = {"If-Match": "*"}

    listed = (await client.get("/organisations")).json()["items"]
    assert [o["id"] for o in listed] == [mine["id"]]
    for part in ("", "/umbrellas", "/members", "/coverage", "/mentor-activity"):
        assert (await client.get(f"/organisations/{mine['id']}{part}")).status_code == 200
        assert (await client.get(f"/organisations/{other['id']}{part}")).status_code == 404
    for organisation_id, status in ((mine["id"], 200), (other["id"], 404)):
        path = f"/organisations/{organisation_id}"
        renamed = await client.patch(path, json={"name": "New"}, headers=tag)
        assert renamed.status_code == status


async def test_a_confined_manager_binds_their_organisations_only(
    client_of: ClientOf, organisation: Any, convention: Any
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    client = client_of("partner_manager", organisations=[mine["id"]])
    theirs, shared = await convention(other), await convention(mine, other)
    ended, tag = {"ended_on": "2015-01-01"}, {"If-Match": "*"}

    def sign(organisation_id: str) -> Any:
        signatories = [{"organisation_id": organisation_id}]
        body = {"kind": "own", "signed_on": "2013-01-01", "signatories": signatories}
        return client.post("/conventions", json=body)

    def end(convention_id: str) -> Any:
        return client.post(f"/conventions/{convention_id}/end", json=ended, headers=tag)

    joining = {"umbrella_id": other["id"], "joined_on": "2010-01-01"}
    joined = await client.post(f"/organisations/{mine['id']}/umbrellas", json=joining)
    assert joined.status_code == 404
    assert (await sign(other["id"])).status_code == 404
    own = await sign(mine["id"])
    assert own.status_code == 201
    listed = (await client.get("/conventions")).json()["items"]
    assert {c["id"] for c in listed} == {shared["id"], own.json()["id"]}
    assert (await client.get(f"/conventions/{theirs['id']}")).status_code == 404
    answers = [await end(c) for c in (theirs["id"], shared["id"], own.json()["id"])]
    assert [answer.status_code for answer in answers] == [404, 403, 200]


async def test_a_confined_manager_registers_nobody(client_of: ClientOf) -> None:
    client = client_of("partner_manager", organisations=[str(uuid4())])
    body = {"name": "USH", "kind": "federation", "siren": "732829320", "department": "75"}

    answer = await client.post("/organisations", json=body)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:problem:forbidden")


async def test_who_is_confined_to_nothing_sees_nothing(
    client_of: ClientOf, organisation: Any
) -> None:
    await organisation("Other")

    answer = await client_of("partner_manager", organisations=[]).get("/organisations")

    assert answer.json() == {"items": [], "next": None}


async def test_a_confined_manager_reads_nothing_of_others(
    client_of: ClientOf, organisation: Any, convention: Any, requests: Any
) -> None:
    """Whatever can be read, with the ids of what is others' wherever an id is wanted."""
    mine, other = await organisation("Mine"), await organisation("Secret", kind="social_landlord")
    whole = client_of("partner_manager")
    confined = client_of("partner_manager", organisations=[mine["id"]])
    path = f"/organisations/{other['id']}"

    async def make(where: str, **body: Any) -> dict[str, Any]:
        answer = await whole.post(where, json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    since = {"from_on": "2014-01-01", "roles": ["board"]}
    person = await make(
        f"{path}/contacts", given_name="I", family_name="Secret", email="s@example.org", **since
    )
    signed = await convention(other)
    owed = {"organisation_id": other["id"], "party": "partner", "kind": "stand", "quantity": 1}
    made = [
        person,
        signed,
        await make(f"/conventions/{signed['id']}/commitments", **owed),
        await make(f"{path}/gifts", amount=100, payment="cash", given_on="2014-01-01"),
        await make(f"{path}/pledges", amount=100, pledged_on="2014-01-01"),
        await make("/board/seats", organisation_id=other["id"], starts_on="2014-01-01"),
    ]
    network = await make("/networks", name="N")
    members = f"/networks/{network['id']}"
    await make(f"{members}/members", organisation_id=other["id"], joined_on="2014-01-01")
    acted = {"name": "A", "begun_on": "2014-02-01", "organisations": [other["id"]]}
    event = await make(
        "/events", kind="afterwork", name="E", department="75", starts_on="2099-11-20"
    )
    slot = {"starts_at": "2099-11-20T09:00:00Z", "ends_at": "2099-11-20T11:00:00Z"}
    part = await make(f"/events/{event['id']}/sessions", name="S", **slot)
    place = f"/events/{event['id']}/sessions/{part['id']}/registrations"
    registered = await make(place, attendee_kind="organisation", attendee_id=other["id"])
    stand = await make(f"/events/{event['id']}/stands", name="A")
    held = f"/events/{event['id']}/stands/{stand['id']}/bookings"
    made += [
        await make(f"{members}/actions", **acted),
        registered,
        await make(held, organisation_id=other["id"], **slot),
    ]
    secrets = {other["id"], "Secret", "s@example.org", *(each["id"] for each in made)}
    ids = [other["id"], signed["id"], network["id"], event["id"]]

    for method, asked in sorted(requests - OPEN):
        for one in ids if method == "GET" else ():
            read = asked.replace(f"{ID}/sessions/{ID}", f"{event['id']}/sessions/{part['id']}")
            read = read.replace(str(ID), one)
            answer = await confined.get(read)
            assert answer.status_code in {200, 403, 404, 422}, (read, answer.text)
            told = answer.text if answer.status_code == 200 else ""
            assert not [each for each in secrets if each in told], (read, told)
