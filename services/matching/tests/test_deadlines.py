"""The clock: what falls due is raised once, and settles when its cause is gone."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from httpx import AsyncClient
from sqlmodel import col, select

from backbone.database.sessions import Sessions, transaction
from backbone.database.task_failures import TaskFailure, retry_all
from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import Topics
from contracts import ConventionEnded, ConventionSigned, Signatory
from contracts.enums import ConventionKind
from contracts.local_time import today_in
from matching.domain.tables import Mentee, Pairing
from matching.read_model import Convention, Organisation
from matching.settings import MatchingSettings
from matching.worker.deadlines import expire_proposals, raise_alerts

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]
DueWindow = Callable[..., Awaitable[None]]
A_DAY = timedelta(days=1)
QUIET = timedelta(hours=1)


def today() -> date:
    """The day where all of them live: near midnight it is not that of UTC."""
    return today_in("93")


def ago(days: int) -> str:
    return (today() - days * A_DAY).isoformat()


@pytest.fixture
def look(sessions: Sessions) -> DueWindow:
    """Let the clock look, in some days from now; a day after all was entered by default."""

    async def look(*days: int, quiet: timedelta = QUIET) -> None:
        for later in days or (1,):
            now = datetime.now(UTC) + later * A_DAY
            await raise_alerts(sessions, now=now, quiet=quiet)

    return look


@pytest.fixture
async def pair_since(
    client: AsyncClient, send: Send, covered: UUID, lines: Any
) -> Callable[[int], Awaitable[dict[str, Any]]]:
    """A pair that began some days ago."""

    async def pair_since(days: int, number: int = 1) -> dict[str, Any]:
        line = lines.mentee(number, applied_on=ago(days + 10), birth_date="2003-05-04")
        await send("mentees", [line])
        await send("mentors", [lines.mentor(number)])
        lived = f"A{number},F{number:03},P{number:03},{ago(days)},{ago(days)},,,,,,,"
        tally = await send("pairings", [lived])
        assert tally["created"] == 1, tally
        found = (await client.get("/pairings")).json()["items"]
        return next(each for each in found if each["reference"] == f"A{number}")

    return pair_since


async def log(client: AsyncClient, pair: dict[str, Any], days: int, **said: Any) -> dict[str, Any]:
    body = {"contact_on": ago(days), "medium": "phone"} | said
    answer = await client.post(f"/pairings/{pair['id']}/contacts", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def months(outbox_messages: Announced) -> list[tuple[int, str]]:
    bodies = [json.loads(row.payload or b"") for row in await outbox_messages("pairing-late.v1")]
    return [(body["month"], body["due_on"]) for body in bodies]


async def alerts(client: AsyncClient, **said: Any) -> list[str]:
    return [a["rule"] for a in (await client.get("/alerts", params=said)).json()["items"]]


async def test_a_silent_pair_is_late_once_a_month_and_not_once_a_look(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    await pair_since(28)

    await look(*range(1, 70, 2))

    found = await months(outbox_messages)
    assert [month for month, _ in found] == [1, 2, 3]
    assert len({due_on for _, due_on in found}) == 3
    assert (await alerts(client, rule="pairing_late")) == ["pairing_late"] * 3


async def test_a_row_that_no_rule_can_judge_hides_no_other(
    client: AsyncClient,
    pair_since: Any,
    look: DueWindow,
    outbox_messages: Announced,
    sessions: Sessions,
) -> None:
    sound, poisoned = await pair_since(40, 1), await pair_since(40, 2)
    nowhere = sa.update(Mentee).where(col(Mentee.id) == poisoned["mentee_id"])
    async with transaction(sessions) as session:
        await (await session.connection()).execute(nowhere.values(department="XX"))

    await look(1)

    published = {
        json.loads(row.payload or b"")["pairing_id"]
        for row in await outbox_messages("pairing-late.v1")
    }
    assert published == {sound["id"]}
    assert len(await outbox_messages("first-interview-late.v1")) == 1
    async with transaction(sessions) as session:
        rows = (await session.exec(select(TaskFailure))).all()
        aside = {(row.task, row.about) for row in rows}
        assert {("due-silent", poisoned["id"]), ("due-unmet", poisoned["id"])} <= aside
        await (await session.connection()).execute(nowhere.values(department="93"))
        await retry_all(session)

    await look(1)
    published = {
        json.loads(row.payload or b"")["pairing_id"]
        for row in await outbox_messages("pairing-late.v1")
    }
    assert published == {sound["id"], poisoned["id"]}


async def test_a_proposal_that_cannot_expire_keeps_no_other_open(
    client: AsyncClient, proposal: dict[str, Any], sessions: Sessions, send: Send, lines: Any
) -> None:
    await send("mentees", [lines.mentee(2)])
    await send("mentors", [lines.mentor(2)])
    mentees = {m["reference"]: m["id"] for m in (await client.get("/mentees")).json()["items"]}
    mentors = {m["reference"]: m["id"] for m in (await client.get("/mentors")).json()["items"]}
    body = {
        "mentee_id": mentees["F002"],
        "mentor_id": mentors["P002"],
        "proposed_on": "2013-09-10",
    }
    sound = (await client.post("/pairings", json=body)).json()
    async with transaction(sessions) as session:
        connection = await session.connection()
        await connection.execute(sa.update(Pairing).values(answer_by=date(2014, 1, 6)))
        nowhere = sa.update(Mentee).where(col(Mentee.id) == proposal["mentee_id"])
        await connection.execute(nowhere.values(department="XX"))

    await expire_proposals(sessions, answer_days=7)

    assert (await client.get(f"/pairings/{sound['id']}")).json()["state"] == "expired"
    async with transaction(sessions) as session:
        rows = (await session.exec(select(TaskFailure))).all()
        assert [(r.task, r.about) for r in rows] == [("expire-proposals", proposal["id"])]


async def test_what_fell_due_while_nobody_looked_is_raised_when_somebody_does(
    pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    await pair_since(20)

    await look(80)
    await look(80, 81)

    assert [month for month, _ in await months(outbox_messages)] == [1, 2, 3]


async def test_a_contact_moves_the_month_and_settles_the_alert(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    pair = await pair_since(40)
    await look()
    assert await alerts(client, rule="pairing_late") == ["pairing_late"]

    await log(client, pair, 5)
    await look()

    assert await alerts(client, rule="pairing_late") == []
    assert await alerts(client, rule="pairing_late", settled=True) == ["pairing_late"]
    await look(24)
    assert len(await months(outbox_messages)) == 1
    await look(28)
    assert [month for month, _ in await months(outbox_messages)] == [1, 1]


async def test_an_attempt_and_a_draft_and_what_was_taken_back_are_no_signs_of_life(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    pair = await pair_since(40)
    await log(client, pair, 5, made=False)
    await log(client, pair, 4, draft=True)
    contact = await log(client, pair, 3)
    tag = {"If-Match": f'"{contact["version"]}"'}
    await client.delete(f"/contacts/{contact['id']}", headers=tag)

    await look()

    assert [month for month, _ in await months(outbox_messages)] == [1]


async def test_a_pause_keeps_a_pair_from_being_late(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    pair = await pair_since(25)
    paused = await client.post(f"/pairings/{pair['id']}/pauses", json={"from_on": ago(20)})
    assert paused.status_code == 201

    await look(1, 30, 60)
    assert await months(outbox_messages) == []

    resumed = await client.post(f"/pairings/{pair['id']}/resumption", json={"resumed_on": ago(0)})
    assert resumed.status_code == 204
    await look(1, 20)
    assert await months(outbox_messages) == []
    await look(28)
    assert [month for month, _ in await months(outbox_messages)] == [1]


async def test_a_pair_that_is_just_being_entered_is_not_late_yet(
    pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    await pair_since(40)

    await look(0)
    assert await outbox_messages("pairing-late.v1") == []
    assert await outbox_messages("first-interview-late.v1") == []

    await look(1)
    assert len(await outbox_messages("pairing-late.v1")) == 1


async def test_a_pair_that_has_not_met_is_told_once_until_it_meets(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    pair = await pair_since(14)

    await look(1)
    assert await outbox_messages("first-interview-late.v1") == []
    await look(2, 3, 4)
    [published] = await outbox_messages("first-interview-late.v1")
    assert json.loads(published.payload or b"")["due_on"] == (today() + A_DAY).isoformat()

    await client.post(f"/pairings/{pair['id']}/first-interview", json={"held_on": ago(0)})
    await look(5)
    assert await alerts(client) == []


async def test_a_mentee_who_waits_too_long_is_told_once_and_settled_by_a_mentor(
    client: AsyncClient,
    send: Send,
    lines: Any,
    covered: UUID,
    look: DueWindow,
    outbox_messages: Announced,
) -> None:
    line = lines.mentee(1, applied_on=ago(19), birth_date="2003-05-04")
    await send("mentees", [line])
    await send("mentors", [lines.mentor(1)])

    await look(1)
    assert await outbox_messages("mentee-waiting.v1") == []
    await look(2, 3)
    [published] = await outbox_messages("mentee-waiting.v1")
    assert json.loads(published.payload or b"")["days"] == 20
    assert await alerts(client) == ["mentee_waiting"]

    await send("pairings", [f"A1,F001,P001,{ago(1)},{ago(1)},,,,,,,"])
    await look(4)
    assert await alerts(client) == []


async def test_those_who_have_not_answered_are_reminded_once_before_it_is_too_late(
    client: AsyncClient, proposal: dict[str, Any], look: DueWindow, outbox_messages: Announced
) -> None:
    path = f"/pairings/{proposal['id']}/acceptances"
    await client.post(path, json={"by": "mentee", "accepted_on": "2013-09-12"})

    await look(4)
    assert await outbox_messages("answer-due.v1") == []
    await look(5, 6)
    [published] = await outbox_messages("answer-due.v1")
    assert json.loads(published.payload or b"")["missing"] == ["mentor"]
    assert await alerts(client) == []


async def test_what_a_mentee_found_is_asked_thrice_until_somebody_tells(
    client: AsyncClient, pair_since: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    for number in (1, 2):
        pair = await pair_since(50, number)
        body = {"reason": "completed", "ended_on": ago(1)}
        assert (await client.post(f"/pairings/{pair['id']}/end", json=body)).status_code == 200
    found = {"contract": "cdi", "evidence": "declared", "found_on": ago(0)}
    published = await client.post("/outcomes", json=found | {"mentee_id": pair["mentee_id"]})
    assert published.status_code == 201

    await look(80, 95, 96, 190, 370, 371)

    asked = [json.loads(row.payload or b"") for row in await outbox_messages("outcome-asked.v1")]
    assert [each["months"] for each in asked] == [3, 6, 12]
    assert pair["id"] not in {each["pairing_id"] for each in asked}


async def test_a_history_that_is_loaded_raises_nothing(
    send: Send, covered: UUID, lines: Any, look: DueWindow, outbox_messages: Announced
) -> None:
    await send("mentees", [lines.mentee(1), lines.mentee(2), lines.mentee(3)])
    await send("mentors", [lines.mentor(1, capacity=3)])
    await send(
        "pairings",
        [
            "A1,F001,P001,2013-09-10,2013-09-12,,,,,,,",
            "A2,F002,P001,2013-09-10,2013-09-12,,,2014-02-01,completed,,,",
        ],
    )

    await look(1, 2, 40)

    kinds = {row.type for row in await outbox_messages()}
    assert not kinds & {
        "pairing-late.v1",
        "first-interview-late.v1",
        "mentee-waiting.v1",
        "outcome-asked.v1",
    }


async def test_two_clocks_at_once_raise_nothing_twice(
    pair_since: Any, sessions: Sessions, outbox_messages: Announced
) -> None:
    for number in range(1, 5):
        await pair_since(70, number)
    now = datetime.now(UTC) + A_DAY

    await asyncio.gather(*(raise_alerts(sessions, now=now, quiet=QUIET) for _ in range(4)))

    found = [json.loads(row.payload or b"") for row in await outbox_messages("pairing-late.v1")]
    once = {(each["pairing_id"], each["month"]) for each in found}
    assert len(found) == len(once) == 8


CLOCK = """
import asyncio, datetime
from backbone.database.sessions import create_engine, create_sessions
from matching.settings import MatchingSettings
from matching.worker.deadlines import raise_alerts
async def main():
    sessions = create_sessions(create_engine(MatchingSettings()))
    now = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    await raise_alerts(sessions, now=now, quiet=datetime.timedelta(hours=1))
asyncio.run(main())
"""


async def test_a_clock_that_is_killed_before_it_commits_raises_all_when_it_goes_again(
    pair_since: Any, settings: MatchingSettings, look: DueWindow, outbox_messages: Announced
) -> None:
    await pair_since(70)
    environment = os.environ | {
        "CRASH_AT": "clock.raised",
        "DATABASE_URL": settings.database_url,
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
        "OIDC_ISSUER": settings.oidc_issuer,
        "OIDC_AUDIENCE": settings.oidc_audience,
    }

    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", CLOCK, env=environment)
    assert await killed.wait() != 0
    assert await outbox_messages("pairing-late.v1") == []

    await look()
    assert [month for month, _ in await months(outbox_messages)] == [1, 2]


async def test_a_coordinator_settles_an_alert_of_their_regions(
    client: AsyncClient, client_of: Any, pair_since: Any, look: DueWindow
) -> None:
    await pair_since(20)
    await look()
    [alert] = (await client.get("/alerts")).json()["items"]
    elsewhere = client_of("coordinator", regions=["84"])

    assert (await elsewhere.get("/alerts")).json()["items"] == []
    path = f"/alerts/{alert['id']}/resolution"
    assert (await elsewhere.post(path)).status_code == 404
    settled = await client.post(path)
    assert (settled.status_code, settled.json()["settled_by"]) == (200, "claire")
    assert (await client.post(path)).status_code == 409
    assert await alerts(client) == []


async def test_when_coverage_ends_pairs_go_on_and_the_coordinator_is_told(
    client: AsyncClient, pair_since: Any, look: DueWindow, topics: Topics, sessions: Sessions
) -> None:
    pair = await pair_since(10)
    async with sessions() as session:
        convention_id = (await session.exec(select(Convention.convention_id))).one()
    ended_on = today() - 3 * A_DAY
    await topics.publish(ConventionEnded(convention_id=convention_id, ended_on=ended_on))

    await look(1, 1, 2)

    [alert] = (await client.get("/alerts", params={"rule": "coverage_ended"})).json()["items"]
    assert (alert["pairing_id"], alert["due_on"]) == (pair["id"], ago(2))
    running = (await client.get(f"/pairings/{pair['id']}")).json()
    assert running["state"] == pair["state"]

    organisation = await the_organisation(sessions)
    await topics.publish(
        ConventionSigned(
            convention_id=uuid4(),
            convention_kind=ConventionKind.OWN,
            signed_on=today(),
            effective_on=today(),
            ends_on=None,
            signatories=(Signatory(organisation_id=organisation, accedes_on=today()),),
        )
    )
    await look(3)
    assert await alerts(client, rule="coverage_ended") == []
    assert await alerts(client, rule="coverage_ended", settled=True) == ["coverage_ended"]


async def the_organisation(sessions: Sessions) -> UUID:
    """The one organisation that partners told of."""
    async with sessions() as session:
        return (await session.exec(select(Organisation.organisation_id))).one()
