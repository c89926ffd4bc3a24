"""A person who is erased takes part in nothing any more, and nothing is stored about them."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import AsyncClient

from backbone.database.sessions import Sessions
from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf
from contracts.local_time import today_in
from matching.worker.deadlines import raise_alerts

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
SECRET = "Petite-Secrète"  # noqa: S105  (a word that nothing may contain afterwards)


async def erase(client_of: ClientOf, side: str, person_id: str) -> None:
    answer = await client_of("admin").delete(f"/{side}s/{person_id}/personal-data")
    assert answer.status_code == 204, answer.text


async def payload(outbox_messages: Announced, kind: str) -> dict[str, Any]:
    *_, last = await outbox_messages(kind)
    assert last.payload is not None
    return dict(json.loads(last.payload))


async def test_the_pair_of_an_erased_mentee_ends_and_the_place_is_free_for_who_waits(
    client: AsyncClient,
    client_of: ClientOf,
    send: Send,
    lines: Any,
    pair: dict[str, Any],
    outbox_messages: Announced,
) -> None:
    await send("mentees", [lines.mentee(2)])

    await erase(client_of, "mentee", pair["mentee_id"])

    ended = (await client.get(f"/pairings/{pair['id']}")).json()
    today = today_in("93").isoformat()
    assert (ended["state"], ended["end_reason"], ended["ended_on"]) == ("ended", "withdrawn", today)
    assert (await client.get(f"/mentors/{pair['mentor_id']}")).json()["mentees"] == 0
    [alert] = (await client.get("/alerts", params={"rule": "place_freed"})).json()["items"]
    assert alert["mentor_id"] == pair["mentor_id"]
    event = await payload(outbox_messages, "pairing-ended.v1")
    assert (event["pairing_id"], event["erased_side"]) == (pair["id"], "mentee")


async def test_the_pair_of_an_erased_mentor_ends_and_the_mentee_waits_again(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    await erase(client_of, "mentor", pair["mentor_id"])

    assert (await client.get(f"/pairings/{pair['id']}")).json()["state"] == "ended"
    [waiting] = (await client.get("/mentees", params={"waiting": True})).json()["items"]
    assert waiting["id"] == pair["mentee_id"]
    assert (await client.get("/alerts", params={"rule": "place_freed"})).json()["items"] == []
    assert (await payload(outbox_messages, "pairing-ended.v1"))["erased_side"] == "mentor"
    assert (await payload(outbox_messages, "mentor-erased.v1"))["mentor_id"] == pair["mentor_id"]


async def test_a_proposal_to_an_erased_person_is_withdrawn(
    client: AsyncClient, client_of: ClientOf, proposal: dict[str, Any], outbox_messages: Announced
) -> None:
    await erase(client_of, "mentor", proposal["mentor_id"])

    after = (await client.get(f"/pairings/{proposal['id']}")).json()
    assert (after["state"], after["declined_by"]) == ("declined", "mentor")
    assert (await payload(outbox_messages, "pairing-declined.v1"))["erased_side"] == "mentor"


async def test_the_mentee_of_a_withdrawn_proposal_of_a_round_is_offered_the_next_best_mentor(
    client: AsyncClient,
    client_of: ClientOf,
    send: Send,
    lines: Any,
    covered: Any,
    draft: Any,
    publish: Any,
) -> None:
    await send("mentees", [lines.mentee(1)])
    await send("mentors", [lines.mentor(1), lines.mentor(2)])
    await publish(await draft("2013-09-10"))
    [first] = (await client.get("/pairings")).json()["items"]

    await erase(client_of, "mentor", first["mentor_id"])

    [second] = (await client.get("/pairings", params={"state": "proposed"})).json()["items"]
    assert second["mentee_id"] == first["mentee_id"]
    assert second["mentor_id"] != first["mentor_id"]


async def test_nothing_that_was_known_of_an_erased_mentee_is_stored_any_more(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    path = f"/mentees/{pair['mentee_id']}"
    known = {"gender": "woman", "degree_field": "04", "languages": ["fr", "ar"]} | {
        "wished_functions": ["M15"],
        "wished_sectors": ["L"],
    }
    await client.patch(path, json=known, headers={"If-Match": "*"})
    before = (await client.get(path)).json()

    await erase(client_of, "mentee", pair["mentee_id"])

    after = (await client.get(path)).json()
    nothing = ("email", "phone", "birth_date", "gender", "degree_level", "degree_field")
    nothing += ("employer_id", "area_code", "area_vintage", "established", "decision_inputs")
    assert {name: after[name] for name in nothing} == dict.fromkeys(nothing)
    for name in ("languages", "wished_functions", "wished_sectors"):
        assert after[name] == []
    stays = ("id", "department", "applied_on", "decided_on", "refusal", "rule_version")
    assert [after[name] for name in stays] == [before[name] for name in stays]


async def test_nothing_that_was_known_of_an_erased_mentor_is_stored_any_more(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    path = f"/mentors/{pair['mentor_id']}"
    known = {"sector": "L", "function": "M15", "wished_fields": ["04"], "languages": ["fr", "ar"]}
    await client.patch(path, json=known, headers={"If-Match": "*"})

    await erase(client_of, "mentor", pair["mentor_id"])

    after = (await client.get(path)).json()
    assert [after[name] for name in ("email", "phone", "sector", "function")] == [None] * 4
    assert (after["wished_fields"], after["languages"]) == ([], [])


async def test_free_words_about_the_pairs_of_an_erased_person_are_removed(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    path = f"/pairings/{pair['id']}"
    day = (today_in("93") - timedelta(days=3)).isoformat()
    introduced = {"introduced_on": day, "role": SECRET, "organisation": SECRET, "agreed_on": day}
    said = {"by": "mentor", "held_on": day, "rating": 2, "remark": SECRET}
    assert (await client.post(f"{path}/introductions", json=introduced)).status_code == 201
    assert (await client.post(f"{path}/check-ins", json=said)).status_code == 201

    await erase(client_of, "mentee", pair["mentee_id"])

    for list_of in ("introductions", "check-ins", "timeline"):
        answer = await client.get(f"{path}/{list_of}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["items"]
        assert SECRET not in answer.text
    alerts = (await client.get("/alerts", params={"rule": "low_rating"})).json()["items"]
    assert [alert for alert in alerts if alert["settled_at"] is None] == []


async def test_exclusions_of_an_erased_person_are_removed_and_nobody_is_proposed_to_them(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    path = f"/mentees/{pair['mentee_id']}"
    body = {"mentor_id": pair["mentor_id"], "asked_by": "mentee"}
    assert (await client.post(f"{path}/exclusions", json=body)).status_code == 201

    await erase(client_of, "mentee", pair["mentee_id"])

    assert (await client.get(f"{path}/exclusions")).json()["items"] == []
    asked = {k: pair[k] for k in ("mentee_id", "mentor_id")} | {"proposed_on": "2013-10-10"}
    for answer in (
        await client.post("/pairings", json=asked),
        await client.post(f"{path}/exclusions", json=body),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:person-erased")


async def test_erasing_a_merged_application_erases_the_person_in_all_of_them(
    client: AsyncClient, client_of: ClientOf, send: Send, lines: Any, outbox_messages: Announced
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    kept, duplicate = (await client.get("/mentees")).json()["items"]
    body = {"duplicate_id": duplicate["id"]}
    assert (await client.post(f"/mentees/{kept['id']}/merge", json=body)).status_code == 200
    assert await outbox_messages("mentee-erased.v1") == []

    await erase(client_of, "mentee", duplicate["id"])

    assert (await client.get(f"/mentees/{kept['id']}")).json()["erased"]
    event = await payload(outbox_messages, "mentee-erased.v1")
    assert (event["mentee_id"], event["duplicates"]) == (kept["id"], [duplicate["id"]])


async def test_an_answer_that_is_stored_under_its_key_does_not_repeat_an_erased_person(
    client: AsyncClient, client_of: ClientOf, outbox_messages: Announced
) -> None:
    key = {"Idempotency-Key": "one"}
    body = {"given_name": "Rose", "family_name": SECRET, "department": "93"}
    first = await client.post("/mentees", json=body, headers=key)
    assert first.status_code == 201

    await erase(client_of, "mentee", first.json()["id"])

    again = await client.post("/mentees", json=body, headers=key)
    assert (again.status_code, again.json()["type"]) == (410, "urn:problem:answer-erased")
    assert SECRET not in again.text
    assert len(await outbox_messages("person-card.v1")) == 2


async def test_a_remark_stored_as_an_answer_goes_with_the_one_it_is_about(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    said = {"by": "mentor", "held_on": "2026-11-01", "rating": 4, "remark": SECRET}
    path, key = f"/pairings/{pair['id']}/check-ins", {"Idempotency-Key": "two"}
    assert (await client.post(path, json=said, headers=key)).status_code == 201

    await erase(client_of, "mentor", pair["mentor_id"])

    assert (await client.post(path, json=said, headers=key)).status_code == 410


async def test_an_erasure_can_be_repeated(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any]
) -> None:
    for _ in range(2):
        await erase(client_of, "mentee", pair["mentee_id"])
        await erase(client_of, "mentor", pair["mentor_id"])

    assert (await client.get(f"/mentors/{pair['mentor_id']}")).json()["mentees"] == 0


async def test_nobody_is_asked_what_an_erased_mentee_found(
    client_of: ClientOf, sessions: Sessions, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    await erase(client_of, "mentee", pair["mentee_id"])

    for days in (100, 190, 370):
        later = datetime.now(UTC) + timedelta(days=days)
        await raise_alerts(sessions, now=later, quiet=timedelta())

    assert await outbox_messages("outcome-asked.v1") == []
