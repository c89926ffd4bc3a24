"""Landlords find youths, who keep their first finder; and house those who need a home."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import ClientOf, Topics, problem_of
from contracts import (
    ApplicationTurnedDown,
    MenteeAdmitted,
    MenteePaired,
    MenteesMerged,
    OutcomeRecorded,
    YouthApplied,
)
from contracts.enums import Contract, Evidence, PriorityNeighbourhood, TurnDownReason

Make = Callable[..., Awaitable[dict[str, Any]]]

YOUTH = {
    "given_name": "Amina",
    "family_name": "Diallo",
    "email": "amina.diallo@example.org",
    "department": "93",
    "consented_on": "2014-10-01",
    "referred_on": "2014-10-02",
}
ANY = {"If-Match": "*"}


async def refer(client: AsyncClient, who: dict[str, Any], **said: Any) -> Response:
    return await client.post(f"/organisations/{who['id']}/referrals", json=YOUTH | said)


async def became(client: AsyncClient, who: dict[str, Any], as_of: str) -> dict[str, int]:
    path = f"/organisations/{who['id']}/referral-figures"
    published = (await client.get(path, params={"as_of": as_of})).json()
    return {name: number for name, number in published.items() if number}


def admitted(mentee_id: UUID) -> MenteeAdmitted:
    return MenteeAdmitted(
        mentee_id=mentee_id,
        department="93",
        degree_level=5,
        priority_neighbourhood=PriorityNeighbourhood.IN,
        rule_version="2014",
        admitted_on=date(2014, 11, 1),
    )


async def test_the_first_who_refers_a_youth_has_the_credit_however_many_do_at_once(
    client: AsyncClient, organisation: Make, outbox_messages: Any
) -> None:
    landlords = [await organisation(f"L{n}", kind="social_landlord") for n in range(8)]

    answers = await asyncio.gather(
        *(refer(client, who, email="Amina.Diallo@example.org") for who in landlords[:4]),
        *(refer(client, who) for who in landlords[4:]),
        *(refer(client, who) for who in landlords),
    )

    assert Counter(a.status_code for a in answers) == {201: 8, 409: 8}
    referred = [a.json() for a in answers if a.status_code == 201]
    assert len({each["youth_id"] for each in referred}) == 1
    assert sum(each["is_first"] for each in referred) == 1
    published = [
        json.loads(row.payload)["first"] for row in await outbox_messages("youth-referred.v1")
    ]
    assert Counter(published) == {True: 1, False: 7}
    assert len(await outbox_messages("youth-card.v1")) == 1


async def test_a_youth_is_known_again_by_the_number_too(
    client: AsyncClient, organisation: Make
) -> None:
    first, second = await organisation("A"), await organisation("B")
    one = await refer(client, first, phone="06 39 98 12 34")
    other = await refer(client, second, email=None, phone="+33 6 39 98 12 34")
    stranger = await refer(client, second, email="else@example.org", phone="0639981235")

    assert one.json()["youth_id"] == other.json()["youth_id"]
    assert [a.json()["is_first"] for a in (one, other, stranger)] == [True, False, True]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"email": None}, "unknowable"),
        ({"consented_on": "2014-10-03"}, "consent-missing"),
        ({"consented_on": None}, "wrong-shape"),
        ({"referred_on": "2099-01-01"}, "day-to-come"),
        ({"department": "99"}, "department-unknown"),
        ({"email": "nobody"}, "wrong-shape"),
        ({"email": "amélie@example.org"}, "wrong-shape"),
    ],
)
async def test_a_referral_that_cannot_be_is_refused_and_announces_nothing(
    client: AsyncClient, organisation: Make, outbox_messages: Any, said: Any, kind: str
) -> None:
    answer = await refer(client, await organisation("A"), **said)

    assert problem_of(answer) == (422, kind)
    assert await outbox_messages("youth-referred.v1") == []
    assert await outbox_messages("youth-card.v1") == []


async def test_a_landlord_sees_what_became_of_its_youths_without_their_names(
    client: AsyncClient, organisation: Make, topics: Topics
) -> None:
    who, later = await organisation("A"), await organisation("B")
    first = (await refer(client, who)).json()
    second = (await refer(client, who, email="two@example.org")).json()
    await refer(client, who, email="three@example.org")
    await refer(client, later, referred_on="2014-10-09")
    mentee, duplicate, refused, pairing = (uuid4() for _ in range(4))
    applied = date(2014, 10, 20)
    # facts of several keys come in any order: the merge before what it merges
    await topics.publish(
        MenteesMerged(mentee_id=mentee, duplicates=(duplicate,), merged_on=date(2014, 10, 30))
    )
    await topics.publish(
        YouthApplied(youth_id=UUID(first["youth_id"]), mentee_id=duplicate, applied_on=applied),
        YouthApplied(youth_id=UUID(second["youth_id"]), mentee_id=refused, applied_on=applied),
        admitted(mentee),
        ApplicationTurnedDown(
            mentee_id=refused,
            department="93",
            reason=TurnDownReason.FOUND_WORK,
            turned_down_on=date(2014, 11, 2),
        ),
        MenteePaired(
            pairing_id=pairing, mentee_id=mentee, mentor_id=uuid4(), starts_on=date(2014, 12, 1)
        ),
        OutcomeRecorded(
            outcome_id=uuid4(),
            mentee_id=mentee,
            pairing_id=pairing,
            contract=Contract.CDI,
            months=None,
            fits_qualification=True,
            evidence=Evidence.DECLARED,
            found_on=date(2015, 3, 1),
        ),
    )

    published: dict[str, int] = {}
    for day, changes in (
        ("2014-10-01", {}),
        ("2014-10-02", {"referred": 3, "first": 3}),
        ("2014-10-20", {"applied": 2}),
        ("2014-11-01", {"admitted": 1}),
        ("2014-11-02", {"refused": 1}),
        ("2014-12-01", {"accompanied": 1}),
        ("2015-03-01", {"with_outcome": 1, "with_fitting_outcome": 1}),
    ):
        published = published | changes
        assert await became(client, who, day) == published
    assert "first" not in await became(client, later, "2015-03-01")
    listed = (await client.get(f"/organisations/{who['id']}/referrals")).text
    assert "Diallo" not in listed
    assert "example.org" not in listed


async def test_who_is_forgotten_leaves_the_credit_and_nothing_else(
    client: AsyncClient, organisation: Make, outbox_messages: Any, db: Any
) -> None:
    who, other = await organisation("A"), await organisation("B")
    referred = (await refer(client, who)).json()
    path = f"/referrals/{referred['id']}/personal-data"

    for _ in range(2):
        assert (await client.delete(path)).status_code == 204

    tombstone = (await outbox_messages("youth-card.v1"))[-1]
    assert (tombstone.payload, len(await outbox_messages("youth-card.v1"))) == (None, 2)
    assert await became(client, who, "2014-10-02") == {"referred": 1, "first": 1}
    again = (await refer(client, other)).json()
    assert again["is_first"]
    assert again["youth_id"] != referred["youth_id"]


async def test_a_confined_manager_refers_for_their_organisations_only(
    client: AsyncClient, client_of: ClientOf, organisation: Make
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    confined = client_of("partner_manager", organisations=[mine["id"]])
    theirs = (await refer(client, other, email="a@example.org")).json()

    assert (await refer(confined, mine)).status_code == 201
    assert (await refer(confined, other)).status_code == 404
    assert (await confined.get(f"/organisations/{other['id']}/referral-figures")).status_code == 404
    gone = await confined.delete(f"/referrals/{theirs['id']}/personal-data")
    assert gone.status_code == 404


@pytest.fixture
async def mentee(topics: Topics) -> str:
    mentee_id = uuid4()
    await topics.publish(admitted(mentee_id))
    return str(mentee_id)


async def ask(client: AsyncClient, mentee: str, **said: Any) -> Response:
    body = {
        "mentee_id": mentee,
        "department": "93",
        "consented_on": "2014-10-02",
        "asked_on": "2014-10-03",
    }
    return await client.post("/housing-needs", json=body | said)


@pytest.fixture
async def landlords(client: AsyncClient, organisation: Make) -> list[dict[str, Any]]:
    """Landlords of the 93: by its seat, its profile, its place; then those that are not."""
    seated = await organisation("Seated", kind="social_landlord", department="93")
    present = await organisation("Present", kind="social_landlord")
    body = {"departments": ["92", "93"]}
    await client.put(f"/organisations/{present['id']}/profile", json=body, headers=ANY)
    away = await organisation("Away", kind="social_landlord", department="33")
    company = await organisation("Company", department="93")
    return [seated, present, away, company]


async def offer(client: AsyncClient, need: Any, who: Any, **said: Any) -> Response:
    body = {"organisation_id": who["id"], "description": "Studio", "offered_on": "2014-10-13"}
    return await client.post(f"/housing-needs/{need['id']}/offers", json=body | said)


async def test_a_need_goes_to_the_landlords_of_the_department_and_one_offer_is_taken(
    client: AsyncClient, mentee: str, landlords: Any, outbox_messages: Any
) -> None:
    seated, present, away, company = landlords
    need = (await ask(client, mentee)).json()
    assert sorted(need["asked"]) == sorted([seated["id"], present["id"]])
    assert "mentee_id" not in need
    again = await ask(client, mentee)
    assert problem_of(again) == (409, "need-open")

    for other in (away, company):
        assert problem_of(await offer(client, need, other)) == (409, "not-asked")
    early = await offer(client, need, seated, offered_on="2014-10-02")
    assert problem_of(early) == (422, "before-asked")
    one = (await offer(client, need, seated, rent=48_000)).json()
    two = (await offer(client, need, present)).json()
    three = (await offer(client, need, present)).json()

    async def answer(made: Any, *, accepted: bool) -> Response:
        path = f"/housing-needs/{need['id']}/offers/{made['id']}/answer"
        return await client.post(path, json={"accepted": accepted, "answered_on": "2014-10-20"})

    end = f"/housing-needs/{need['id']}/end"
    housed = {"end": "housed", "closed_on": "2014-11-02"}
    assert problem_of(await client.post(end, json=housed)) == (422, "nothing-taken")
    assert (await answer(three, accepted=False)).json()["state"] == "declined"
    answers = await asyncio.gather(*(answer(made, accepted=True) for made in (one, two)))
    assert sorted(a.status_code for a in answers) == [200, 409]
    assert (await client.post(end, json=housed)).json()["end"] == "housed"
    assert problem_of(await client.post(end, json=housed)) == (409, "need-closed")
    published = [
        json.loads(row.payload)["accepted"] for row in await outbox_messages("housing-answered.v1")
    ]
    assert Counter(published) == {True: 1, False: 2}

    params = {"as_of": "2014-12-01"}
    figures = (await client.get("/housing-needs/figures", params=params)).json()
    assert figures == {
        "needs": 1,
        "with_offer": 1,
        "housed": 1,
        "open": 0,
        "median_days_to_offer": 10.0,
        "median_days_to_home": 30.0,
    }
    before = {"as_of": "2014-10-12", "department": "93"}
    figures = (await client.get("/housing-needs/figures", params=before)).json()
    assert (figures["needs"], figures["with_offer"], figures["open"]) == (1, 0, 1)


async def test_a_need_that_cannot_be_is_refused_and_announces_nothing(
    client: AsyncClient, mentee: str, landlords: Any, outbox_messages: Any
) -> None:
    assert problem_of(await ask(client, str(uuid4()))) == (422, "mentee-unknown")
    late = await ask(client, mentee, consented_on="2014-10-04")
    assert problem_of(late) == (422, "consent-missing")
    nowhere = await ask(client, mentee, department="13")
    assert problem_of(nowhere) == (409, "no-landlord-there")
    assert problem_of(await ask(client, mentee, most_rent=-1)) == (422, "wrong-shape")
    assert await outbox_messages("housing-needed.v1") == []
    assert (await client.get("/housing-needs")).json()["items"] == []


async def test_landlords_see_the_needs_they_are_asked_and_their_own_offers(
    client: AsyncClient, client_of: ClientOf, mentee: str, landlords: Any
) -> None:
    seated, present, away, _ = landlords
    need = (await ask(client, mentee)).json()
    for who in (seated, present):
        await offer(client, need, who)
    mine, stranger = (
        client_of("partner_manager", organisations=[who["id"]]) for who in (seated, away)
    )

    assert len((await mine.get("/housing-needs")).json()["items"]) == 1
    assert (await stranger.get("/housing-needs")).json()["items"] == []
    path = f"/housing-needs/{need['id']}"
    assert (await stranger.get(path)).status_code == 404
    assert len((await mine.get(f"{path}/offers")).json()["items"]) == 1
    assert len((await client.get(f"{path}/offers")).json()["items"]) == 2
    lapsed = await client.post(f"{path}/end", json={"end": "found_elsewhere"})
    assert lapsed.status_code == 200
    states = {o["state"] for o in (await client.get(f"{path}/offers")).json()["items"]}
    assert states == {"lapsed"}
    is_open = (await client.get("/housing-needs", params={"is_open": True})).json()["items"]
    assert is_open == []


async def test_a_confined_manager_neither_asks_for_a_home_nor_answers(
    client: AsyncClient, client_of: ClientOf, mentee: str, landlords: Any
) -> None:
    seated, *_ = landlords
    confined = client_of("partner_manager", organisations=[seated["id"]])
    assert (await ask(confined, mentee)).status_code == 403
    need = (await ask(client, mentee)).json()
    made = (await offer(confined, need, seated)).json()

    path = f"/housing-needs/{need['id']}"
    answered = await confined.post(f"{path}/offers/{made['id']}/answer", json={"accepted": True})
    ended = await confined.post(f"{path}/end", json={"end": "no_offer"})
    assert [answered.status_code, ended.status_code] == [403, 403]
