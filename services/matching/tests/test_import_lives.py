import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient

from backbone.messaging.outbox import Outbox

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]

WHOLE = "R1,F001,P001,2013-09-10,2013-09-14,2013-09-20,60,2014-03-01,early_success,,,"
RUNNING = "R2,F002,P001,2014-03-02,2014-03-04,,,,,,,"


@pytest.fixture
async def people(send: Send, covered: UUID, lines: Any) -> None:
    """Two mentees, and a mentor of one place."""
    await send("mentees", [lines.mentee(1), lines.mentee(2)])
    await send("mentors", [lines.mentor(1)])


@pytest.mark.usefixtures("people")
async def test_pairings_are_taken_with_all_their_steps(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    done = await send("pairings", [WHOLE, RUNNING])

    assert (done["created"], done["wrong"]) == (2, 0), done["faults"]
    emitted = [row for row in await outbox_messages() if row.topic == "matching.pairings"]
    assert [row.type for row in emitted] == [
        "pairing-proposed.v1",
        "mentee-paired.v1",
        "first-interview-held.v1",
        "pairing-ended.v1",
        "pairing-proposed.v1",
        "mentee-paired.v1",
    ]
    assert [row.sequence for row in emitted] == [1, 2, 3, 4, 1, 2]
    listed = (await client.get("/pairings")).json()["items"]
    assert {(one["reference"], one["state"]) for one in listed} == {
        ("R1", "ended"),
        ("R2", "accepted"),
    }


@pytest.mark.usefixtures("people")
async def test_the_bulk_way_keeps_the_rules_of_the_single_commands(send: Send) -> None:
    too_full = "R2,F002,P001,2013-10-01,2013-10-02,,,,,,,"
    twice = "R3,F001,P001,2013-12-01,2013-12-02,,,,,,,"
    uncovered = "R4,F002,P001,2013-01-10,2013-01-11,,,,,,,"
    nobody = "R5,F009,P009,2013-10-01,,,,,,,,"

    done = await send("pairings", [WHOLE, too_full, twice, uncovered, nobody])

    assert (done["created"], done["wrong"]) == (1, 4)
    reasons = [fault["reason"] for fault in done["faults"]]
    assert "accompanied 1 of 1" in reasons[0]
    assert "has another pairing from 2013-09-10 to 2014-03-01" in reasons[1]
    assert "no convention in force" in reasons[2]
    assert reasons[3] == "No mentee has this reference."


@pytest.mark.usefixtures("people")
async def test_a_pair_of_an_earlier_file_counts_as_one_of_this(send: Send) -> None:
    await send("pairings", [WHOLE])

    done = await send("pairings", ["R2,F002,P001,2013-10-01,2013-10-02,,,,,,,"])

    assert "accompanied 1 of 1" in done["faults"][0]["reason"]


@pytest.mark.usefixtures("people")
async def test_contacts_and_outcomes_find_their_pairing(
    send: Send, outbox_messages: Announced
) -> None:
    await send("pairings", [WHOLE])

    contacts = await send(
        "contacts",
        ["C1,R1,2013-10-15,phone,30", "C2,R1,2014-04-01,phone,30", "C3,R9,2013-10-15,phone,"],
    )
    outcomes = await send(
        "outcomes",
        ["O1,F001,R1,2014-02-20,cdi,,yes,contract_seen", "O2,F002,R1,2014-02-20,cdd,6,,declared"],
    )

    assert (contacts["created"], contacts["wrong"]) == (1, 2)
    assert [fault["line"] for fault in contacts["faults"]] == [3, 4]
    assert "ended on 2014-03-01" in contacts["faults"][0]["reason"]
    assert (outcomes["created"], outcomes["wrong"]) == (1, 1)
    assert "no pairing of this reference" in outcomes["faults"][0]["reason"]
    assert len(await outbox_messages("contact-logged.v1")) == 1
    [outcome] = await outbox_messages("outcome-recorded.v1")
    assert str(outcome.occurred_at.date()) == "2014-02-20"


@pytest.mark.usefixtures("people")
async def test_files_sent_again_change_nothing(send: Send, outbox_messages: Announced) -> None:
    files = {
        "pairings": [WHOLE],
        "contacts": ["C1,R1,2013-10-15,phone,30"],
        "outcomes": ["O1,F001,,2014-02-20,cdi,,,declared"],
    }
    for kind, rows in files.items():
        await send(kind, rows)
    before = len(await outbox_messages())

    again = [await send(kind, rows) for kind, rows in files.items()]

    assert [(one["created"], one["unchanged"]) for one in again] == [(0, 1)] * 3
    assert len(await outbox_messages()) == before


@pytest.mark.usefixtures("people")
async def test_rows_that_correct_contacts_and_outcomes_are_published_as_corrections(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    await send("pairings", [WHOLE])
    await send("contacts", ["C1,R1,2013-10-15,phone,30"])
    await send("outcomes", ["O1,F001,R1,2014-02-20,cdd,6,,declared"])

    contact = await send("contacts", ["C1,R1,2013-10-16,phone,45"])
    outcome = await send("outcomes", ["O1,F001,R1,2014-02-20,cdi,,yes,contract_seen"])

    assert (contact["updated"], outcome["updated"]) == (1, 1), contact["faults"]
    [corrected] = await outbox_messages("contact-corrected.v1")
    said = json.loads(corrected.payload or b"")
    assert (said["contact_on"], said["minutes"]) == ("2013-10-16", 45)
    [corrected] = await outbox_messages("outcome-corrected.v1")
    said = json.loads(corrected.payload or b"")
    assert (said["contract"], said["months"], said["fits_qualification"]) == ("cdi", None, True)
    again = [
        await send("contacts", ["C1,R1,2013-10-16,phone,45"]),
        await send("outcomes", ["O1,F001,R1,2014-02-20,cdi,,yes,contract_seen"]),
    ]
    assert [one["unchanged"] for one in again] == [1, 1]


@pytest.mark.usefixtures("people")
async def test_a_file_from_before_a_correction_does_not_undo_it(
    send: Send, outbox_messages: Announced
) -> None:
    await send("pairings", [WHOLE])
    for minutes in (30, 45, 60):
        await send("contacts", [f"C1,R1,2013-10-15,phone,{minutes}"])

    stale = [await send("contacts", [f"C1,R1,2013-10-15,phone,{minutes}"]) for minutes in (30, 45)]

    assert [one["unchanged"] for one in stale] == [1, 1]
    assert len(await outbox_messages("contact-corrected.v1")) == 2


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("R2,F002,P001,2014-03-02,2014-03-04,2014-03-10,60,,,,,", "first_interview_on nothing →"),
        ("R2,F002,P001,2014-03-02,2014-03-05,,,,,,,", "accepted_on 2014-03-04 → 2014-03-05"),
        ("R2,F001,P001,2014-03-02,2014-03-04,,,,,,,", "mentee"),
        ("R2,F002,P002,2014-03-02,2014-03-04,,,,,,,", "mentor"),
    ],
)
async def test_a_pairing_that_went_on_is_a_conflict_and_not_dropped(
    send: Send, outbox_messages: Announced, lines: Any, row: str, reason: str
) -> None:
    await send("mentors", [lines.mentor(2)])
    await send("pairings", [RUNNING])
    published = len(await outbox_messages())

    done = await send("pairings", [row])

    assert (done["unchanged"], done["wrong"]) == (0, 1)
    assert reason in done["faults"][0]["reason"]
    assert "/pairings/" in done["faults"][0]["reason"]
    assert len(await outbox_messages()) == published


@pytest.mark.usefixtures("people")
async def test_a_contact_or_an_outcome_stays_its_pairs(
    send: Send, outbox_messages: Announced
) -> None:
    await send("pairings", [WHOLE, RUNNING])
    await send("contacts", ["C1,R1,2013-10-15,phone,30"])
    await send("outcomes", ["O1,F001,R1,2014-02-20,cdi,,,declared"])
    published = len(await outbox_messages())

    contact = await send("contacts", ["C1,R2,2013-10-15,phone,30"])
    outcome = await send("outcomes", ["O1,F002,R2,2014-02-20,cdi,,,declared"])

    assert "pairing another → R2" in contact["faults"][0]["reason"]
    assert "mentee another → F002" in outcome["faults"][0]["reason"]
    assert len(await outbox_messages()) == published


@pytest.mark.usefixtures("people")
async def test_a_place_that_is_proposed_is_not_proposed_again_by_a_row(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    rows = ["R1,F001,P001,2013-09-10,,,,,,,,", "R2,F002,P001,2013-09-11,,,,,,,,"]

    done = await send("pairings", rows)
    later = await send("pairings", rows[1:])

    assert (done["created"], done["wrong"], later["wrong"]) == (1, 1, 1)
    assert "is asked about 1 more" in done["faults"][0]["reason"]
    assert len(await outbox_messages("pairing-proposed.v1")) == 1


@pytest.mark.usefixtures("people")
async def test_who_asked_not_to_meet_is_not_proposed_by_a_row(
    client: AsyncClient, send: Send, outbox_messages: Announced
) -> None:
    mentees = {
        one["reference"]: one["id"] for one in (await client.get("/mentees")).json()["items"]
    }
    [mentor] = (await client.get("/mentors")).json()["items"]
    body = {"mentor_id": mentor["id"], "asked_by": "mentee"}
    answer = await client.post(f"/mentees/{mentees['F001']}/exclusions", json=body)
    assert answer.status_code == 201, answer.text
    asked_on = answer.json()["asked_on"]

    done = await send("pairings", [f"R3,F001,P001,{asked_on},,,,,,,,", WHOLE])

    assert [fault["line"] for fault in done["faults"]] == [2]
    assert "not proposed to each other" in done["faults"][0]["reason"]
