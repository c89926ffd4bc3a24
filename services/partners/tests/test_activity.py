"""What each organisation's mentors do, as matching tells it."""

from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import Topics
from contracts import (
    ContactLogged,
    FirstInterviewHeld,
    MenteePaired,
    MentorEnrolled,
    Message,
    OutcomeRecorded,
    PairingEnded,
)
from contracts.enums import Contract, EndReason, Evidence, Medium

NOTHING = {
    "mentors": 0,
    "mentees": 0,
    "pairings": 0,
    "active_pairings": 0,
    "first_interviews": 0,
    "contacts": 0,
    "outcomes": 0,
    "outcomes_fitting": 0,
    "outcomes_unknown": 0,
}
WHOLE = {
    "mentors": 1,
    "mentees": 1,
    "pairings": 1,
    "active_pairings": 0,
    "first_interviews": 1,
    "contacts": 1,
    "outcomes": 1,
    "outcomes_fitting": 1,
    "outcomes_unknown": 0,
}


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass
class Pair:
    """A mentor of an organisation and a mentee, and the facts that matching tells of them."""

    organisation_id: str
    mentor_id: UUID = field(default_factory=uuid4)
    mentee_id: UUID = field(default_factory=uuid4)
    pairing_id: UUID = field(default_factory=uuid4)

    @property
    def ids(self) -> dict[str, Any]:
        return {
            "pairing_id": self.pairing_id,
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
        }

    def enrolled(self, on: str) -> MentorEnrolled:
        return MentorEnrolled(
            mentor_id=self.mentor_id,
            organisation_id=UUID(self.organisation_id),
            department="75",
            capacity=2,
            enrolled_on=day(on),
        )

    def paired(self, on: str) -> MenteePaired:
        return MenteePaired(**self.ids, starts_on=day(on))

    def first_interview(self, on: str) -> FirstInterviewHeld:
        return FirstInterviewHeld(**self.ids, held_on=day(on), minutes=60)

    def contact(self, on: str) -> ContactLogged:
        return ContactLogged(
            **self.ids, contact_id=uuid4(), contact_on=day(on), medium=Medium.PHONE, minutes=None
        )

    def outcome(self, on: str, *, fits: bool | None) -> OutcomeRecorded:
        return OutcomeRecorded(
            outcome_id=uuid4(),
            mentee_id=self.mentee_id,
            pairing_id=self.pairing_id,
            contract=Contract.CDI,
            months=None,
            fits_qualification=fits,
            evidence=Evidence.DECLARED,
            found_on=day(on),
        )

    def ended(self, on: str) -> PairingEnded:
        return PairingEnded(**self.ids, reason=EndReason.EARLY_SUCCESS, ended_on=day(on))

    def story(self) -> list[Message]:
        return [
            self.enrolled("2012-09-01"),
            self.paired("2012-10-01"),
            self.first_interview("2012-10-15"),
            self.contact("2012-11-10"),
            self.ended("2013-03-31"),
            self.outcome("2013-04-01", fits=True),
        ]


@pytest.fixture
def activity(client: AsyncClient) -> Any:
    async def activity(organisation: dict[str, Any], as_of: str) -> dict[str, Any]:
        path = f"/organisations/{organisation['id']}/mentor-activity"
        answer = await client.get(path, params={"as_of": as_of})
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        assert said.pop("organisation_id") == organisation["id"]
        assert said.pop("as_of") == as_of
        return said

    return activity


async def test_the_activity_can_be_asked_at_any_day(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    landlord = await organisation("Immobilière 3F")
    await topics.publish(*Pair(landlord["id"]).story())

    told, members = NOTHING, NOTHING | {"organisations": 0}
    for on, changes in (
        ("2012-08-31", {}),
        ("2012-09-01", {"mentors": 1}),
        ("2012-10-01", {"mentees": 1, "pairings": 1, "active_pairings": 1}),
        ("2012-10-15", {"first_interviews": 1}),
        ("2012-11-10", {"contacts": 1}),
        ("2013-03-31", {}),
        ("2013-04-01", {"active_pairings": 0, "outcomes": 1, "outcomes_fitting": 1}),
    ):
        told = told | changes
        assert await activity(landlord, on) == told | {"members": members}


async def test_facts_may_come_in_any_order(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    for number, order in enumerate(permutations(range(4))):
        landlord = await organisation(f"L{number}")
        enrolled, paired, held, contact, ended, found = Pair(landlord["id"]).story()
        by_key = [[enrolled], [paired, held], [contact, ended], [found]]

        for place in order:
            await topics.publish(*by_key[place])

        assert (await activity(landlord, "2014-01-06"))["pairings"] == 1
        assert await activity(landlord, "2014-01-06") == WHOLE | {
            "members": NOTHING | {"organisations": 0}
        }


async def test_an_umbrella_sees_what_its_members_do_at_any_depth_each_once(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    ush = await organisation("USH")
    region = await organisation("AROSH", member_of={ush["id"]: "2008-01-01"})
    landlord = await organisation(
        "Landlord", member_of={region["id"]: "2010-01-01", ush["id"]: "2013-06-01"}
    )
    await topics.publish(*Pair(ush["id"]).story(), *Pair(landlord["id"]).story())

    assert await activity(ush, "2014-01-06") == WHOLE | {"members": WHOLE | {"organisations": 2}}
    assert (await activity(region, "2014-01-06"))["members"] == WHOLE | {"organisations": 1}
    assert (await activity(ush, "2009-01-01"))["members"]["organisations"] == 1


async def test_a_mentee_with_two_mentors_is_one_mentee(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    landlord = await organisation("Landlord")
    first = Pair(landlord["id"])
    second = Pair(landlord["id"], mentee_id=first.mentee_id)
    await topics.publish(*first.story(), second.enrolled("2013-01-01"), second.paired("2013-05-01"))

    told = await activity(landlord, "2014-01-06")

    assert (told["mentors"], told["mentees"], told["pairings"]) == (2, 1, 2)
    assert told["active_pairings"] == 1


async def test_an_outcome_of_unknown_fit_stays_unknown_until_it_is_known(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    landlord = await organisation("Landlord")
    pair = Pair(landlord["id"])
    unknown = pair.outcome("2013-02-01", fits=None)
    unfit = pair.outcome("2013-02-02", fits=False)
    elsewhere = pair.outcome("2013-02-03", fits=True).model_copy(update={"pairing_id": None})
    await topics.publish(pair.enrolled("2012-09-01"), pair.paired("2012-10-01"))

    async def outcomes() -> tuple[int, int, int]:
        told = await activity(landlord, "2014-01-06")
        return told["outcomes"], told["outcomes_fitting"], told["outcomes_unknown"]

    await topics.publish(unknown, unfit, elsewhere)
    assert await outcomes() == (2, 0, 1)
    await topics.publish(unknown.model_copy(update={"fits_qualification": True}))
    assert await outcomes() == (2, 1, 0)


async def test_what_is_told_twice_counts_once(
    topics: Topics, organisation: Any, activity: Any
) -> None:
    landlord = await organisation("Landlord")
    records = [topics.record(fact) for fact in Pair(landlord["id"]).story()]

    await topics.deliver(*records)
    await topics.deliver(*records)

    told = await activity(landlord, "2014-01-06")
    assert (told["mentors"], told["contacts"], told["outcomes"]) == (1, 1, 1)
