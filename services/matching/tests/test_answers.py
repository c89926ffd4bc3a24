"""Proposals have a time limit; what comes to nothing is offered to the next best."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.outbox import Outbox
from matching.worker.deadlines import expire_proposals

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Draft = Callable[..., Awaitable[dict[str, Any]]]
Publish = Callable[[dict[str, Any]], Awaitable[Response]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]
ON = "2013-09-10"
DAYS = 7


@pytest.fixture
async def proposed(
    send: Send, covered: UUID, lines: Any, draft: Draft, publish: Publish, client: AsyncClient
) -> list[dict[str, Any]]:
    """Two mentees, each proposed to one of three mentors."""
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    await send("mentors", [lines.mentor(number) for number in (1, 2, 3)])
    assert (await publish(await draft(ON))).status_code == 200
    return list((await client.get("/pairings")).json()["items"])


async def decline(client: AsyncClient, pairing: dict[str, Any]) -> Response:
    body = {"by": "mentor", "reason": "unavailable", "declined_on": "2013-09-12"}
    return await client.post(f"/pairings/{pairing['id']}/declines", json=body)


async def of_mentee(client: AsyncClient, pairing: dict[str, Any], state: str) -> list[Any]:
    asked = {"mentee_id": pairing["mentee_id"], "state": state}
    return list((await client.get("/pairings", params=asked)).json()["items"])


async def let_time_pass(sessions: Sessions, *, days: int) -> None:
    """As many days later: every answer is due so much earlier."""
    async with transaction(sessions) as session:
        sooner = text("UPDATE pairing SET answer_by = answer_by - CAST(:days AS int)")
        await (await session.connection()).execute(sooner, {"days": days})


async def test_whoever_is_declined_is_offered_the_next_best(
    client: AsyncClient, proposed: list[dict[str, Any]], outbox_messages: Announced
) -> None:
    taken = {pairing["mentor_id"] for pairing in proposed}

    assert (await decline(client, proposed[0])).json()["state"] == "declined"

    [offered] = await of_mentee(client, proposed[0], "proposed")
    assert offered["mentor_id"] not in taken
    assert offered["round_id"] == proposed[0]["round_id"]
    assert offered["proposed_on"] == "2013-09-12"
    assert len(await outbox_messages("pairing-proposed.v1")) == 3


async def test_a_place_that_was_declined_is_offered_once(
    client: AsyncClient, proposed: list[dict[str, Any]]
) -> None:
    await decline(client, proposed[0])
    await decline(client, proposed[1])

    [first] = await of_mentee(client, proposed[0], "proposed")
    [second] = await of_mentee(client, proposed[1], "proposed")
    assert first["mentor_id"] != second["mentor_id"]
    assert second["mentor_id"] == proposed[0]["mentor_id"]


async def test_nobody_is_offered_twice_and_who_has_nobody_left_waits(
    client: AsyncClient, proposed: list[dict[str, Any]]
) -> None:
    await decline(client, proposed[0])
    [offered] = await of_mentee(client, proposed[0], "proposed")

    await decline(client, offered)

    assert await of_mentee(client, proposed[0], "proposed") == []
    waiting = (await client.get("/mentees", params={"waiting": True})).json()["items"]
    assert [mentee["id"] for mentee in waiting] == [proposed[0]["mentee_id"]]


async def test_what_is_not_answered_in_time_expires_once_and_the_next_best_is_offered(
    client: AsyncClient,
    proposed: list[dict[str, Any]],
    sessions: Sessions,
    outbox_messages: Announced,
) -> None:
    body = {"by": "mentor", "accepted_on": "2013-09-11"}
    await client.post(f"/pairings/{proposed[0]['id']}/acceptances", json=body)
    await expire_proposals(sessions, answer_days=DAYS)
    assert await outbox_messages("pairing-expired.v1") == []
    await let_time_pass(sessions, days=DAYS + 1)

    await expire_proposals(sessions, answer_days=DAYS)
    await expire_proposals(sessions, answer_days=DAYS)

    expired = {
        row.key: json.loads(row.payload or b"")
        for row in await outbox_messages("pairing-expired.v1")
    }
    assert {key: published["missing"] for key, published in expired.items()} == {
        proposed[0]["id"]: ["mentee"],
        proposed[1]["id"]: ["mentee", "mentor"],
    }
    [offered] = await of_mentee(client, proposed[0], "proposed")
    assert offered["mentor_id"] != proposed[0]["mentor_id"]
    assert offered["answer_by"] >= (datetime.now(UTC) + timedelta(days=DAYS - 1)).date().isoformat()


async def test_an_answer_after_the_time_limit_is_refused_and_changes_nothing(
    client: AsyncClient,
    proposed: list[dict[str, Any]],
    sessions: Sessions,
    outbox_messages: Announced,
) -> None:
    await let_time_pass(sessions, days=DAYS + 3)
    before = len(await outbox_messages())
    today = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()

    late = await client.post(
        f"/pairings/{proposed[0]['id']}/acceptances", json={"by": "mentor", "accepted_on": today}
    )

    assert (late.status_code, late.json()["type"]) == (409, "urn:problem:answer-too-late")
    assert "new proposal" in late.json()["detail"]
    assert len(await outbox_messages()) == before
    found = (await client.get(f"/pairings/{proposed[0]['id']}")).json()
    assert (found["state"], found["mentor_accepted_on"]) == ("proposed", None)


async def test_an_expired_proposal_cannot_be_accepted(
    client: AsyncClient, proposed: list[dict[str, Any]], sessions: Sessions
) -> None:
    await let_time_pass(sessions, days=DAYS + 1)
    await expire_proposals(sessions, answer_days=DAYS)

    answer = await client.post(
        f"/pairings/{proposed[0]['id']}/acceptances", json={"by": "mentor", "accepted_on": ON}
    )

    assert answer.json()["type"] == "urn:problem:not-proposed"


async def test_what_was_proposed_by_hand_and_declined_is_left_to_the_coordinator(
    client: AsyncClient, proposal: dict[str, Any], send: Send, lines: Any
) -> None:
    await send("mentors", [lines.mentor(2)])

    await decline(client, proposal)

    assert await of_mentee(client, proposal, "proposed") == []


async def test_whoever_was_not_answered_and_is_offered_nobody_waits_again(
    client: AsyncClient, proposal: dict[str, Any], sessions: Sessions
) -> None:
    asked = {"waiting": True}
    assert (await client.get("/mentees", params=asked)).json()["items"] == []
    await let_time_pass(sessions, days=DAYS + 1)

    await expire_proposals(sessions, answer_days=DAYS)

    [waits] = (await client.get("/mentees", params=asked)).json()["items"]
    assert waits["id"] == proposal["mentee_id"]
