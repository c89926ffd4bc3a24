import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf
from matching.domain.tables import Mentor, Pairing, PairingState

Send = Callable[[str, Sequence[str]], Awaitable[Response]]
Draft = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]


def accept(
    client: AsyncClient, pairing: str, side: str, on: str = "2013-09-12"
) -> Awaitable[Response]:
    return client.post(f"/pairings/{pairing}/acceptances", json={"by": side, "accepted_on": on})


async def test_a_pair_begins_when_both_have_accepted(
    client: AsyncClient, proposal: dict[str, Any], outbox_messages: Announced
) -> None:
    one = await accept(client, proposal["id"], "mentor", "2013-09-11")
    assert (one.json()["state"], one.json()["starts_on"]) == ("proposed", None)
    assert await outbox_messages("mentee-paired.v1") == []

    both = await accept(client, proposal["id"], "mentee", "2013-09-13")

    assert (both.json()["state"], both.json()["starts_on"]) == ("accepted", "2013-09-13")
    [paired] = await outbox_messages("mentee-paired.v1")
    assert paired.key == proposal["id"]
    assert paired.occurred_at == datetime(2013, 9, 13, 10, tzinfo=UTC)  # noon in Seine-Saint-Denis


async def test_a_declined_pair_is_not_proposed_again(
    client: AsyncClient, proposal: dict[str, Any], draft: Draft
) -> None:
    answer = await client.post(
        f"/pairings/{proposal['id']}/declines",
        json={"by": "mentee", "reason": "too_far", "declined_on": "2013-09-12"},
    )
    assert answer.json()["state"] == "declined"

    report = (await draft("2013-09-20"))["report"]

    assert (report["mentees"], report["proposed"]) == (1, 0)
    assert report["pairs"]["refused_before"] == 1


async def test_the_life_of_a_pair_is_told_in_its_order(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    base = f"/pairings/{pair['id']}"
    met = await client.post(f"{base}/first-interview", json={"held_on": "2013-09-20"})
    assert met.json()["state"] == "first_interview"
    for on in ("2013-10-15", "2013-11-12"):
        logged = await client.post(f"{base}/contacts", json={"contact_on": on, "medium": "phone"})
        assert logged.status_code == 201, logged.text
    outcome = await client.post(
        "/outcomes",
        json={
            "mentee_id": pair["mentee_id"],
            "pairing_id": pair["id"],
            "contract": "cdi",
            "fits_qualification": True,
            "evidence": "contract_seen",
            "found_on": "2013-12-01",
        },
    )
    assert outcome.status_code == 201, outcome.text
    ended = await client.post(
        f"{base}/end", json={"reason": "early_success", "ended_on": "2013-12-15"}
    )

    assert ended.json()["state"] == "ended"
    assert [row.type for row in await outbox_messages() if row.key == pair["id"]] == [
        "pairing-proposed.v1",
        "mentee-paired.v1",
        "first-interview-held.v1",
        "contact-logged.v1",
        "contact-logged.v1",
        "pairing-ended.v1",
    ]
    assert [row.sequence for row in await outbox_messages() if row.key == pair["id"]] == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    listed = await client.get(f"{base}/contacts")
    assert [c["contact_on"] for c in listed.json()["items"]] == ["2013-10-15", "2013-11-12"]


async def test_an_ended_pair_frees_its_place(
    client: AsyncClient, pair: dict[str, Any], send: Send, lines: Any, draft: Draft
) -> None:
    await send("mentees", [lines.mentee(2)])
    full = await draft("2013-09-20")
    assert full["report"]["proposed"] == 0

    await client.post(
        f"/pairings/{pair['id']}/end", json={"reason": "withdrawn", "ended_on": "2013-09-25"}
    )

    again = await draft("2013-09-26")
    assert again["report"]["proposed"] == 1


@pytest.mark.parametrize(
    ("path", "body", "problem", "says"),
    [
        ("contacts", {"contact_on": "2013-09-11", "medium": "sms"}, "before-pairing", "2013-09-12"),
        ("first-interview", {"held_on": "2013-09-01"}, "before-pairing", "2013-09-12"),
        (
            "contacts",
            {"contact_on": "2099-01-01", "medium": "sms"},
            "in-the-future",
            "in the future",
        ),
        ("acceptances", {"by": "mentee", "accepted_on": "2013-09-12"}, "not-proposed", "accepted"),
        ("end", {"reason": "lapsed", "ended_on": "2013-01-01"}, "before-pairing", "2013-09-12"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_is_announced(
    client: AsyncClient,
    pair: dict[str, Any],
    outbox_messages: Announced,
    path: str,
    body: dict[str, Any],
    problem: str,
    says: str,
) -> None:
    before = len(await outbox_messages())

    answer = await client.post(f"/pairings/{pair['id']}/{path}", json=body)

    assert answer.status_code == 409, answer.text
    assert answer.json()["type"] == f"urn:problem:{problem}"
    assert says in answer.json()["detail"]
    assert len(await outbox_messages()) == before


async def test_a_contact_after_the_end_is_refused(
    client: AsyncClient, pair: dict[str, Any]
) -> None:
    await client.post(
        f"/pairings/{pair['id']}/end", json={"reason": "lapsed", "ended_on": "2013-10-01"}
    )

    answer = await client.post(
        f"/pairings/{pair['id']}/contacts", json={"contact_on": "2013-10-02", "medium": "sms"}
    )

    assert answer.json()["type"] == "urn:problem:not-running"


async def test_a_contact_of_a_proposal_is_refused(
    client: AsyncClient, proposal: dict[str, Any]
) -> None:
    answer = await client.post(
        f"/pairings/{proposal['id']}/contacts", json={"contact_on": "2013-09-12", "medium": "sms"}
    )

    assert answer.status_code == 409
    assert "both sides must accept" in answer.json()["detail"]


async def test_a_hundred_who_accept_at_once_never_exceed_three_places(
    client: AsyncClient,
    send: Send,
    covered: UUID,
    db: AsyncSession,
    outbox_messages: Announced,
    lines: Any,
) -> None:
    """As often as `TIMES` says in the environment: thrice, unless it says more."""
    await send("mentees", [lines.mentee(number) for number in range(100)])
    await send("mentors", [lines.mentor(1, capacity=3)])
    mentor = (await db.exec(select(Mentor))).one()
    mentees = (await client.get("/mentees", params={"limit": 200})).json()["items"]
    asked = [
        Pairing(
            mentee_id=UUID(m["id"]),
            mentor_id=mentor.id,
            proposed_on=mentor.enrolled_on,
            mentor_accepted_on=mentor.enrolled_on,
        )
        for m in mentees
    ]
    db.add_all(asked)
    await db.commit()
    ids = [str(pairing.id) for pairing in asked]

    for _ in range(int(os.environ.get("TIMES", "3"))):
        answers = await asyncio.gather(*(accept(client, pairing, "mentee") for pairing in ids))

        assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 97
        refusals = {a.json()["type"] for a in answers if a.status_code == 409}
        assert refusals == {"urn:problem:mentor-full"}
        assert len(await outbox_messages("mentee-paired.v1")) == 3
        await db.rollback()
        running = select(func.count()).where(Pairing.state == PairingState.ACCEPTED)
        assert await db.scalar(running) == 3
        assert (await db.exec(select(Mentor.mentees))).one() == 3
        await asked_again(db)


async def asked_again(db: AsyncSession) -> None:
    connection = await db.connection()
    for statement in (
        "UPDATE pairing SET state = 'proposed', starts_on = NULL, mentee_accepted_on = NULL",
        "UPDATE mentor SET mentees = 0",
        "DELETE FROM outbox",
    ):
        await connection.execute(text(statement))
    await db.commit()


async def test_a_mentee_is_asked_about_one_mentor_at_a_time(
    client: AsyncClient, proposal: dict[str, Any], send: Send, lines: Any
) -> None:
    await send("mentors", [lines.mentor(2)])
    other = (await client.get("/mentors")).json()["items"][1]

    answer = await client.post(
        "/pairings",
        json={
            "mentee_id": proposal["mentee_id"],
            "mentor_id": other["id"],
            "proposed_on": "2013-09-11",
        },
    )

    assert answer.json()["type"] == "urn:problem:mentee-already-paired"
    assert proposal["id"] in answer.json()["detail"]


async def test_a_pair_by_hand_keeps_the_rounds_rules(
    client: AsyncClient, send: Send, covered: UUID, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2, degree_level="1")])
    await send("mentors", [lines.mentor(1)])
    admitted, refused = (await client.get("/mentees")).json()["items"]
    [mentor] = (await client.get("/mentors")).json()["items"]

    async def propose(mentee: dict[str, Any], on: str) -> Response:
        body = {"mentee_id": mentee["id"], "mentor_id": mentor["id"], "proposed_on": on}
        return await client.post("/pairings", json=body)

    assert (await propose(refused, "2013-09-10")).json()[
        "type"
    ] == "urn:problem:mentee-not-admitted"
    early = await propose(admitted, "2013-01-01")
    assert early.json()["type"] == "urn:problem:organisation-not-covered"
    assert (await propose(admitted, "2013-09-10")).status_code == 201


async def test_a_capacity_changes_only_from_the_version_that_was_read(
    client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    path = f"/mentors/{pair['mentor_id']}"
    tag = (await client.get(path)).headers["etag"]
    assert (await client.patch(path, json={"capacity": 2})).status_code == 428

    changed = await client.patch(path, json={"capacity": 2}, headers={"If-Match": tag})
    stale = await client.patch(path, json={"capacity": 3}, headers={"If-Match": tag})

    assert (changed.status_code, stale.status_code) == (200, 412)
    assert len(await outbox_messages("mentor-capacity-changed.v1")) == 1


async def test_erasing_someone_leaves_a_tombstone_and_no_name(
    client_of: ClientOf, client: AsyncClient, pair: dict[str, Any], outbox_messages: Announced
) -> None:
    path = f"/mentees/{pair['mentee_id']}"
    assert (await client.delete(f"{path}/personal-data")).status_code == 403

    assert (await client_of("admin").delete(f"{path}/personal-data")).status_code == 204

    *_, card = await outbox_messages("person-card.v1")
    assert (card.key, card.payload) == (pair["mentee_id"], None)
    assert "Diallo" not in (await client.get(path)).text


async def test_what_is_not_of_my_regions_does_not_exist(
    client_of: ClientOf, pair: dict[str, Any]
) -> None:
    elsewhere = client_of("coordinator", regions=["84"])
    here = client_of("coordinator", regions=["11"])

    assert (await elsewhere.get("/mentees")).json()["items"] == []
    assert (await elsewhere.get("/pairings")).json()["items"] == []
    assert (await elsewhere.get(f"/mentees/{pair['mentee_id']}")).status_code == 404
    contact = {"contact_on": "2013-10-01", "medium": "phone"}
    theirs = await elsewhere.post(f"/pairings/{pair['id']}/contacts", json=contact)
    absent = await elsewhere.post(f"/pairings/{uuid4()}/contacts", json=contact)
    assert (theirs.status_code, theirs.json()) == (404, absent.json())
    assert (await here.post(f"/pairings/{pair['id']}/contacts", json=contact)).status_code == 201


async def test_only_coordinators_may(client_of: ClientOf, pair: dict[str, Any]) -> None:
    assert (await client_of().get("/mentees")).status_code == 401
    for role in ("mentor", "mentee", "viewer", "partner_manager", "machine"):
        assert (await client_of(role).get("/mentees")).status_code == 403, role
        assert (await client_of(role).post("/rounds", json={"on": "2013-09-10"})).status_code == 403


async def test_a_body_names_only_what_it_may(client: AsyncClient, proposal: dict[str, Any]) -> None:
    body = {"by": "mentee", "accepted_on": "2013-09-12", "state": "active", "version": 9}

    answer = await client.post(f"/pairings/{proposal['id']}/acceptances", json=body)

    assert answer.status_code == 422
    assert {fault["where"] for fault in answer.json()["faults"]} == {"body.state", "body.version"}


async def test_today_is_not_the_future(client: AsyncClient, pair: dict[str, Any]) -> None:
    today = (datetime.now(UTC) - timedelta(hours=1)).date().isoformat()

    answer = await client.post(
        f"/pairings/{pair['id']}/contacts", json={"contact_on": today, "medium": "video"}
    )

    assert answer.status_code == 201
