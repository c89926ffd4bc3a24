"""What organisations brought, at a day: alone, with their members, in a network, of a kind."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from backbone.testing.fixtures import ClientOf, Topics
from contracts import (
    ContactLogged,
    FirstInterviewHeld,
    IntroductionMade,
    MenteeAdmitted,
    MenteePaired,
    MentorEnrolled,
    Message,
    OutcomeRecorded,
    YouthApplied,
)
from contracts.enums import Contract, Evidence, Medium, PriorityNeighbourhood
from partners.queries import year_from

Make = Callable[..., Awaitable[dict[str, Any]]]


def pair(organisation: dict[str, Any], on: str, mentee_id: UUID | None = None) -> list[Message]:
    """A mentor of an organisation and a mentee begin, meet, and it comes to something."""
    begun = date.fromisoformat(on)
    ids = {"pairing_id": uuid4(), "mentor_id": uuid4(), "mentee_id": mentee_id or uuid4()}
    return [
        MentorEnrolled(
            mentor_id=ids["mentor_id"],
            organisation_id=UUID(organisation["id"]),
            department="75",
            capacity=2,
            enrolled_on=begun,
        ),
        MenteePaired(**ids, starts_on=begun),
        FirstInterviewHeld(**ids, held_on=begun, minutes=60),
        ContactLogged(
            **ids, contact_id=uuid4(), contact_on=begun, medium=Medium.PHONE, minutes=None
        ),
        IntroductionMade(
            **ids, introduction_id=uuid4(), function=None, sector=None, introduced_on=begun
        ),
        OutcomeRecorded(
            outcome_id=uuid4(),
            mentee_id=ids["mentee_id"],
            pairing_id=ids["pairing_id"],
            contract=Contract.CDI,
            months=None,
            fits_qualification=True,
            evidence=Evidence.DECLARED,
            found_on=date(2014, 1, 6),
        ),
    ]


@pytest.fixture
def card(client: AsyncClient) -> Callable[..., Awaitable[dict[str, int]]]:
    async def card(path: str, as_of: str = "2014-01-06", **said: Any) -> dict[str, int]:
        answer = await client.get(path, params=said | {"as_of": as_of})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told.pop("as_of") == as_of
        return {name: number for name, number in told.items() if number}

    return card


async def test_an_umbrella_s_scorecard_counts_its_members_once_and_the_year_apart(
    topics: Topics, organisation: Make, card: Any
) -> None:
    ush = await organisation("USH", kind="federation")
    region = await organisation("AROSH", member_of={ush["id"]: "2008-01-01"})
    landlord = await organisation(
        "3F", member_of={region["id"]: "2010-01-01", ush["id"]: "2013-06-01"}
    )
    later = await organisation("Later", member_of={ush["id"]: "2014-01-07"})
    mentee = uuid4()
    for who, on, same in (
        (ush, "2012-10-01", None),
        (landlord, "2013-08-31", mentee),
        (landlord, "2013-09-01", None),
        (region, "2013-11-20", mentee),
        (later, "2013-11-20", None),
        (ush, "2014-01-07", None),
    ):
        await topics.publish(*pair(who, on, same))

    path = f"/organisations/{ush['id']}/scorecard"
    assert await card(path) == {
        "organisations": 3,
        "mentors": 4,
        "mentees": 3,
        "mentees_this_year": 2,
        "pairings": 4,
        "active_pairings": 4,
        "first_interviews": 4,
        "contacts": 4,
        "introductions": 4,
        "outcomes": 4,
        "outcomes_fitting": 4,
    }
    alone = await card(path, alone=True)
    assert (alone["organisations"], alone["mentees"]) == (1, 1)
    after = await card(path, "2014-01-07")
    assert (after["organisations"], after["mentees"]) == (4, 5)


async def test_what_was_promised_given_referred_and_housed_stands_in_it(
    client: AsyncClient, organisation: Make, convention: Make, topics: Topics, card: Any
) -> None:
    who = await organisation("3F", kind="social_landlord", department="93")
    await organisation("SNI", kind="social_landlord")
    signed = await convention(who)
    for party, kind in (("partner", "stand"), ("partner", "places"), ("programme", "stand")):
        body = {"organisation_id": who["id"], "party": party, "kind": kind, "quantity": 1}
        made = (await client.post(f"/conventions/{signed['id']}/commitments", json=body)).json()
        if kind == "stand":
            given_on = {"given_on": "2013-09-25"}
            await client.post(f"/commitments/{made['id']}/fulfilments", json=given_on)
    for held in (None, who["id"]):
        planned = {"kind": "congress" if held else "afterwork", "name": "E", "department": "93"}
        day = {"starts_on": "2013-09-25", "organised_by": held}
        event = (await client.post("/events", json=planned | day)).json()
        stand = (await client.post(f"/events/{event['id']}/stands", json={"name": "A"})).json()
        slot = {"starts_at": "2013-09-25T09:00:00Z", "ends_at": "2013-09-25T15:00:00Z"}
        booked = f"/events/{event['id']}/stands/{stand['id']}/bookings"
        await client.post(booked, json=slot | {"organisation_id": who["id"]})
    money = {"amount": 500_000, "payment": "transfer", "given_on": "2013-10-15"}
    for _ in range(2):
        await client.post(f"/organisations/{who['id']}/gifts", json=money)
    youth = {"given_name": "A", "family_name": "D", "email": "a@example.org", "department": "93"}
    referred_on = {"consented_on": "2013-10-01", "referred_on": "2013-10-01"}
    path = f"/organisations/{who['id']}/referrals"
    referral = (await client.post(path, json=youth | referred_on)).json()
    mentee = uuid4()
    await topics.publish(
        YouthApplied(
            youth_id=UUID(referral["youth_id"]), mentee_id=mentee, applied_on=date(2013, 10, 2)
        ),
        MenteeAdmitted(
            mentee_id=mentee,
            department="93",
            degree_level=5,
            priority_neighbourhood=PriorityNeighbourhood.IN,
            rule_version="2013",
            admitted_on=date(2013, 10, 3),
        ),
    )
    asked = {"consented_on": "2013-10-04", "asked_on": "2013-10-04"}
    need = {"mentee_id": str(mentee), "department": "93"}
    need = (await client.post("/housing-needs", json=need | asked)).json()
    offer = {"organisation_id": who["id"], "description": "Studio", "offered_on": "2013-10-05"}
    needed = f"/housing-needs/{need['id']}"
    offer = (await client.post(f"{needed}/offers", json=offer)).json()
    taken = {"accepted": True, "answered_on": "2013-10-06"}
    await client.post(f"{needed}/offers/{offer['id']}/answer", json=taken)
    await client.post(f"{needed}/end", json={"end": "housed", "closed_on": "2013-11-01"})

    told = await card("/scorecards/social_landlord")

    assert told == {
        "organisations": 2,
        "commitments": 2,
        "commitments_kept": 1,
        "our_commitments": 1,
        "our_commitments_kept": 1,
        "stands_given": 1,
        "stands_received": 1,
        "patrons": 1,
        "gifts": 2,
        "gifts_amount": 1_000_000,
        "referrals": 1,
        "referrals_first": 1,
        "referrals_admitted": 1,
        "homes_offered": 1,
        "homes_taken": 1,
    }
    assert await card("/scorecards/company") == {}
    network = (await client.post("/networks", json={"name": "Réseau"})).json()
    body = {"organisation_id": who["id"], "joined_on": "2014-01-06"}
    await client.post(f"/networks/{network['id']}/members", json=body)
    assert await card(f"/networks/{network['id']}/scorecard") == told | {"organisations": 1}
    assert await card(f"/networks/{network['id']}/scorecard", "2014-01-05") == {}


async def test_an_organisation_s_own_user_sees_its_scorecard_and_nothing_else(
    client_of: ClientOf, organisation: Make
) -> None:
    mine, other = await organisation("Mine"), await organisation("Other")
    client, nobody = client_of("partner", organisations=[mine["id"]]), client_of("partner")

    assert (await client.get(f"/organisations/{mine['id']}/scorecard")).status_code == 200
    assert (await client.get(f"/organisations/{other['id']}/scorecard")).status_code == 404
    assert (await nobody.get(f"/organisations/{mine['id']}/scorecard")).status_code == 404
    for path in ("", "/referrals", "/contacts", "/mentor-activity"):
        assert (await client.get(f"/organisations/{mine['id']}{path}")).status_code == 403
    assert (await client.get("/scorecards/company")).status_code == 403


@given(st.dates(date(2006, 1, 1), date(2030, 12, 31)), st.integers(1, 12))
def test_a_programme_year_began_less_than_a_year_ago(as_of: date, starts: int) -> None:
    first = year_from(as_of, starts)

    assert (first.month, first.day) == (starts, 1)
    assert first <= as_of < date(first.year + 1, starts, 1)
