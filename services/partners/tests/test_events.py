"""Events: places that are never given twice, who waits, who came, who holds a stand."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.testing.fixtures import ClientOf, Topics, problem_of
from contracts import MenteeAdmitted, MenteePaired, MentorEnrolled, OutcomeRecorded
from contracts.enums import Contract, Evidence, PriorityNeighbourhood
from partners.domain.tables import ProgrammeEvent, Session

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}
NEXT_YEAR = {"kind": "national_meeting", "name": "Rencontre nationale", "starts_on": "2099-11-20"}
WORKSHOP = {
    "name": "Atelier CV",
    "starts_at": "2099-11-20T09:30:00+01:00",
    "ends_at": "2099-11-20T11:00:00+01:00",
}
ALL_DAY = {"starts_at": "2099-11-20T09:00:00+01:00", "ends_at": "2099-11-20T18:00:00+01:00"}
LAST_YEAR = {"kind": "afterwork", "name": "Afterwork", "starts_on": "2014-11-06"}


@pytest.fixture
def event(client: AsyncClient) -> Make:
    async def event(**said: Any) -> dict[str, Any]:
        answer = await client.post("/events", json=NEXT_YEAR | {"department": "75"} | said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return event


@pytest.fixture
def session_of(client: AsyncClient) -> Make:
    async def session_of(event: dict[str, Any], **said: Any) -> dict[str, Any]:
        answer = await client.post(f"/events/{event['id']}/sessions", json=WORKSHOP | said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()) | {
            "path": f"/events/{event['id']}/sessions/{answer.json()['id']}"
        }

    return session_of


def admitted(mentee_id: UUID) -> MenteeAdmitted:
    return MenteeAdmitted(
        mentee_id=mentee_id,
        department="75",
        degree_level=5,
        priority_neighbourhood=PriorityNeighbourhood.IN,
        rule_version="2015-01-01",
        admitted_on=date(2012, 9, 1),
    )


@pytest.fixture
def mentees(topics: Topics) -> Callable[[int], Awaitable[list[str]]]:
    """So many graduates whom matching admitted."""

    async def mentees(number: int) -> list[str]:
        ids = [uuid4() for _ in range(number)]
        await topics.publish(*(admitted(mentee_id) for mentee_id in ids))
        return [str(mentee_id) for mentee_id in ids]

    return mentees


async def register(
    client: AsyncClient, session: dict[str, Any], who: str, kind: str = "mentee"
) -> Response:
    body = {"attendee_kind": kind, "attendee_id": who}
    return await client.post(f"{session['path']}/registrations", json=body)


async def cancel(client: AsyncClient, session: dict[str, Any], registration: Any) -> Response:
    return await client.delete(f"{session['path']}/registrations/{registration['id']}")


async def states(client: AsyncClient, session: dict[str, Any]) -> list[str]:
    answer = await client.get(f"{session['path']}/registrations", params={"limit": 200})
    return [item["state"] for item in answer.json()["items"]]


async def taken(client: AsyncClient, session: dict[str, Any]) -> int:
    event = (await client.get(session["path"].rpartition("/sessions")[0])).json()
    return next(int(s["taken"]) for s in event["sessions"] if s["id"] == session["id"])


async def test_of_many_at_once_as_many_have_a_place_as_there_are_and_the_others_wait(
    client: AsyncClient, event: Make, session_of: Make, mentees: Any, outbox_messages: Any
) -> None:
    workshop = await session_of(await event(), capacity=7)
    people = await mentees(30)

    answers = await asyncio.gather(
        *(register(client, workshop, who) for who in people),
        *(register(client, workshop, who) for who in people[:10]),
    )

    assert Counter(a.status_code for a in answers) == {201: 30, 409: 10}
    published = Counter(a.json()["state"] for a in answers if a.status_code == 201)
    assert published == {"registered": 7, "waiting": 23}
    assert await states(client, workshop) == ["registered"] * 7 + ["waiting"] * 23
    assert await taken(client, workshop) == 7
    waiting = [
        json.loads(row.payload)["waiting"]
        for row in await outbox_messages("attendee-registered.v1")
    ]
    assert Counter(waiting) == {False: 7, True: 23}


async def test_whoever_does_not_wish_to_wait_is_refused_beyond_capacity(
    client: AsyncClient, event: Make, session_of: Make, mentees: Any, outbox_messages: Any
) -> None:
    workshop = await session_of(await event(), capacity=3)
    path = f"{workshop['path']}/registrations"

    def body(who: str) -> dict[str, Any]:
        return {"attendee_kind": "mentee", "attendee_id": who, "may_wait": False}

    answers = await asyncio.gather(
        *(client.post(path, json=body(who)) for who in await mentees(12))
    )

    assert Counter(a.status_code for a in answers) == {201: 3, 409: 9}
    refused = next(a for a in answers if a.status_code == 409)
    assert problem_of(refused) == (409, "session-full")
    assert "All 3 places of Atelier CV are taken" in refused.json()["detail"]
    assert len(await outbox_messages("attendee-registered.v1")) == 3


async def test_one_place_freed_promotes_who_waited_longest_and_nobody_else(
    client: AsyncClient, event: Make, session_of: Make, mentees: Any, outbox_messages: Any
) -> None:
    workshop = await session_of(await event(), capacity=2)
    people = await mentees(5)
    booked = [(await register(client, workshop, who)).json() for who in people]

    assert (await cancel(client, workshop, booked[0])).json()["state"] == "cancelled"

    assert await states(client, workshop) == [
        "cancelled",
        "registered",
        "registered",
        "waiting",
        "waiting",
    ]
    [promoted] = await outbox_messages("attendee-promoted.v1")
    assert json.loads(promoted.payload)["attendee_id"] == people[2]
    assert problem_of(await cancel(client, workshop, booked[0])) == (409, "not-registered")
    assert (await cancel(client, workshop, booked[4])).json()["state"] == "cancelled"
    assert len(await outbox_messages("attendee-promoted.v1")) == 1
    again = await register(client, workshop, people[0])
    assert again.json()["state"] == "waiting"
    assert await taken(client, workshop) == 2


@pytest.mark.parametrize("way", ["cancellation", "more_places"])
async def test_nobody_is_promoted_once_the_session_has_begun(
    client: AsyncClient,
    event: Make,
    session_of: Make,
    mentees: Any,
    outbox_messages: Any,
    db: Any,
    way: str,
) -> None:
    workshop = await session_of(await event(), capacity=1)
    booked, _ = [(await register(client, workshop, who)).json() for who in await mentees(2)]
    at = datetime.now(UTC) - timedelta(minutes=1)
    await db.exec(update(Session).values(starts_at=at))
    await db.commit()

    if way == "cancellation":
        assert (await cancel(client, workshop, booked)).status_code == 200
    else:
        path = f"{workshop['path']}/capacity"
        assert (await client.put(path, json={"capacity": 2}, headers=ANY)).status_code == 200

    assert "waiting" in await states(client, workshop)
    assert await outbox_messages("attendee-promoted.v1") == []


async def test_of_many_who_cancel_at_once_each_frees_one_place(
    client: AsyncClient, event: Make, session_of: Make, mentees: Any, outbox_messages: Any
) -> None:
    workshop = await session_of(await event(), capacity=10)
    people = await mentees(30)
    booked = [(await register(client, workshop, who)).json() for who in people]
    leaving = [*booked[:6], *booked[:6], *booked[20:24]]

    answers = await asyncio.gather(*(cancel(client, workshop, each) for each in leaving))

    assert Counter(a.status_code for a in answers) == {200: 10, 409: 6}
    assert Counter(await states(client, workshop)) == {
        "cancelled": 10,
        "registered": 10,
        "waiting": 10,
    }
    assert len(await outbox_messages("attendee-promoted.v1")) == 6
    assert await taken(client, workshop) == 10


Step = st.tuples(st.sampled_from(["register", "cancel", "resize"]), st.integers(0, 5))


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(capacity=st.integers(1, 4), steps=st.lists(Step, max_size=14))
async def test_whatever_is_asked_places_go_to_who_asked_first(
    client: AsyncClient,
    event: Make,
    session_of: Make,
    mentees: Any,
    capacity: int,
    steps: list[tuple[str, int]],
) -> None:
    workshop = await session_of(await event(), capacity=capacity)
    people = await mentees(6)
    line: list[int] = []
    booked: dict[int, Any] = {}

    for what, number in steps:
        if what == "register":
            answer = await register(client, workshop, people[number])
            assert answer.status_code == (409 if number in line else 201)
            if number not in line:
                booked[number] = answer.json()
                line.append(number)
        elif what == "cancel" and number in line:
            assert (await cancel(client, workshop, booked[number])).status_code == 200
            line.remove(number)
        elif what == "resize" and number >= max(1, min(capacity, len(line))):
            path = f"{workshop['path']}/capacity"
            answer = await client.put(path, json={"capacity": number}, headers=ANY)
            assert answer.status_code == 200, answer.text
            capacity = number
        answer = await client.get(f"{workshop['path']}/registrations")
        with_place = {
            r["attendee_id"] for r in answer.json()["items"] if r["state"] == "registered"
        }
        assert with_place == {people[n] for n in line[:capacity]}


async def test_more_places_go_to_who_waits_and_fewer_take_none_away(
    client: AsyncClient, event: Make, session_of: Make, mentees: Any, outbox_messages: Any
) -> None:
    workshop = await session_of(await event(), capacity=1)
    for who in await mentees(5):
        await register(client, workshop, who)
    path = f"{workshop['path']}/capacity"

    assert (await client.put(path, json={"capacity": 3}, headers=ANY)).json()["taken"] == 3
    fewer = await client.put(path, json={"capacity": 2}, headers=ANY)
    assert problem_of(fewer) == (409, "places-taken")
    assert "3 have a place" in fewer.json()["detail"]
    assert (await client.put(path, json={}, headers=ANY)).json()["taken"] == 5
    assert len(await outbox_messages("attendee-promoted.v1")) == 4
    stale = await client.put(path, json={}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"ends_on": "2099-11-19"}, "end-before-start"),
        ({"kind": "congress"}, "congress-of-nobody"),
        ({"department": "99"}, "department-unknown"),
        ({"kind": "party"}, "wrong-shape"),
    ],
)
async def test_an_event_that_cannot_be_is_refused_and_announces_nothing(
    client: AsyncClient, outbox_messages: Any, said: Any, kind: str
) -> None:
    answer = await client.post("/events", json=NEXT_YEAR | {"department": "75"} | said)

    assert problem_of(answer) == (422, kind)
    assert await outbox_messages() == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"ends_at": "2099-11-20T09:00:00+01:00"}, "end-before-start"),
        ({"ends_at": "2099-11-21T09:00:00+01:00"}, "outside-event"),
        ({"starts_at": "2099-11-19T09:00:00+01:00"}, "outside-event"),
        ({"starts_at": "2099-11-20T09:00:00"}, "wrong-shape"),
        ({"capacity": 0}, "wrong-shape"),
    ],
)
async def test_a_session_lies_within_its_event(
    client: AsyncClient, event: Make, said: Any, kind: str
) -> None:
    planned = await event()

    answer = await client.post(f"/events/{planned['id']}/sessions", json=WORKSHOP | said)

    assert problem_of(answer) == (422, kind)
    assert (await client.get(f"/events/{planned['id']}")).json()["sessions"] == []


async def test_nobody_registers_for_what_is_over_or_called_off_or_is_unknown(
    client: AsyncClient,
    client_of: ClientOf,
    event: Make,
    session_of: Make,
    mentees: Any,
    outbox_messages: Any,
) -> None:
    past = await event(**LAST_YEAR)
    old = await session_of(
        past, starts_at="2014-11-06T18:30:00+01:00", ends_at="2014-11-06T20:00:00+01:00"
    )
    planned = await event()
    workshop = await session_of(planned, capacity=1)
    first, second, third = await mentees(3)
    booked = (await register(client, workshop, first)).json()
    await register(client, workshop, second)

    late = await register(client_of("mentee", person_id=third), old, third)
    assert problem_of(late) == (409, "event-over")
    assert (await register(client, old, third)).json()["state"] == "registered"
    assert problem_of(await register(client, workshop, str(uuid4()))) == (422, "attendee-unknown")
    off = await client.post(f"/events/{planned['id']}/cancellation", json={}, headers=ANY)
    assert off.status_code == 200
    assert problem_of(await register(client, workshop, third)) == (409, "event-over")
    assert (await cancel(client, workshop, booked)).status_code == 200
    assert await outbox_messages("attendee-promoted.v1") == []
    later = await client.post(f"/events/{planned['id']}/sessions", json=WORKSHOP)
    assert problem_of(later) == (409, "event-over")


async def test_who_came_is_noted_and_what_followed_is_counted(
    client: AsyncClient, event: Make, session_of: Make, organisation: Make, topics: Topics, db: Any
) -> None:
    who = await organisation("Immobilière 3F")
    mentee, other, mentor, pairing = (uuid4() for _ in range(4))
    planned = await event()
    workshop = await session_of(planned)
    enrolled = MentorEnrolled(
        mentor_id=mentor,
        organisation_id=UUID(who["id"]),
        department="75",
        capacity=2,
        enrolled_on=date(2012, 9, 1),
    )
    await topics.publish(admitted(mentee), admitted(other), enrolled)
    attendees = [(str(mentee), "mentee"), (str(other), "mentee"), (str(mentor), "mentor")]
    attendees.append((who["id"], "organisation"))
    booked = [(await register(client, workshop, *attendee)).json() for attendee in attendees]

    async def note(number: int, *, attended: bool) -> Response:
        path = f"{workshop['path']}/registrations/{booked[number]['id']}/attendance"
        return await client.put(path, json={"attended": attended})

    assert problem_of(await note(0, attended=True)) == (409, "not-yet-held")
    await _was(db, "2014-11-20")
    for number, attended in ((0, True), (1, False), (2, True), (3, True)):
        assert (await note(number, attended=attended)).status_code == 200
    await topics.publish(
        MenteePaired(
            pairing_id=pairing, mentee_id=mentee, mentor_id=mentor, starts_on=date(2014, 12, 20)
        ),
        OutcomeRecorded(
            outcome_id=uuid4(),
            mentee_id=mentee,
            pairing_id=pairing,
            contract=Contract.CDI,
            months=None,
            fits_qualification=True,
            evidence=Evidence.DECLARED,
            found_on=date(2015, 2, 18),
        ),
    )

    async def followed(days: int) -> tuple[int, ...]:
        path = f"/events/{planned['id']}/results"
        published = (await client.get(path, params={"days": days})).json()
        names = (
            "mentees",
            "mentors",
            "organisations",
            "pairings",
            "pairings_met_there",
            "outcomes",
        )
        return tuple(published[name] for name in names)

    assert await followed(29) == (1, 1, 1, 0, 0, 0)
    assert await followed(30) == (1, 1, 1, 1, 1, 0)
    assert await followed(90) == (1, 1, 1, 1, 1, 1)


async def _was(db: Any, on: str) -> None:
    """Let what was planned for 2099 have taken place that day: time cannot be waited for."""
    day = date.fromisoformat(on)
    at = datetime.combine(day, time(9, 30), UTC)
    await db.exec(update(ProgrammeEvent).values(starts_on=day, ends_on=day))
    await db.exec(update(Session).values(starts_at=at, ends_at=at + timedelta(hours=1)))
    await db.commit()


async def test_a_stand_is_held_by_one_at_a_time(
    client: AsyncClient, event: Make, organisation: Make
) -> None:
    planned = await event()
    i3f, rff = await organisation("Immobilière 3F"), await organisation("RFF")
    stand = (await client.post(f"/events/{planned['id']}/stands", json={"name": "A12"})).json()
    path = f"/events/{planned['id']}/stands/{stand['id']}/bookings"

    async def book(who: Any, first: int, last: int) -> Response:
        slot = {
            "starts_at": f"2099-11-20T{first:02}:00:00+01:00",
            "ends_at": f"2099-11-20T{last:02}:00:00+01:00",
        }
        return await client.post(path, json={"organisation_id": who["id"]} | slot)

    answers = await asyncio.gather(*(book(who, 9, 12) for who in (i3f, rff) * 4))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 7
    refused = next(a for a in answers if a.status_code == 409)
    assert "from 20/11/2099 09:00 to 20/11/2099 12:00" in refused.json()["detail"]
    assert problem_of(await book(rff, 11, 13)) == (409, "stand-taken")
    assert (await book(rff, 12, 18)).status_code == 201
    held = next(a for a in answers if a.status_code == 201).json()
    assert (await client.delete(f"{path}/{held['id']}")).json()["released"] is True
    assert problem_of(await client.delete(f"{path}/{held['id']}")) == (409, "not-registered")
    assert (await book(rff, 9, 12)).status_code == 201
    listed = (await client.get(f"/events/{planned['id']}/bookings")).json()["items"]
    assert sorted(b["released"] for b in listed) == [False, False, True]


async def test_a_promised_stand_that_is_given_stands_in_the_ledger(
    client: AsyncClient, event: Make, organisation: Make, convention: Make
) -> None:
    ush, other = await organisation("USH", kind="federation"), await organisation("Other")
    signed = await convention(ush)
    promises = {
        party: (
            await client.post(
                f"/conventions/{signed['id']}/commitments",
                json={"organisation_id": ush["id"], "party": party, "kind": "stand", "quantity": 1},
            )
        ).json()
        for party in ("partner", "programme")
    }
    ours = await event(name="Rencontre 2014")
    theirs = await event(kind="congress", name="Congrès HLM", organised_by=ush["id"])

    async def book(at: Any, party: str, who: Any = ush) -> tuple[str, Response]:
        stand = (await client.post(f"/events/{at['id']}/stands", json={"name": "A"})).json()
        path = f"/events/{at['id']}/stands/{stand['id']}/bookings"
        body = ALL_DAY | {
            "organisation_id": who["id"],
            "commitment_id": promises[party]["id"],
        }
        return path, await client.post(path, json=body)

    async def missing() -> dict[str, int]:
        published = (await client.get(f"/organisations/{ush['id']}/ledger")).json()["balances"]
        return {balance["party"]: balance["missing"] for balance in published}

    assert problem_of((await book(ours, "partner"))[1]) == (422, "not-promised")
    assert problem_of((await book(theirs, "programme"))[1]) == (422, "not-promised")
    assert problem_of((await book(ours, "programme", other))[1]) == (422, "not-promised")
    assert await missing() == {"partner": 1, "programme": 1}
    path, booked = await book(ours, "programme")
    assert booked.status_code == 201, booked.text
    assert await missing() == {"partner": 1, "programme": 0}
    _, booked_there = await book(theirs, "partner")
    assert booked_there.status_code == 201
    assert await missing() == {"partner": 0, "programme": 0}
    await client.delete(f"{path}/{booked.json()['id']}")
    assert await missing() == {"partner": 0, "programme": 1}


async def test_any_calendar_can_follow_the_events(
    client: AsyncClient, client_of: ClientOf, event: Make, session_of: Make
) -> None:
    planned = await event(venue="Cité internationale, Paris; amphi")
    await session_of(planned)
    await event(name="Congrès", kind="afterwork", starts_on="2099-12-01", ends_on="2099-12-03")
    off = await event(name="Annulé", starts_on="2099-12-05")
    await client.post(f"/events/{off['id']}/cancellation", json={}, headers=ANY)
    await event(**LAST_YEAR)

    answer = await client_of().get("/calendar.ics")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    entries = Calendar.from_ical(answer.text).events
    published = [(str(e["summary"]), e.start.isoformat(), e.end.isoformat()) for e in entries]
    assert published == [
        (
            "Rencontre nationale : Atelier CV",
            "2099-11-20T08:30:00+00:00",
            "2099-11-20T10:00:00+00:00",
        ),
        ("Congrès", "2099-12-01", "2099-12-04"),
        ("Annulé", "2099-12-05", "2099-12-06"),
    ]
    assert str(entries[0]["location"]) == "Cité internationale, Paris; amphi"
    assert [str(e["status"]) for e in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


async def test_a_calendar_may_be_asked_for_by_head_first(client_of: ClientOf, event: Make) -> None:
    await event()
    anybody = client_of()

    head = await anybody.head("/calendar.ics")

    assert (head.status_code, head.content) == (200, b"")
    whole = await anybody.get("/calendar.ics")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]


async def test_a_calendar_of_too_many_events_keeps_those_to_come_and_says_so(
    client_of: ClientOf, db: Any
) -> None:
    today = datetime.now(UTC).date()

    def planned(name: str, days: int) -> ProgrammeEvent:
        day = today + timedelta(days=days)
        return ProgrammeEvent(
            kind="afterwork", name=name, department="75", starts_on=day, ends_on=day, sessions=[]
        )

    db.add_all(planned("Passé", -days // 4) for days in range(4, 1004))
    db.add_all(planned("À venir", days) for days in range(3))
    await db.commit()

    calendar = Calendar.from_ical((await client_of().get("/calendar.ics")).text)

    names = Counter(str(entry["summary"]) for entry in calendar.events)
    assert names == {"À venir": 3, "Passé": 997}
    assert "1000" in str(calendar["x-wr-caldesc"])
    days = [entry.start for entry in calendar.events]
    assert days == sorted(days)
    assert days[-1] == today + timedelta(days=2)


async def test_the_calendar_shows_what_was_stored_before_it_was_checked(
    client_of: ClientOf, event: Make, db: AsyncSession
) -> None:
    planned = await event()
    stored = {"ends_on": date.max, "venue": "Salle\x0b A\x07"}
    await db.exec(
        update(ProgrammeEvent).where(col(ProgrammeEvent.id) == planned["id"]).values(stored)
    )
    await db.commit()

    answer = await client_of().get("/calendar.ics")

    assert answer.status_code == 200, answer.text
    [entry] = Calendar.from_ical(answer.text).events
    assert (entry.end, entry["location"]) == (date(2100, 12, 31), "Salle A")


async def test_mentees_and_mentors_register_themselves_and_see_no_other(
    client: AsyncClient, client_of: ClientOf, event: Make, session_of: Make, mentees: Any
) -> None:
    planned = await event()
    workshop = await session_of(planned)
    me, other = await mentees(2)
    mine, nobody = client_of("mentee", person_id=me), client_of("mentee")

    assert (await mine.get(f"/events/{planned['id']}")).status_code == 200
    assert (await register(mine, workshop, me)).status_code == 201
    assert (await register(mine, workshop, other)).status_code == 403
    assert (await register(nobody, workshop, me)).status_code == 403
    theirs = (await register(client, workshop, other)).json()
    assert (await cancel(mine, workshop, theirs)).status_code == 404
    assert (await mine.get(f"{workshop['path']}/registrations")).status_code == 403


async def test_a_confined_manager_changes_the_events_of_their_organisations_only(
    client: AsyncClient, client_of: ClientOf, event: Make, organisation: Make, session_of: Make
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    confined = client_of("partner_manager", organisations=[mine["id"]])
    ours, theirs = await event(), await event(kind="congress", organised_by=mine["id"])
    workshop = await session_of(ours)

    async def plan(holder: str | None) -> int:
        body = NEXT_YEAR | {"department": "75", "organised_by": holder}
        return (await confined.post("/events", json=body)).status_code

    assert [await plan(holder) for holder in (None, other["id"], mine["id"])] == [403, 403, 201]
    for at, status in ((ours, 403), (theirs, 201)):
        added = await confined.post(f"/events/{at['id']}/sessions", json=WORKSHOP)
        assert added.status_code == status
        stand = await confined.post(f"/events/{at['id']}/stands", json={"name": "A"})
        assert stand.status_code == status
    assert (await register(confined, workshop, mine["id"], "organisation")).status_code == 201
    stranger = await register(confined, workshop, other["id"], "organisation")
    assert problem_of(stranger) == (422, "attendee-unknown")


async def test_whoever_speaks_for_an_organisation_in_events_is_to_be_told(
    client: AsyncClient,
    event: Make,
    session_of: Make,
    organisation: Make,
    mentees: Any,
    outbox_messages: Any,
) -> None:
    who, planned = await organisation("Immobilière 3F"), await event()
    people = f"/organisations/{who['id']}/contacts"
    person = {"given_name": "Inès", "email": "ines@example.org", "from_on": "2014-01-01"}
    spoke, speaks, _ = [
        (await client.post(people, json=person | {"family_name": "M", "roles": [role]})).json()
        for role in ("events", "events", "housing")
    ]
    await client.post(f"{people}/{spoke['id']}/end", json={"until_on": "2014-06-30"})
    stand = (await client.post(f"/events/{planned['id']}/stands", json={"name": "A"})).json()
    path = f"/events/{planned['id']}/stands/{stand['id']}/bookings"
    await client.post(path, json=ALL_DAY | {"organisation_id": who["id"]})
    workshop = await session_of(planned, capacity=1)
    [mentee, other] = await mentees(2)
    first = (await register(client, workshop, other)).json()
    waits = (await register(client, workshop, who["id"], "organisation")).json()
    await register(client, workshop, mentee)
    await cancel(client, workshop, first)
    await cancel(client, workshop, waits)

    await register(client, workshop, other)
    await client.post(f"/events/{planned['id']}/cancellation", json={}, headers=ANY)

    [off] = await outbox_messages("event-cancelled.v1")
    assert set(json.loads(off.payload)["contacts"]) == {speaks["id"], mentee, other}
    registered = await outbox_messages("attendee-registered.v1")
    published = [json.loads(row.payload)["contacts"] for row in registered]
    assert published == [[other], [speaks["id"]], [mentee], [other]]
    [booked] = await outbox_messages("stand-booked.v1")
    assert json.loads(booked.payload)["contacts"] == [speaks["id"]]
    promoted = await outbox_messages("attendee-promoted.v1")
    published = [json.loads(row.payload)["contacts"] for row in promoted]
    assert published == [[speaks["id"]], [mentee]]
    cancelled = [
        json.loads(row.payload) for row in await outbox_messages("registration-cancelled.v1")
    ]
    assert [each["contacts"] for each in cancelled] == [[other], [speaks["id"]]]
    assert {each["starts_at"] for each in cancelled} == {"2099-11-20T08:30:00Z"}


async def test_a_confined_manager_registers_and_cancels_their_own_only(
    client: AsyncClient,
    client_of: ClientOf,
    event: Make,
    session_of: Make,
    organisation: Make,
    mentees: Any,
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    confined = client_of("partner_manager", organisations=[mine["id"]])
    ours = await session_of(await event())
    theirs = await session_of(await event(kind="congress", organised_by=mine["id"]))

    async def cancelled(session: dict[str, Any], who: dict[str, Any]) -> int:
        booked = (await register(client, session, who["id"], "organisation")).json()
        return (await cancel(confined, session, booked)).status_code

    assert [await cancelled(ours, who) for who in (mine, other)] == [200, 404]
    assert [await cancelled(theirs, who) for who in (mine, other)] == [200, 200]
    [mentee] = await mentees(1)
    assert problem_of(await register(confined, ours, mentee)) == (422, "attendee-unknown")
    assert (await register(confined, theirs, mentee)).status_code == 201
