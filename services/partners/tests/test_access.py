"""Who may call what, and that what is not yours does not exist."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from backbone.testing import ClientOf

ID = UUID(int=7)
READS = [
    "/organisations",
    f"/organisations/{ID}",
    f"/organisations/{ID}/umbrellas",
    f"/organisations/{ID}/members",
    f"/organisations/{ID}/coverage",
    f"/organisations/{ID}/activity",
    "/conventions",
    "/departments",
    f"/conventions/{ID}",
    f"/conventions/{ID}/amendments",
    f"/conventions/{ID}/timeline",
    f"/conventions/{ID}/commitments",
    f"/conventions/{ID}/documents",
    f"/conventions/{ID}/documents/{ID}/content",
    f"/organisations/{ID}/ledger",
]
MANAGERS_READ = ["/convention-drafts", f"/convention-drafts/{ID}", "/alerts"]
CHANGES = [
    ("POST", "/organisations"),
    ("PATCH", f"/organisations/{ID}"),
    ("POST", f"/organisations/{ID}/umbrellas"),
    ("POST", "/conventions"),
    ("POST", "/departments"),
    ("POST", f"/conventions/{ID}/accessions"),
    ("POST", f"/conventions/{ID}/end"),
    ("POST", f"/conventions/{ID}/signatories/{ID}/withdrawal"),
    ("POST", f"/conventions/{ID}/suspension"),
    ("POST", f"/conventions/{ID}/resumption"),
    ("POST", f"/conventions/{ID}/amendments"),
    ("POST", f"/conventions/{ID}/notice"),
    ("POST", f"/conventions/{ID}/renewal"),
    ("POST", f"/conventions/{ID}/commitments"),
    ("POST", f"/conventions/{ID}/documents"),
    ("POST", f"/commitments/{ID}/fulfilments"),
    ("DELETE", f"/commitments/{ID}/fulfilments/{ID}"),
    ("POST", f"/commitments/{ID}/withdrawal"),
    ("POST", "/convention-drafts"),
    ("PUT", f"/convention-drafts/{ID}"),
    ("DELETE", f"/convention-drafts/{ID}"),
    ("POST", f"/convention-drafts/{ID}/signature"),
    ("POST", f"/alerts/{ID}/settlement"),
    *(("GET", path) for path in MANAGERS_READ),
]
REQUESTS = [("GET", path) for path in READS] + CHANGES
READERS = ["partner_manager", "admin", "coordinator", "viewer"]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
async def test_without_a_token_nothing_is_answered(
    client_of: ClientOf, method: str, path: str
) -> None:
    assert (await client_of().request(method, path)).status_code == 401


@pytest.mark.parametrize(("method", "path"), REQUESTS)
@pytest.mark.parametrize("role", ["mentor", "mentee", "machine"])
async def test_who_has_no_part_in_it_is_forbidden(
    client_of: ClientOf, method: str, path: str, role: str
) -> None:
    assert (await client_of(role).request(method, path, json={})).status_code == 403


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("role", READERS)
async def test_the_staff_may_read(client_of: ClientOf, path: str, role: str) -> None:
    assert (await client_of(role).get(path)).status_code in {200, 404}


@pytest.mark.parametrize(("method", "path"), CHANGES)
@pytest.mark.parametrize("role", ["coordinator", "viewer"])
async def test_who_only_reads_changes_nothing(
    client_of: ClientOf, method: str, path: str, role: str
) -> None:
    assert (await client_of(role).request(method, path, json={})).status_code == 403


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
    for part in ("", "/umbrellas", "/members", "/coverage", "/activity"):
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
