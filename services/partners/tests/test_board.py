"""The board: who holds its seats, when it meets, and what it may decide."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st

from backbone.testing.fixtures import ClientOf, problem_of
from partners.domain.board import quorum_of

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}


@pytest.fixture
def seat(client: AsyncClient, organisation: Make) -> Make:
    """A seat held by a new organisation since 2014, with somebody who represents it."""

    async def seat(name: str, **said: Any) -> dict[str, Any]:
        who = await organisation(name, **said)
        body = {"organisation_id": who["id"], "starts_on": "2014-01-01"}
        held = dict((await client.post("/board/seats", json=body)).json())
        person = {
            "given_name": "Inès",
            "family_name": name,
            "roles": ["board"],
            "email": "ines@example.org",
            "from_on": "2014-01-01",
        }
        added = (await client.post(f"/organisations/{who['id']}/contacts", json=person)).json()
        named = {"person_id": added["id"], "from_on": "2014-01-01"}
        answer = await client.post(f"/board/seats/{held['id']}/representatives", json=named)
        assert answer.status_code == 201, answer.text
        return held | {"person_id": added["id"]}

    return seat


@pytest.fixture
def convened(client: AsyncClient) -> Make:
    """A meeting to which those who represent the seats were asked to come."""

    async def convened(at: str = "2015-03-12T14:00:00+01:00") -> dict[str, Any]:
        body = {"takes_place_at": at, "agenda": ["Comptes 2014"]}
        meeting = (await client.post("/board/meetings", json=body)).json()
        answer = await convene(client, meeting)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return convened


async def convene(client: AsyncClient, meeting: dict[str, Any]) -> Response:
    body = {"convened_on": "2015-02-20"}
    return await client.post(f"/board/meetings/{meeting['id']}/invitation", json=body, headers=ANY)


async def hold(client: AsyncClient, meeting: dict[str, Any], **said: Any) -> Response:
    path = f"/board/meetings/{meeting['id']}/record"
    return await client.put(path, json={"presences": []} | said, headers=ANY)


def present(*seats: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"seat_id": seat["id"], "presence": "present"} for seat in seats]


def vote(in_favour: int, against: int = 0, abstained: int = 0) -> dict[str, Any]:
    return {
        "subject": "Comptes 2014",
        "in_favour": in_favour,
        "against": against,
        "abstained": abstained,
    }


async def test_an_organisation_holds_one_seat_at_a_time(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    ush = await organisation("USH", kind="federation")

    async def take(starts_on: str, term_ends_on: str | None = None) -> Response:
        body = {"organisation_id": ush["id"], "starts_on": starts_on, "term_ends_on": term_ends_on}
        return await client.post("/board/seats", json=body)

    async def held(as_of: str) -> int:
        return len((await client.get("/board/seats", params={"as_of": as_of})).json())

    assert problem_of(await take("2015-01-01", "2014-12-31")) == (422, "term-backwards")
    answers = await asyncio.gather(*(take("2015-01-01", "2017-12-31") for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 4
    first = next(a for a in answers if a.status_code == 201).json()
    assert problem_of(await take("2014-01-01")) == (409, "seat-held")
    assert [
        await held(day) for day in ("2014-12-31", "2015-01-01", "2017-12-31", "2018-01-01")
    ] == [
        0,
        1,
        1,
        0,
    ]
    left = await client.post(f"/board/seats/{first['id']}/end", json={"left_on": "2016-06-30"})
    assert left.json()["left_on"] == "2016-06-30"
    again = await client.post(f"/board/seats/{first['id']}/end", json={"left_on": "2016-05-30"})
    assert problem_of(again) == (409, "seat-over")
    assert (await take("2016-07-01", "2018-12-31")).status_code == 201
    published = [row.type for row in await outbox_messages() if row.type.startswith("board")]
    assert published == ["board-seat-taken.v1", "board-seat-left.v1", "board-seat-taken.v1"]


async def test_who_represents_a_seat_is_asked_to_come_and_nobody_else(
    client: AsyncClient, seat: Make, convened: Make, outbox_messages: Any
) -> None:
    ush, medef = await seat("USH"), await seat("MEDEF")
    path = f"/organisations/{ush['organisation_id']}/contacts"
    newer = {"given_name": "Léa", "family_name": "B", "roles": ["board"], "phone": "0100000000"}
    person = (await client.post(path, json=newer | {"from_on": "2015-01-01"})).json()
    named = {"person_id": person["id"], "from_on": "2015-03-01"}
    await client.post(f"/board/seats/{ush['id']}/representatives", json=named)
    wrong = await client.post(f"/board/seats/{medef['id']}/representatives", json=named)
    assert wrong.status_code == 404

    await convened()

    [published] = await outbox_messages("board-meeting-convened.v1")
    asked = json.loads(published.payload)["representatives"]
    assert asked == sorted([person["id"], medef["person_id"]])
    spoke = (await client.get(f"/board/seats/{ush['id']}/representatives")).json()
    assert [each["from_on"] for each in spoke] == ["2014-01-01", "2015-03-01"]


async def test_a_meeting_goes_from_planned_to_convened_to_held(
    client: AsyncClient, seat: Make, outbox_messages: Any
) -> None:
    body = {"takes_place_at": "2015-03-12T14:00:00+01:00", "agenda": ["Comptes"]}
    meeting = (await client.post("/board/meetings", json=body)).json()
    path = f"/board/meetings/{meeting['id']}"

    assert problem_of(await convene(client, meeting)) == (409, "nobody-to-convene")
    ush = await seat("USH")
    assert problem_of(await hold(client, meeting)) == (409, "meeting-moved")
    moved = await client.put(path, json=body | {"place": "Siège"}, headers=ANY)
    assert (moved.json()["place"], moved.json()["state"]) == ("Siège", "planned")
    stale = await client.put(path, json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await convene(client, meeting)).json()["state"] == "convened"
    assert problem_of(await client.put(path, json=body, headers=ANY)) == (409, "meeting-moved")
    held = await hold(client, meeting, presences=present(ush), decisions=[vote(1)])
    assert (held.json()["state"], held.json()["voters"]) == ("held", 1)
    assert problem_of(await hold(client, meeting)) == (409, "meeting-moved")
    off = await client.post(f"{path}/cancellation", json={}, headers=ANY)
    assert problem_of(off) == (409, "meeting-moved")
    [published] = await outbox_messages("board-meeting-held.v1")
    said = json.loads(published.payload)
    assert [said[name] for name in ("seats", "voters", "quorate", "adopted")] == [1, 1, True, 1]


async def test_without_its_quorum_the_board_decides_nothing(
    client: AsyncClient, seat: Make, convened: Make, outbox_messages: Any
) -> None:
    a, b, c, d, e = [await seat(name) for name in "ABCDE"]
    meeting = await convened()
    proxy = {"seat_id": c["id"], "presence": "represented", "represented_by": a["id"]}
    excused = {"seat_id": d["id"], "presence": "excused"}

    short = await hold(client, meeting, presences=[*present(a, b), excused], decisions=[vote(2)])
    assert problem_of(short) == (409, "no-quorum")
    assert "2 of 5 seats" in short.json()["detail"]
    assert await outbox_messages("board-meeting-held.v1") == []
    there = [*present(a, b), proxy, excused]
    many = await hold(client, meeting, presences=there, decisions=[vote(2, 1, 1)])
    assert problem_of(many) == (422, "votes-wrong")
    decisions = [vote(2, 1), vote(1, 1, 1)]
    held = (await hold(client, meeting, presences=there, decisions=decisions)).json()
    assert (held["voters"], held["quorum"], held["is_quorate"]) == (3, 3, True)
    assert [decision["is_adopted"] for decision in held["decisions"]] == [True, False]
    by_seat = {each["seat_id"]: each["presence"] for each in held["presences"]}
    assert by_seat[e["id"]] == "absent"

    other = await convened("2015-06-12T14:00:00+02:00")
    empty = (await hold(client, other, minutes="Carence.")).json()
    assert (empty["state"], empty["is_quorate"], empty["voters"]) == ("held", False, 0)


@given(st.integers(0, 200), st.integers(1, 100))
def test_a_quorum_is_the_least_number_that_makes_so_many_per_cent(seats: int, percent: int) -> None:
    quorum = quorum_of(seats, percent)

    assert quorum >= 1
    assert quorum * 100 >= seats * percent
    assert quorum == 1 or (quorum - 1) * 100 < seats * percent


async def test_presences_that_cannot_be_are_refused(
    client: AsyncClient, seat: Make, convened: Make
) -> None:
    a, b, c = [await seat(name) for name in "ABC"]
    meeting = await convened()
    proxy = {"seat_id": b["id"], "presence": "represented", "represented_by": c["id"]}
    away = {"seat_id": c["id"], "presence": "excused"}

    for there, kind in (
        (present(a, a), (422, "seat-twice")),
        ([proxy, away], (422, "seat-twice")),
        ([{"seat_id": b["id"], "presence": "represented"}], (422, "seat-twice")),
        (present({"id": str(uuid4())}), (409, "seat-over")),
    ):
        assert problem_of(await hold(client, meeting, presences=there)) == kind
    negative = await hold(client, meeting, presences=present(a, b), decisions=[vote(-1)])
    assert problem_of(negative) == (422, "wrong-shape")


async def test_five_meetings_a_year_are_followed(
    client: AsyncClient, seat: Make, convened: Make, outbox_messages: Any
) -> None:
    ush = await seat("USH")
    for month in ("03", "06"):
        await hold(
            client, await convened(f"2015-{month}-12T14:00:00+01:00"), presences=present(ush)
        )
    off = await convened("2015-09-12T14:00:00+02:00")
    path = f"/board/meetings/{off['id']}/cancellation"
    await client.post(path, json={"cancelled_on": "2015-09-01"}, headers=ANY)
    await convened("2015-12-31T23:30:00+01:00")
    await convened("2016-01-01T00:30:00+01:00")

    published = (await client.get("/board/years/2015")).json()

    counts = {"planned": 0, "convened": 1, "held": 2, "cancelled": 1}
    assert published == {"year": 2015, "due": 5} | counts
    listed = (await client.get("/board/meetings", params={"year": 2015})).json()["items"]
    assert len(listed) == 4
    [cancelled] = await outbox_messages("board-meeting-cancelled.v1")
    assert json.loads(cancelled.payload)["representatives"] == [ush["person_id"]]


async def test_the_board_is_held_against_the_mix_of_partners(
    client: AsyncClient, seat: Make, organisation: Make, convention: Make
) -> None:
    await seat("USH", kind="federation")
    await seat("MEDEF", kind="federation")
    await seat("3F", kind="social_landlord")
    for number in range(3):
        await convention(await organisation(f"L{number}", kind="social_landlord"))
    await convention(await organisation("RFF"))

    published = (await client.get("/board/composition", params={"as_of": "2015-07-23"})).json()

    rows = [(r["kind"], r["seats"], r["partners"], r["seats_percent"]) for r in published]
    assert rows == [
        ("federation", 2, 0, 66.7),
        ("social_landlord", 1, 3, 33.3),
        ("company", 0, 1, 0.0),
    ]
    assert (await client.get("/board/composition", params={"as_of": "2011-01-01"})).json() == []


async def test_minutes_are_a_paper(client: AsyncClient, seat: Make, convened: Make) -> None:
    ush, medef = await seat("USH"), await seat("MEDEF")
    meeting = await convened()
    path = f"/board/meetings/{meeting['id']}/minutes.pdf"

    agenda = await client.get(path)
    proxy = {"seat_id": medef["id"], "presence": "represented", "represented_by": ush["id"]}
    there = [*present(ush), proxy]
    minutes = "#strong[Ouverture]\n\nLe président ouvre la séance."
    await hold(client, meeting, presences=there, decisions=[vote(2)], minutes=minutes)
    held = await client.get(path)

    for answer in (agenda, held):
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert agenda.content != held.content


async def test_only_the_national_team_sees_what_the_board_decides(
    client_of: ClientOf, seat: Make, convened: Make
) -> None:
    held = await seat("USH")
    meeting = await convened()
    confined = client_of("partner_manager", organisations=[held["organisation_id"]])

    for path in ("/board/meetings", f"/board/meetings/{meeting['id']}"):
        assert (await confined.get(path)).status_code == 403
    assert (await client_of("viewer").get("/board/seats")).status_code == 200
