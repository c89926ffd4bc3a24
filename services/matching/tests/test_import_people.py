"""Rows of files of people obey the rules of the single commands, and say nothing twice."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]


def counts(done: dict[str, Any]) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "refused", "wrong")
    return {name: done[name] for name in names if done[name]}


async def test_a_row_that_repeats_an_open_application_is_held_for_a_decision(
    client: AsyncClient, send: Send, outbox_messages: Announced, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1)])
    [first] = (await client.get("/mentees")).json()["items"]
    published = len(await outbox_messages())
    double = {"family_name": "DIALLO1", "email": "", "phone": ""}

    held = await send("mentees", [lines.mentee(2, **double)])

    assert counts(held) == {"wrong": 1}
    [fault] = held["faults"]
    assert (fault["line"], fault["column"]) == (2, "confirmed")
    assert first["id"] in fault["reason"]
    assert "oui" in fault["reason"]
    assert len(await outbox_messages()) == published
    confirmed = await send("mentees", [lines.mentee(2, **double, confirmed="oui")])
    assert counts(confirmed) == {"created": 1}
    assert len(await outbox_messages("mentee-admitted.v1")) == 2


async def test_two_rows_of_one_file_that_are_alike_name_each_other(send: Send, lines: Any) -> None:
    rows = [lines.mentee(1), lines.mentee(2, phone="+33639980001"), lines.mentee(3)]

    done = await send("mentees", rows)

    assert counts(done) == {"created": 2, "wrong": 1}
    assert done["faults"][0]["line"] == 3
    assert "stand on line 2" in done["faults"][0]["reason"]


@pytest.mark.parametrize("birth_date", ["2091-05-04", "2013-09-02", "2003-09-03", "1900-05-04"])
async def test_nobody_applies_before_they_are_born_or_at_an_impossible_age(
    client: AsyncClient, send: Send, lines: Any, birth_date: str
) -> None:
    done = await send("mentees", [lines.mentee(1, birth_date=birth_date)])

    assert counts(done) == {"wrong": 1}
    assert [fault["column"] for fault in done["faults"]] == ["birth_date"]
    body = {"given_name": "A", "family_name": "B", "department": "93", "applied_on": "2013-09-02"}
    answer = await client.post("/mentees", json=body | {"birth_date": birth_date})
    assert answer.status_code == 422, answer.text
    assert "correct the birth date" in answer.json()["detail"].lower()


@pytest.mark.parametrize("cells", [{"degree_level": "1"}, {"birth_date": "1991-05-04"}])
async def test_what_a_decision_rests_on_is_a_conflict_and_not_dropped(
    send: Send, outbox_messages: Announced, lines: Any, cells: dict[str, str]
) -> None:
    await send("mentees", [lines.mentee(1)])
    published = len(await outbox_messages())

    done = await send("mentees", [lines.mentee(1, email="new@example.org", **cells)])

    assert counts(done) == {"wrong": 1}
    [column] = cells
    assert f"differs from what is stored: {column}" in done["faults"][0]["reason"]
    assert "1991" not in done["faults"][0]["reason"]
    assert len(await outbox_messages()) == published


async def test_a_neighbourhood_learnt_later_is_corrected_and_not_dropped(
    client: AsyncClient, send: Send, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1, priority_neighbourhood="")])

    done = await send("mentees", [lines.mentee(1, priority_neighbourhood="in")])

    [mentee] = (await client.get("/mentees")).json()["items"]
    assert counts(done) == {"wrong": 1}
    assert "priority_neighbourhood unknown → in" in done["faults"][0]["reason"]
    path = f"/mentees/{mentee['id']}/neighbourhood-corrections"
    assert path in done["faults"][0]["reason"]
    answer = await client.post(path, json={"priority_neighbourhood": "in"})
    assert answer.status_code == 201, answer.text
    for said in ("in", "", "unknown"):
        again = await send("mentees", [lines.mentee(1, priority_neighbourhood=said)])
        assert counts(again) == {"unchanged": 1}


async def test_an_application_that_waits_is_changed_by_a_row(
    client: AsyncClient, send: Send, lines: Any
) -> None:
    body = {"given_name": "Amina", "family_name": "Diallo1", "department": "93"}
    body |= {"reference": "F001", "applied_on": "2013-09-02"}
    mentee = (await client.post("/mentees", json=body)).json()

    done = await send("mentees", [lines.mentee(1)])

    assert counts(done) == {"updated": 1}
    now = (await client.get(f"/mentees/{mentee['id']}")).json()
    assert (now["birth_date"], now["degree_level"]) == ("1990-05-04", 5)
    assert now["priority_neighbourhood"] == "in"


async def test_nobody_enrols_by_a_file_before_they_accept_the_charter(
    client: AsyncClient, send: Send, covered: UUID, outbox_messages: Announced, lines: Any
) -> None:
    rows = [
        lines.mentor(1, charter_accepted_on=""),
        lines.mentor(2, charter_accepted_on="2999-01-01"),
        lines.mentor(3),
    ]

    done = await send("mentors", rows)

    assert counts(done) == {"created": 1, "wrong": 2}
    assert [fault["line"] for fault in done["faults"]] == [2, 3]
    assert done["faults"][0]["column"] == "charter_accepted_on"
    assert len(await outbox_messages("mentor-enrolled.v1")) == 1


async def test_more_places_in_a_file_sent_again_are_announced(
    client: AsyncClient, send: Send, covered: UUID, outbox_messages: Announced, lines: Any
) -> None:
    await send("mentors", [lines.mentor(1)])

    done = await send("mentors", [lines.mentor(1, capacity=3)])
    again = await send("mentors", [lines.mentor(1, capacity=3)])

    assert (counts(done), counts(again)) == ({"updated": 1}, {"unchanged": 1})
    [mentor] = (await client.get("/mentors")).json()["items"]
    assert mentor["capacity"] == 3
    [changed] = await outbox_messages("mentor-capacity-changed.v1")
    assert json.loads(changed.payload or b"")["capacity"] == 3


async def test_fewer_places_than_are_proposed_are_refused_in_a_file_too(
    client: AsyncClient, send: Send, covered: UUID, outbox_messages: Announced, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    await send("mentors", [lines.mentor(1, capacity=2)])
    [mentor] = (await client.get("/mentors")).json()["items"]
    for mentee in (await client.get("/mentees")).json()["items"]:
        ids = {"mentee_id": mentee["id"], "mentor_id": mentor["id"]}
        answer = await client.post("/pairings", json=ids | {"proposed_on": "2013-09-10"})
        assert answer.status_code == 201, answer.text

    done = await send("mentors", [lines.mentor(1, capacity=1)])

    assert counts(done) == {"wrong": 1}
    assert "2 are asked" in done["faults"][0]["reason"]
    assert await outbox_messages("mentor-capacity-changed.v1") == []


async def test_a_mentor_who_moves_is_a_conflict_and_not_dropped(
    send: Send, covered: UUID, lines: Any
) -> None:
    await send("mentors", [lines.mentor(1)])

    done = await send("mentors", [lines.mentor(1, department="93")])

    assert counts(done) == {"wrong": 1}
    assert "department 75 → 93" in done["faults"][0]["reason"]


async def test_a_register_number_may_be_copied_with_no_break_spaces(
    send: Send, covered: UUID, lines: Any
) -> None:
    done = await send("mentors", [lines.mentor(1, siren="552\N{NO-BREAK SPACE}141\u202f533")])

    assert counts(done) == {"created": 1}, done["faults"]


async def test_who_is_erased_is_not_compared_with(
    client_of: ClientOf, client: AsyncClient, send: Send, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    await client_of("admin").delete(f"/mentees/{mentee['id']}/personal-data")

    same_name = await send("mentees", [lines.mentee(2, family_name="Diallo1", email="", phone="")])

    assert counts(same_name) == {"created": 1}
