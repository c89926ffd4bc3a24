"""A mentee has one status, derived from what is recorded; rounds, lists and alerts agree on it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backbone.database.sessions import Sessions
from backbone.testing.fixtures import problem_of
from contracts.enums import MenteeStatus
from contracts.local_time import today_in
from matching.worker.deadlines import raise_alerts

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
ANY = {"If-Match": "*"}


def ago(days: int) -> str:
    return (today_in("93") - timedelta(days=days)).isoformat()


@pytest.fixture
async def mentee(
    client: AsyncClient, send: Send, covered: UUID, lines: Any
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Read again a mentee who was admitted 30 days ago; a mentor with one place is there."""
    await send("mentees", [lines.mentee(1, applied_on=ago(30), birth_date="2003-05-04")])
    await send("mentors", [lines.mentor(1)])

    async def mentee() -> dict[str, Any]:
        [only] = (await client.get("/mentees")).json()["items"]
        again = (await client.get(f"/mentees/{only['id']}")).json()
        assert again == only
        return dict(again)

    return mentee


async def propose(client: AsyncClient, mentee_id: str, mentor: int = 0) -> dict[str, Any]:
    mentors = (await client.get("/mentors")).json()["items"]
    body = {"mentee_id": mentee_id, "mentor_id": mentors[mentor]["id"], "proposed_on": ago(5)}
    answer = await client.post("/pairings", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def begin(client: AsyncClient, mentee_id: str) -> str:
    pairing = await propose(client, mentee_id)
    for side in ("mentee", "mentor"):
        body = {"by": side, "accepted_on": ago(4)}
        await client.post(f"/pairings/{pairing['id']}/acceptances", json=body)
    return str(pairing["id"])


async def end(client: AsyncClient, pairing_id: str, reason: str) -> None:
    body = {"reason": reason, "ended_on": ago(1)}
    answer = await client.post(f"/pairings/{pairing_id}/end", json=body)
    assert answer.is_success, answer.text


async def find(client: AsyncClient, mentee_id: str, **outcome: Any) -> None:
    known = {"contract": "cdi", "fits_qualification": True, "evidence": "declared"}
    body = known | {"mentee_id": mentee_id, "found_on": ago(2)} | outcome
    answer = await client.post("/outcomes", json=body)
    assert answer.status_code == 201, answer.text


async def nothing(_client: AsyncClient, _mentee_id: str) -> None: ...


async def ask(client: AsyncClient, mentee_id: str) -> None:
    await propose(client, mentee_id)


async def pair(client: AsyncClient, mentee_id: str) -> None:
    await begin(client, mentee_id)


async def place(client: AsyncClient, mentee_id: str) -> None:
    await find(client, mentee_id)


async def study(client: AsyncClient, mentee_id: str) -> None:
    await find(client, mentee_id, contract="studies")


async def lapse(client: AsyncClient, mentee_id: str) -> None:
    await end(client, await begin(client, mentee_id), "lapsed")


async def succeed(client: AsyncClient, mentee_id: str) -> None:
    await end(client, await begin(client, mentee_id), "early_success")


async def complete(client: AsyncClient, mentee_id: str) -> None:
    await end(client, await begin(client, mentee_id), "completed")


@pytest.mark.parametrize(
    ("happens", "status"),
    [
        (nothing, "waiting"),
        (ask, "asked"),
        (pair, "paired"),
        (place, "placed"),
        (study, "waiting"),
        (lapse, "waiting"),
        (succeed, "placed"),
        (complete, "closed"),
    ],
)
async def test_the_status_follows_what_happens_and_every_reader_agrees(
    client: AsyncClient,
    mentee: Any,
    sessions: Sessions,
    draft: Any,
    happens: Callable[[AsyncClient, str], Awaitable[None]],
    status: str,
) -> None:
    mentee_id = (await mentee())["id"]

    await happens(client, mentee_id)

    assert (await mentee())["status"] == status
    for each in MenteeStatus:
        listed = (await client.get("/mentees", params={"status": each.value})).json()["items"]
        assert [m["id"] for m in listed] == ([mentee_id] if each == status else [])
    waits = status == "waiting"
    waiting = (await client.get("/mentees", params={"waiting": True})).json()["items"]
    assert bool(waiting) == waits
    await raise_alerts(
        sessions, now=datetime.now(UTC) + timedelta(days=1), quiet=timedelta(hours=1)
    )
    rules = [alert["rule"] for alert in (await client.get("/alerts")).json()["items"]]
    begun = happens is lapse
    assert ("mentee_waiting" in rules) == (waits and not begun)
    drafted = await draft(ago(0))
    assert drafted["report"]["mentees"] == int(waits)


async def test_who_finds_work_while_the_alert_is_open_settles_it(
    client: AsyncClient, mentee: Any, sessions: Sessions
) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await raise_alerts(sessions, now=tomorrow, quiet=timedelta(hours=1))
    assert len((await client.get("/alerts")).json()["items"]) == 1

    await find(client, (await mentee())["id"])
    await raise_alerts(sessions, now=tomorrow, quiet=timedelta(hours=1))

    assert (await client.get("/alerts")).json()["items"] == []


async def test_a_place_that_is_proposed_is_proposed_to_nobody_else(
    client: AsyncClient, mentee: Any, send: Send, lines: Any
) -> None:
    first = await mentee()
    await propose(client, first["id"])
    await send("mentees", [lines.mentee(2, applied_on=ago(30), birth_date="2003-05-04")])
    [second] = (await client.get("/mentees", params={"reference": "F002"})).json()["items"]
    [mentor] = (await client.get("/mentors")).json()["items"]
    body = {"mentee_id": second["id"], "mentor_id": mentor["id"], "proposed_on": ago(5)}

    answer = await client.post("/pairings", json=body)

    assert problem_of(answer) == (409, "mentor-full")
    assert "is asked about 1 more" in answer.json()["detail"]
    listed = (await client.get("/mentors", params={"with_room": True})).json()["items"]
    assert listed == []


async def test_places_that_are_proposed_are_not_taken_from_the_mentor(
    client: AsyncClient, send: Send, covered: UUID, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1, applied_on=ago(30), birth_date="2003-05-04")])
    await send("mentors", [lines.mentor(1, capacity=2)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    await begin(client, mentee["id"])
    await send("mentees", [lines.mentee(2, applied_on=ago(30), birth_date="2003-05-04")])
    [second] = (await client.get("/mentees", params={"reference": "F002"})).json()["items"]
    pairing = await propose(client, second["id"])
    [mentor] = (await client.get("/mentors")).json()["items"]

    answer = await client.patch(f"/mentors/{mentor['id']}", json={"capacity": 1}, headers=ANY)

    assert problem_of(answer) == (409, "capacity-below-mentees")
    for side in ("mentee", "mentor"):
        body = {"by": side, "accepted_on": ago(4)}
        answer = await client.post(f"/pairings/{pairing['id']}/acceptances", json=body)
        assert answer.status_code == 200, answer.text
