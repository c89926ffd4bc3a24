"""The same person applying twice is found, and becomes one without losing what is linked."""

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col, select

from backbone.database.sessions import Sessions, transaction
from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import CLEAR, ClientOf
from contracts.enums import Contract, Evidence, PriorityNeighbourhood
from matching.domain.tables import (
    AskedBy,
    Exclusion,
    Mentee,
    Mentor,
    Outcome,
    Pairing,
    PairingState,
)

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
AMINA = {
    "given_name": "Amina",
    "family_name": "Diallo",
    "department": "93",
    "birth_date": "1990-05-04",
    "degree_level": 5,
    "applied_on": "2013-09-02",
}


async def apply(client: AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post("/mentees", json=AMINA | {"confirmed": True} | said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def admitted(client: AsyncClient, on: str = "2013-09-05", **said: Any) -> dict[str, Any]:
    mentee = await apply(client, **said)
    body = {"admit": True, "decided_on": on}
    answer = await client.post(f"/mentees/{mentee['id']}/decision", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def merge(client: AsyncClient, kept: Any, duplicate: Any) -> Response:
    body = {"duplicate_id": str(duplicate["id"])}
    return await client.post(f"/mentees/{kept['id']}/merge", json=body)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"given_name": "AMÌNA", "family_name": "dial-lo"},
        {"given_name": "Mina", "birth_date": None, "email": "Amina@Example.org"},
        {"family_name": "Ba", "birth_date": None, "phone": "+33 6 39 98 00 01"},
    ],
)
async def test_who_applies_twice_is_told_of_the_first_time_unless_it_is_confirmed(
    client: AsyncClient, outbox_messages: Announced, said: dict[str, Any]
) -> None:
    first = await apply(client, email="amina@example.org", phone="06 39 98 00 01")

    answer = await client.post("/mentees", json=AMINA | said)

    assert answer.json()["type"] == "urn:problem:applied-already"
    assert f"2013-09-02: {first['id']}" in answer.json()["detail"]
    assert len(await outbox_messages()) == 1
    await apply(client, **said)
    listed = (await client.get("/mentees/duplicates")).json()["items"]
    assert len(listed) == 2
    [other] = {one["mentee"]["id"]: one["alike"] for one in listed}[first["id"]]
    assert other["mentee_id"] != first["id"]
    assert other["same"] in {"name and birth date", "email", "phone"}


@pytest.mark.parametrize(
    "said",
    [
        {"birth_date": "1990-05-05"},
        {"family_name": "Dial"},
        {"birth_date": None},
    ],
)
async def test_somebody_else_is_nobody_who_applied(
    client: AsyncClient, said: dict[str, Any]
) -> None:
    await apply(client)

    answer = await client.post("/mentees", json=AMINA | said)

    assert answer.status_code == 201, answer.text
    assert (await client.get("/mentees/duplicates")).json()["items"] == []


async def test_who_gives_neither_birth_date_nor_phone_resembles_nobody(
    client: AsyncClient,
) -> None:
    await apply(client, birth_date=None)

    answer = await client.post("/mentees", json=AMINA | {"birth_date": None})

    assert answer.status_code == 201, answer.text


async def test_nobody_is_told_of_people_in_other_regions(
    client: AsyncClient, client_of: ClientOf
) -> None:
    await apply(client)
    elsewhere = client_of("coordinator", regions=["84"])

    answer = await elsewhere.post("/mentees", json=AMINA | {"department": "69"})

    assert answer.status_code == 201, answer.text
    assert (await elsewhere.get("/mentees/duplicates")).json()["items"] == []
    assert len((await client.get("/mentees/duplicates")).json()["items"]) == 2
    mentee, duplicate = (await client.get("/mentees")).json()["items"]
    assert (await merge(elsewhere, mentee, duplicate)).status_code == 404


async def test_a_merge_keeps_what_both_knew_and_forgets_the_rest(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    kept = await admitted(client, email="amina@example.org")
    duplicate = await apply(client, phone="06 39 98 00 01", reference="F2", degree_field="04")

    answer = await merge(client, kept, duplicate)

    assert answer.status_code == 200, answer.text
    one = answer.json()
    assert (one["email"], one["phone"], one["degree_field"]) == (
        "amina@example.org",
        "+33639980001",
        "04",
    )
    other = (await client.get(f"/mentees/{duplicate['id']}")).json()
    assert (other["merged_into"], other["erased"], other["reference"]) == (kept["id"], True, "F2")
    assert (other["family_name"], other["phone"], other["birth_date"]) == ("…", None, None)
    [fact] = await outbox_messages("mentees-merged.v1")
    said = json.loads(fact.payload or b"")
    assert (said["mentee_id"], said["duplicates"]) == (kept["id"], [duplicate["id"]])
    cards = [(row.key, row.payload is None) for row in await outbox_messages("person-card.v1")]
    assert cards[-2:] == [(kept["id"], False), (duplicate["id"], True)]
    assert (await client.get("/mentees/duplicates")).json()["items"] == []


async def test_the_application_that_was_decided_on_first_stays(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    first, later = await admitted(client), await admitted(client, on="2014-09-05")
    waiting = await apply(client)
    published = len(await outbox_messages())

    for kept, duplicate in ((later, first), (waiting, later)):
        answer = await merge(client, kept, duplicate)
        assert answer.json()["type"] == "urn:problem:other-way-round"
        assert f"{duplicate['id']} was decided on first" in answer.json()["detail"]
    assert (await merge(client, first, first)).json()["type"] == "urn:problem:merged-with-itself"
    assert len(await outbox_messages()) == published

    assert (await merge(client, first, later)).status_code == 200
    assert (await merge(client, first, later)).json()["type"] == "urn:problem:merged-already"
    assert (await merge(client, later, waiting)).json()["type"] == "urn:problem:merged-already"


async def test_one_person_has_one_open_pairing(
    client: AsyncClient, send: Send, covered: UUID, lines: Any, outbox_messages: Announced
) -> None:
    await send("mentors", [lines.mentor(1), lines.mentor(2)])
    mentors = (await client.get("/mentors")).json()["items"]
    two = [await admitted(client), await admitted(client)]
    pairings = []
    for mentee, mentor in zip(two, mentors, strict=True):
        body = {"mentee_id": mentee["id"], "mentor_id": mentor["id"], "proposed_on": "2013-09-10"}
        pairings.append((await client.post("/pairings", json=body)).json())

    answer = await merge(client, *two)

    assert answer.json()["type"] == "urn:problem:both-paired"
    assert all(pairing["id"] in answer.json()["detail"] for pairing in pairings)
    assert await outbox_messages("mentees-merged.v1") == []

    said = {"by": "mentee", "reason": "unavailable", "declined_on": "2013-09-11"}
    await client.post(f"/pairings/{pairings[0]['id']}/declines", json=said)
    assert (await merge(client, *two)).status_code == 200
    moved = (await client.get("/pairings", params={"mentee_id": two[0]["id"]})).json()["items"]
    assert {pairing["id"] for pairing in moved} == {pairing["id"] for pairing in pairings}
    assert (await client.get("/mentees", params={"waiting": True})).json()["items"] == []


async def test_an_application_that_was_merged_is_proposed_to_nobody(
    client: AsyncClient, send: Send, covered: UUID, lines: Any, outbox_messages: Announced
) -> None:
    await send("mentors", [lines.mentor(1)])
    [mentor] = (await client.get("/mentors")).json()["items"]
    kept, duplicate = await admitted(client), await admitted(client)
    await merge(client, kept, duplicate)
    body = {"mentor_id": mentor["id"], "proposed_on": "2013-09-10"}

    answer = await client.post("/pairings", json=body | {"mentee_id": duplicate["id"]})

    assert answer.json()["type"] == "urn:problem:mentee-not-admitted"
    assert await outbox_messages("pairing-proposed.v1") == []
    proposed = await client.post("/pairings", json=body | {"mentee_id": kept["id"]})
    assert proposed.status_code == 201, proposed.text


async def test_a_neighbourhood_that_only_the_duplicate_knew_is_a_correction(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    kept = await admitted(client)
    duplicate = await apply(client, priority_neighbourhood="in")

    assert (await merge(client, kept, duplicate)).json()["priority_neighbourhood"] == "in"

    assert len(await outbox_messages("priority-neighbourhood-corrected.v1")) == 1
    path = f"/mentees/{kept['id']}/neighbourhood-corrections"
    assert len((await client.get(path)).json()["items"]) == 1


async def test_files_that_name_the_duplicate_are_about_the_one_person(
    client: AsyncClient, send: Send, covered: UUID, lines: Any
) -> None:
    await send("mentors", [lines.mentor(1)])
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    kept, duplicate = (await client.get("/mentees")).json()["items"]
    assert (await merge(client, kept, duplicate)).status_code == 200

    again = await send("mentees", [lines.mentee(2)])
    outcome = await send("outcomes", ["O1,F002,,2014-01-15,cdi,,oui,declared"])

    assert (again["unchanged"], outcome["created"]) == (1, 1)
    assert (await client.get(f"/mentees/{kept['id']}")).json()["email"] == kept["email"]
    [found] = (await client.get(f"/mentees/{kept['id']}/outcomes")).json()["items"]
    assert found["reference"] == "O1"


async def test_who_is_forgotten_is_forgotten_in_all_applications(
    client: AsyncClient, client_of: ClientOf
) -> None:
    kept, duplicate = await admitted(client), await apply(client, reference="F2")
    await merge(client, kept, duplicate)

    await client_of("admin").delete(f"/mentees/{kept['id']}/personal-data")

    other = (await client.get(f"/mentees/{duplicate['id']}")).json()
    assert other["reference"] == f"erased {duplicate['id']}"


PEOPLE = 5


async def five(sessions: Sessions) -> list[UUID]:
    """Five mentees, each admitted a day after the one before, each with links of every kind."""
    mentor = Mentor(
        reference="P1",
        given_name="Jo",
        family_name="Martin",
        department="75",
        organisation_id=uuid4(),
        capacity=5,
        enrolled_on=date(2013, 1, 1),
    )
    async with transaction(sessions) as session:
        session.add(mentor)
        mentees = [a_mentee(number) for number in range(PEOPLE)]
        session.add_all(mentees)
        await session.flush()
        for mentee in mentees:
            session.add_all(links(mentee.id, mentor.id))
    return [mentee.id for mentee in mentees]


def a_mentee(number: int) -> Mentee:
    return Mentee(
        reference=f"F{number}",
        given_name="Amina",
        family_name="Diallo",
        department="93",
        birth_date=date(1990, 5, 4),
        degree_level=5,
        priority_neighbourhood=PriorityNeighbourhood.IN,
        applied_on=date(2013, 9, 1),
        decided_on=date(2013, 9, 1 + number),
        rule_version="2005-1",
        decision_inputs={},
    )


def links(mentee: UUID, mentor: UUID) -> list[Any]:
    ids = {"mentee_id": mentee, "mentor_id": mentor}
    return [
        Pairing(**ids, state=PairingState.ENDED, proposed_on=date(2013, 10, 1)),
        Exclusion(**ids, asked_by=AskedBy.MENTEE, asked_on=date(2013, 10, 1)),
        Outcome(
            mentee_id=mentee,
            recorded_for=mentee,
            contract=Contract.CDI,
            evidence=Evidence.DECLARED,
            found_on=date(2014, 1, 1),
        ),
    ]


def model_of(merges: Sequence[tuple[int, int]]) -> tuple[list[bool], list[int]]:
    """Which of these merges are right, and who everybody is in the end."""
    who, right = list(range(PEOPLE)), list[bool]()
    for kept, duplicate in merges:
        alone = who[kept] == kept and who[duplicate] == duplicate
        right.append(alone and kept < duplicate)
        if right[-1]:
            who = [kept if one == duplicate else one for one in who]
    return right, who


@given(
    merges=st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, PEOPLE - 1)), max_size=9)
)
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_whatever_is_merged_no_link_is_lost_and_everybody_is_one(
    merges: list[tuple[int, int]], client: AsyncClient, sessions: Sessions, engine: AsyncEngine
) -> None:
    async with engine.begin() as connection:
        await connection.execute(CLEAR)
    ids = await five(sessions)
    right, who = model_of(merges)

    answers = [await merge(client, {"id": ids[k]}, {"id": ids[d]}) for k, d in merges]

    assert [answer.status_code == 200 for answer in answers] == right
    async with sessions() as session:
        for table in (Pairing, Outcome):
            linked = (await session.exec(select(table.mentee_id))).all()
            assert sorted(linked) == sorted(ids[one] for one in who)
        excluded = (await session.exec(select(Exclusion.mentee_id))).all()
        assert sorted(excluded) == sorted({ids[one] for one in who})
        rows = (await session.exec(select(Mentee.id, Mentee.merged_into))).all()
        merged = select(Outbox).where(Outbox.type == "mentees-merged.v1")
        published = (await session.exec(merged.order_by(col(Outbox.position)))).all()
    expected = {ids[n]: ids[one] if one != n else None for n, one in enumerate(who)}
    assert dict(rows) == expected
    last = {said["mentee_id"]: set(said["duplicates"]) for said in map(payload_of, published)}
    for one in {kept for n, kept in enumerate(who) if n != kept}:
        others = {str(ids[n]) for n, kept in enumerate(who) if kept == one != n}
        assert last[str(ids[one])] == others


def payload_of(fact: Outbox) -> Any:
    return json.loads(fact.payload or b"")
