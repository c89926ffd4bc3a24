"""What happens in a pair's life beside its contacts, and how it is read again."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
INTRODUCED = {
    "introduced_on": "2013-11-12",
    "role": "Directrice des systèmes d'information",
    "organisation": "Habitat 17",
    "function": "M18",
    "sector": "L",
    "agreed_on": "2013-11-10",
}


async def post(client: AsyncClient, pair: dict[str, Any], path: str, **said: Any) -> Response:
    return await client.post(f"/pairings/{pair['id']}/{path}", json=said)


async def plan(client: AsyncClient, pair: dict[str, Any], on: str) -> Response:
    path = f"/pairings/{pair['id']}/first-interview/plan"
    return await client.put(path, json={"planned_on": on})


async def bodies(outbox_messages: Announced, kind: str) -> list[dict[str, Any]]:
    return [json.loads(row.payload or b"") for row in await outbox_messages(kind)]


async def steps(client: AsyncClient, path: str) -> list[tuple[str, str]]:
    """A timeline, read in small pages."""
    found, after = list[tuple[str, str]](), ""
    while True:
        page = (await client.get(f"{path}/timeline?limit=3{after}")).json()
        found += [(step["happened_on"], step["what"]) for step in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def test_a_first_interview_is_planned_moved_missed_and_held_in_the_end(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    mentor = client_of("mentor", person_id=pair["mentor_id"])
    assert (await plan(mentor, pair, "2013-09-18")).json()["state"] == "planned"
    assert (await plan(mentor, pair, "2013-09-20")).status_code == 200
    missed = await post(mentor, pair, "first-interview/no-show", missing=["mentee"])
    assert (missed.json()["state"], missed.json()["missing"]) == ("missed", ["mentee"])
    await plan(mentor, pair, "2013-09-25")
    held = await post(mentor, pair, "first-interview", held_on="2013-09-25")

    assert held.json()["state"] == "first_interview"
    planned = await bodies(outbox_messages, "first-interview-planned.v1")
    assert [(each["planned_on"], each["instead_of"]) for each in planned] == [
        ("2013-09-18", None),
        ("2013-09-20", "2013-09-18"),
        ("2013-09-25", None),
    ]
    [published] = await bodies(outbox_messages, "first-interview-missed.v1")
    assert (published["missed_on"], published["missing"]) == ("2013-09-20", ["mentee"])
    assert (await plan(mentor, pair, "2013-10-01")).status_code == 409


@pytest.mark.parametrize(
    ("planned", "status", "names"),
    [(None, 409, "No first interview is planned"), ("2099-01-01", 409, "in the future")],
)
async def test_only_what_was_planned_and_is_past_can_be_missed(
    client: AsyncClient,
    pair: dict[str, Any],
    outbox_messages: Announced,
    planned: str | None,
    status: int,
    names: str,
) -> None:
    if planned:
        await plan(client, pair, planned)

    answer = await post(client, pair, "first-interview/no-show", missing=["mentor"])

    assert (answer.status_code, names in answer.json()["detail"]) == (status, True)
    assert await outbox_messages("first-interview-missed.v1") == []


async def test_an_introduction_tells_no_name_and_its_last_answer_stays(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    made = await post(client, pair, "introductions", **INTRODUCED)
    assert made.status_code == 201, made.text
    path = f"/introductions/{made.json()['id']}/answer"
    for result, on in (("no_answer", "2013-11-20"), ("interview", "2013-12-01")):
        answer = await client.put(path, json={"result": result, "answered_on": on})
        assert answer.status_code == 200

    [published] = await outbox_messages("introduction-made.v1")
    assert b"Habitat 17" not in (published.payload or b"")
    assert b"Directrice" not in (published.payload or b"")
    answers = await bodies(outbox_messages, "introduction-answered.v1")
    assert [each["result"] for each in answers] == ["no_answer", "interview"]
    [kept] = (await client.get(f"/pairings/{pair['id']}/introductions")).json()["items"]
    assert (kept["role"], kept["result"]) == (INTRODUCED["role"], "interview")
    early = await client.put(path, json={"result": "offer", "answered_on": "2013-11-01"})
    assert early.status_code == 409


@pytest.mark.parametrize(
    ("said", "status", "names"),
    [
        ({"agreed_on": "2013-11-13"}, 409, "Ask first"),
        ({"introduced_on": "2013-09-01"}, 409, "2013-09-12"),
        ({"role": " "}, 422, "role"),
        ({"function": "X99"}, 422, "ROME"),
    ],
)
async def test_nobody_is_introduced_without_their_agreement_or_outside_the_pairs_dates(
    client: AsyncClient,
    pair: dict[str, Any],
    outbox_messages: Announced,
    said: dict[str, Any],
    status: int,
    names: str,
) -> None:
    answer = await post(client, pair, "introductions", **(INTRODUCED | said))

    assert answer.status_code == status
    assert names in answer.text
    assert await outbox_messages("introduction-made.v1") == []


async def test_a_rating_is_the_coordinators_alone_and_a_low_one_is_an_alert(
    client: AsyncClient, client_of: ClientOf, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    mentee = client_of("mentee", person_id=pair["mentee_id"])
    said = {"by": "mentee", "held_on": "2013-11-01"}

    assert (await post(mentee, pair, "check-ins", **said, rating=4)).status_code == 201
    assert (await client.get("/alerts")).json()["items"] == []
    await post(mentee, pair, "check-ins", **said, rating=2, remark="Pas de réponse.")

    path = f"/pairings/{pair['id']}/check-ins"
    assert (await mentee.get(path)).status_code == 403
    assert {c["rating"] for c in (await client.get(path)).json()["items"]} == {2, 4}
    [alert] = (await client.get("/alerts")).json()["items"]
    assert (alert["rule"], alert["pairing_id"]) == ("low_rating", pair["id"])
    for published in await outbox_messages("check-in-held.v1"):
        assert b"rating" not in (published.payload or b"")
    for rating in (0, 6):
        assert (await post(mentee, pair, "check-ins", **said, rating=rating)).status_code == 422
    other = await post(mentee, pair, "check-ins", by="mentor", held_on="2013-11-01", rating=5)
    assert other.status_code == 403


async def test_pauses_of_a_pair_share_no_day_and_end_when_it_is_said(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    assert (await post(client, pair, "pauses", from_on="2013-10-01")).status_code == 201
    again = await post(client, pair, "pauses", from_on="2013-12-01", until_on="2013-12-24")
    assert (again.status_code, "without an end" in again.text) == (409, True)
    assert (await post(client, pair, "resumption", resumed_on="2013-11-01")).status_code == 204
    assert (await post(client, pair, "resumption", resumed_on="2013-11-01")).status_code == 409
    later = await post(client, pair, "pauses", from_on="2013-12-01", until_on="2013-12-24")
    assert later.status_code == 201
    assert (await post(client, pair, "resumption", resumed_on="2013-12-01")).status_code == 204

    [kept] = (await client.get(f"/pairings/{pair['id']}/pauses")).json()["items"]
    assert (kept["from_on"], kept["until_on"]) == ("2013-10-01", "2013-10-31")
    resumed = await bodies(outbox_messages, "pairing-resumed.v1")
    assert [(each["from_on"], each["resumed_on"]) for each in resumed] == [
        ("2013-10-01", "2013-11-01"),
        ("2013-12-01", "2013-12-01"),
    ]


async def end(client: AsyncClient, pair: dict[str, Any], path: str = "end") -> Response:
    return await post(client, pair, path, reason="withdrawn", ended_on="2013-11-20")


async def test_a_rematch_ends_the_pair_proposes_the_best_other_and_is_listed_after_it(
    client: AsyncClient, send: Send, pair: dict[str, Any], lines: Any, outbox_messages: Announced
) -> None:
    await send("mentors", [lines.mentor(2, department="69"), lines.mentor(3)])
    near = next(
        mentor["id"]
        for mentor in (await client.get("/mentors")).json()["items"]
        if mentor["reference"] == "P003"
    )

    offered = await end(client, pair, "rematch")

    assert offered.status_code == 201, offered.text
    assert (offered.json()["mentor_id"], offered.json()["state"]) == (near, "proposed")
    assert len(await outbox_messages("pairing-ended.v1")) == 1
    for side in ("mentee", "mentor"):
        body = {"by": side, "accepted_on": "2013-11-25"}
        await client.post(f"/pairings/{offered.json()['id']}/acceptances", json=body)
    pairings = (await client.get(f"/mentees/{pair['mentee_id']}/pairings")).json()["items"]
    assert [each["id"] for each in pairings] == [pair["id"], offered.json()["id"]]


async def test_a_rematch_with_nobody_left_changes_nothing(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    before = len(await outbox_messages())

    answer = await end(client, pair, "rematch")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:nobody-left")
    assert (await client.get(f"/pairings/{pair['id']}")).json()["state"] == "accepted"
    assert len(await outbox_messages()) == before


async def test_a_freed_place_reopens_the_waiting_list_with_who_would_go_best(
    client: AsyncClient, send: Send, pair: dict[str, Any], lines: Any
) -> None:
    far = lines.mentee(3, department="69")
    await send("mentees", [lines.mentee(2), far])
    assert (await client.get("/alerts")).json()["items"] == []

    assert (await end(client, pair)).status_code == 200

    [alert] = (await client.get("/alerts")).json()["items"]
    assert (alert["rule"], alert["mentor_id"]) == ("place_freed", pair["mentor_id"])
    path = f"/mentors/{pair['mentor_id']}/candidates"
    [candidate] = (await client.get(path)).json()
    [waiting] = [
        mentee["id"]
        for mentee in (await client.get("/mentees")).json()["items"]
        if mentee["reference"] == "F002"
    ]
    assert candidate["mentee_id"] == waiting
    assert candidate["score"] == sum(candidate["contributions"].values())


async def test_a_place_that_nobody_waits_for_is_no_alert(
    client: AsyncClient, pair: dict[str, Any]
) -> None:
    await end(client, pair)

    assert (await client.get("/alerts")).json()["items"] == []


async def test_an_outcome_is_corrected_and_taken_back_with_its_history(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    found = {"contract": "cdd", "months": 6, "evidence": "declared", "found_on": "2013-12-01"}
    answer = await client.post("/outcomes", json=found | {"mentee_id": pair["mentee_id"]})
    path, tag = f"/outcomes/{answer.json()['id']}", {"If-Match": answer.headers["etag"]}

    mended = await client.patch(
        path, json={"contract": "cdi", "months": None, "sector": "J"}, headers=tag
    )
    assert mended.status_code == 200, mended.text
    assert (mended.json()["contract"], mended.json()["months"]) == ("cdi", None)
    stale = await client.patch(path, json={"months": 3}, headers=tag)
    assert stale.status_code == 412
    tag = {"If-Match": mended.headers["etag"]}
    assert (await client.patch(path, json={"contract": None}, headers=tag)).status_code == 422
    assert (await client.delete(path, headers=tag)).status_code == 204

    [corrected] = await bodies(outbox_messages, "outcome-corrected.v1")
    assert (corrected["contract"], corrected["sector"]) == ("cdi", "J")
    assert len(await outbox_messages("outcome-withdrawn.v1")) == 1
    history = (await client.get(f"{path}/corrections")).json()["items"]
    assert history[0]["before"] == {"contract": "cdd", "months": 6, "sector": None}
    assert history[0]["after"] == {"contract": "cdi", "months": None, "sector": "J"}
    assert history[1]["after"] is None
    listed = await client.get(f"/mentees/{pair['mentee_id']}/outcomes")
    assert listed.json()["items"] == []


async def test_what_is_told_of_an_outcome_keeps_its_key_when_applications_are_merged(
    client: AsyncClient, send: Send, covered: UUID, lines: Any, outbox_messages: Announced
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    kept, duplicate = [m["id"] for m in (await client.get("/mentees")).json()["items"]]
    found = {"contract": "cdi", "evidence": "declared", "found_on": "2013-12-01"}
    outcome = await client.post("/outcomes", json=found | {"mentee_id": duplicate})
    merge = await client.post(f"/mentees/{kept}/merge", json={"duplicate_id": duplicate})
    assert merge.json()["id"] == kept, merge.text

    tag = {"If-Match": outcome.headers["etag"]}
    path = f"/outcomes/{outcome.json()['id']}"
    assert (await client.patch(path, json={"months": 3}, headers=tag)).status_code == 200

    [published] = await outbox_messages("outcome-corrected.v1")
    assert published.key == duplicate


async def test_a_timeline_tells_all_that_happened_day_by_day(
    client: AsyncClient, pair: dict[str, Any]
) -> None:
    await plan(client, pair, "2013-09-20")
    await post(client, pair, "first-interview", held_on="2013-09-20")
    await post(client, pair, "contacts", contact_on="2013-10-15", medium="phone")
    await post(client, pair, "contacts", contact_on="2013-10-20", medium="phone", made=False)
    await post(client, pair, "introductions", **INTRODUCED)
    await post(client, pair, "check-ins", by="mentor", held_on="2013-11-15", rating=5)
    await post(client, pair, "pauses", from_on="2013-11-16", until_on="2013-11-17")
    await end(client, pair)
    found = {"contract": "cdi", "evidence": "declared", "found_on": "2013-12-01"}
    ids = {"mentee_id": pair["mentee_id"], "pairing_id": pair["id"]}
    await client.post("/outcomes", json=found | ids)

    of_pair = [
        ("2013-09-10", "proposed"),
        ("2013-09-12", "accepted_by_mentee"),
        ("2013-09-12", "accepted_by_mentor"),
        ("2013-09-12", "began"),
        ("2013-09-20", "first_interview_planned"),
        ("2013-09-20", "first_interview_held"),
        ("2013-10-15", "contact"),
        ("2013-10-20", "contact_attempted"),
        ("2013-11-12", "introduced"),
        ("2013-11-15", "check_in"),
        ("2013-11-16", "paused"),
        ("2013-11-20", "ended"),
        ("2013-12-01", "outcome"),
    ]
    assert await steps(client, f"/pairings/{pair['id']}") == of_pair
    applied = [("2013-09-02", "applied"), ("2013-09-02", "decided")]
    assert await steps(client, f"/mentees/{pair['mentee_id']}") == applied + of_pair
    enrolled = [("2013-02-01", "enrolled")]
    assert await steps(client, f"/mentors/{pair['mentor_id']}") == enrolled + of_pair


async def test_a_timeline_is_for_coordinators_of_the_region(
    client_of: ClientOf, pair: dict[str, Any]
) -> None:
    elsewhere, mentor = (
        client_of("coordinator", regions=["84"]),
        client_of("mentor", person_id=pair["mentor_id"]),
    )

    assert (await elsewhere.get(f"/pairings/{pair['id']}/timeline")).status_code == 404
    assert (await mentor.get(f"/pairings/{pair['id']}/timeline")).status_code == 403
    assert await steps(elsewhere, f"/mentors/{pair['mentor_id']}") == [("2013-02-01", "enrolled")]


async def waiting(client: AsyncClient) -> list[str]:
    found = await client.get("/mentees", params={"waiting": True})
    return [each["reference"] for each in found.json()["items"]]


@pytest.mark.parametrize(("reason", "again"), [("completed", []), ("lapsed", ["F001"])])
async def test_whoever_was_accompanied_to_the_end_waits_for_nobody(
    client: AsyncClient, pair: dict[str, Any], draft: Any, reason: str, again: list[str]
) -> None:
    await post(client, pair, "end", reason=reason, ended_on="2013-11-20")

    assert await waiting(client) == again
    assert (await draft("2013-12-01"))["report"]["mentees"] == len(again)


@pytest.mark.parametrize(("fits", "again"), [(True, []), (False, ["F001"]), (None, ["F001"])])
async def test_whoever_found_work_that_fits_waits_for_nobody(
    client: AsyncClient,
    pair: dict[str, Any],
    fits: bool | None,  # noqa: FBT001  (a case)
    again: list[str],
) -> None:
    await end(client, pair)
    found = {"contract": "cdi", "evidence": "declared", "found_on": "2013-12-01"}
    body = found | {"mentee_id": pair["mentee_id"], "fits_qualification": fits}
    outcome = await client.post("/outcomes", json=body)
    assert await waiting(client) == again

    tag = {"If-Match": outcome.headers["etag"]}
    await client.delete(f"/outcomes/{outcome.json()['id']}", headers=tag)
    assert await waiting(client) == ["F001"]
