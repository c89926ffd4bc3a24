import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.database.sessions import Sessions
from backbone.service import Service
from backbone.testing.fixtures import ClientOf, ImportFile, Topics
from contracts import ConventionSigned, OrganisationCard, Signatory
from contracts.enums import ConventionKind
from matching.__main__ import SERVICE
from matching.worker.rounds import RoundRunner

SIREN = "552141533"
HEADERS = {
    "mentees": "reference;given_name;family_name;email;phone;department;degree_level;birth_date;"
    "applied_on;priority_neighbourhood;remote;confirmed",
    "mentors": "reference,given_name,family_name,email,department,organisation_siren,capacity,"
    "enrolled_on,remote,charter_accepted_on",
    "pairings": "reference,mentee,mentor,proposed_on,accepted_on,first_interview_on,"
    "first_interview_minutes,ended_on,end_reason,declined_on,declined_by,decline_reason",
    "contacts": "reference,pairing,contact_on,medium,minutes",
    "outcomes": "reference,mentee,pairing,found_on,contract,months,fits_qualification,evidence",
}


@pytest.fixture(scope="session")
def service() -> Service[Any]:
    return SERVICE


@pytest.fixture
def client(client_of: ClientOf) -> AsyncClient:
    """Matching's API, as a coordinator sees it."""
    return client_of("coordinator")


@pytest.fixture
async def covered(topics: Topics) -> UUID:
    """An organisation of which partners told that it signed a convention in 2013."""
    organisation, signed_on = uuid4(), date(2013, 1, 15)
    await topics.publish(
        ConventionSigned(
            convention_id=uuid4(),
            convention_kind=ConventionKind.OWN,
            signed_on=signed_on,
            effective_on=signed_on,
            ends_on=None,
            signatories=(Signatory(organisation_id=organisation, accedes_on=signed_on),),
        ),
        OrganisationCard(organisation_id=organisation, name="Immobilière 3F", siren=SIREN),
    )
    return organisation


Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]


@pytest.fixture
def send(client: AsyncClient, import_file: ImportFile) -> Send:
    """Send the lines of a file, below its header, and let them be taken in."""

    async def send(kind: str, lines: Sequence[str]) -> dict[str, Any]:
        return await import_file(client, kind, "\n".join([HEADERS[kind], *lines]))

    return send


def mentee_line(number: int, *, department: str = "93", **said: str) -> str:
    cells = {
        "reference": f"F{number:03}",
        "given_name": "Amina",
        "family_name": f"Diallo{number}",
        "email": f"amina{number}@example.org",
        "phone": f"+3363998{number:04}",
        "department": department,
        "degree_level": "5",
        "birth_date": "1990-05-04",
        "applied_on": "2013-09-02",
        "priority_neighbourhood": "in",
        "remote": "",
        "confirmed": "",
    }
    return ";".join((cells | said).values())


def mentor_line(
    number: int,
    *,
    capacity: int = 1,
    department: str = "75",
    remote: str = "",
    siren: str = SIREN,
    charter_accepted_on: str = "2013-02-01",
) -> str:
    return (
        f"P{number:03},Jo,Martin{number},jo{number}@example.org,{department},{siren},"
        f"{capacity},2013-02-01,{remote},{charter_accepted_on}"
    )


@pytest.fixture
async def proposal(client: AsyncClient, send: Send, covered: UUID) -> dict[str, Any]:
    """A pairing proposed on 10 September 2013, with a mentor of one place."""
    await send("mentees", [mentee_line(1)])
    await send("mentors", [mentor_line(1)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    [mentor] = (await client.get("/mentors")).json()["items"]
    body = {"mentee_id": mentee["id"], "mentor_id": mentor["id"], "proposed_on": "2013-09-10"}
    answer = await client.post("/pairings", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


Draft = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def draft(client: AsyncClient, sessions: Sessions) -> Draft:
    """Ask for a round and let the worker work it out: `await draft("2013-09-10")`."""

    async def draft(on: str, **said: Any) -> dict[str, Any]:
        asked = await client.post("/rounds", json={"on": on} | said)
        assert asked.status_code == 201, asked.text
        assert await RoundRunner(sessions, longest=60).run_next(asyncio.Event())
        return dict((await client.get(f"/rounds/{asked.json()['id']}")).json())

    return draft


@pytest.fixture
def publish(client: AsyncClient) -> Callable[[dict[str, Any]], Awaitable[Response]]:
    """Publish a draft, as it was read."""

    async def publish(drafted: dict[str, Any]) -> Response:
        tag = {"If-Match": f'"{drafted["version"]}"'}
        return await client.post(f"/rounds/{drafted['id']}/publication", headers=tag)

    return publish


@pytest.fixture
async def pair(client: AsyncClient, proposal: dict[str, Any]) -> dict[str, Any]:
    """A pair that began on 12 September 2013."""
    for side in ("mentee", "mentor"):
        answer = await client.post(
            f"/pairings/{proposal['id']}/acceptances",
            json={"by": side, "accepted_on": "2013-09-12"},
        )
        assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def lines() -> Any:
    """Makers of lines: `lines.mentee(1)`, `lines.mentor(1, capacity=3)`."""

    class Lines:
        mentee = staticmethod(mentee_line)
        mentor = staticmethod(mentor_line)

    return Lines
