"""What falls due is raised once, by a clock that may be late, doubled or killed."""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlmodel import select

from backbone.database.sessions import Sessions, transaction
from backbone.database.task_failures import TaskFailure, retry_all
from backbone.testing.fixtures import ClientOf
from contracts.local_time import today_in
from partners.worker.deadlines import raise_alerts, renew_tacitly

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def in_days(days: int) -> date:
    return today_in("75") + timedelta(days=days)


@pytest.fixture
def look(sessions: Sessions) -> Callable[..., Awaitable[None]]:
    """Let the clock look, so many days from now."""

    async def look(days: int = 0) -> None:
        now = at(in_days(days))
        await renew_tacitly(sessions, now=now)
        await raise_alerts(sessions, now=now)

    return look


async def alerts(client: AsyncClient, **asked: Any) -> list[tuple[str, str]]:
    found = (await client.get("/alerts", params=asked)).json()["items"]
    return [(alert["rule"], alert["due_on"]) for alert in found]


async def test_an_end_is_warned_of_at_90_30_and_7_days_each_once(
    client: AsyncClient,
    organisation: Make,
    convention: Make,
    look: Any,
    outbox_messages: Any,
) -> None:
    sni = await organisation("SNI")
    signed = await convention(sni, ends_on=in_days(100).isoformat())
    person = {"given_name": "Inès", "family_name": "M", "email": "i@example.org"}
    speaks = {"roles": ["convention"], "from_on": "2014-01-01"}
    path = f"/organisations/{sni['id']}/contacts"
    contact = (await client.post(path, json=person | speaks)).json()

    for day in (9, 10, 10, 11, 69, 70, 71, 92, 93, 99, 100, 101, 150):
        await look(day)

    published = [row.payload for row in await outbox_messages("convention-expiring.v1")]
    assert [
        b'"days":%d' % days in payload for days, payload in zip((90, 30, 7), published, strict=True)
    ]
    assert all(sni["id"].encode() in payload for payload in published)
    assert {row.key for row in await outbox_messages("convention-expiring.v1")} == {signed["id"]}
    assert all(contact["id"].encode() in payload for payload in published)


async def test_a_row_that_no_rule_can_judge_hides_no_other(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, sessions: Sessions
) -> None:
    ending = {"ends_on": in_days(20).isoformat()}
    await convention(await organisation("SNI"), **ending)
    leads = [
        {"name": name, "kind": "company", "department": "75"}
        | {"next_step": "Appeler", "next_on": in_days(-1).isoformat()}
        for name in ("A", "B")
    ]
    answers = [await client.post("/leads", json=lead) for lead in leads]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    poisoned = answers[0].json()["id"]
    nowhere = text("UPDATE lead SET department = :department WHERE id = :id")
    async with transaction(sessions) as session:
        said = {"department": "XX", "id": poisoned}
        await (await session.connection()).execute(nowhere, said)

    await look()

    assert sorted(rule for rule, _ in await alerts(client)) == [
        "convention_expiring",
        "lead_step_due",
    ]
    async with transaction(sessions) as session:
        rows = (await session.exec(select(TaskFailure))).all()
        assert [(row.task, row.about) for row in rows] == [("due-steps", poisoned)]
        said = {"department": "75", "id": poisoned}
        await (await session.connection()).execute(nowhere, said)
        await retry_all(session)

    await look()
    assert [rule for rule, _ in await alerts(client)].count("lead_step_due") == 2


async def test_a_convention_that_cannot_go_on_keeps_no_other_from_it(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, sessions: Sessions
) -> None:
    goes_on = {"ends_on": in_days(10).isoformat(), "renews_for_months": 12, "notice_days": 5}
    sound = await convention(await organisation("SNI"), **goes_on)
    poisoned = await convention(await organisation("I3F"), **goes_on)
    async with transaction(sessions) as session:
        bad = text("UPDATE organisation SET department = 'XX' WHERE name = 'I3F'")
        await (await session.connection()).execute(bad)

    await look(8)

    assert (await client.get(f"/conventions/{sound['id']}")).json()["renewals"]
    async with transaction(sessions) as session:
        rows = (await session.exec(select(TaskFailure))).all()
        assert ("renew-tacitly", poisoned["id"]) in {(row.task, row.about) for row in rows}


async def test_a_clock_that_stood_still_warns_once_of_what_matters_now(
    client: AsyncClient, organisation: Make, convention: Make, look: Any
) -> None:
    await convention(await organisation("SNI"), ends_on=in_days(20).isoformat())

    await look()

    assert await alerts(client) == [("convention_expiring", in_days(-10).isoformat())]


async def test_a_warning_settles_once_the_convention_is_over_on_the_clock_that_raised_it(
    client: AsyncClient, organisation: Make, convention: Make, look: Any
) -> None:
    await convention(await organisation("SNI"), ends_on=in_days(100).isoformat())

    await look(95)
    await look(100)
    on_the_last_day = await alerts(client, settled=False)
    await look(101)

    assert on_the_last_day == [("convention_expiring", str(in_days(93)))]
    assert await alerts(client, settled=False) == []


async def test_what_is_renewed_in_time_needs_nobody_any_more(
    client: AsyncClient, organisation: Make, convention: Make, look: Any
) -> None:
    signed = await convention(await organisation("SNI"), ends_on=in_days(20).isoformat())
    await look()
    said = {"renewed_on": in_days(0).isoformat(), "ends_on": in_days(50).isoformat()}
    path = f"/conventions/{signed['id']}/renewal"
    assert (await client.post(path, json=said, headers=ANY)).status_code == 200

    await look()

    assert await alerts(client) == [("convention_expiring", in_days(-40).isoformat())]
    assert len(await alerts(client, settled=True)) == 1


async def test_a_convention_goes_on_by_itself_unless_notice_was_given(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, outbox_messages: Any
) -> None:
    renewing = {"ends_on": "2013-08-31", "renews_for_months": 12, "notice_days": 60}
    silent = await convention(await organisation("One"), **renewing)
    given = await convention(await organisation("Other"), **renewing)
    notice = {"party": "partner", "given_on": "2013-06-01"}
    path = f"/conventions/{given['id']}/notice"
    assert (await client.post(path, json=notice, headers=ANY)).status_code == 200

    await look()
    await look()

    renewed = (await client.get(f"/conventions/{silent['id']}")).json()
    assert [(r["ends_on"], r["renewed_on"], r["tacit"]) for r in renewed["renewals"][:2]] == [
        ("2014-08-31", "2013-07-03", True),
        ("2015-08-31", "2014-07-03", True),
    ]
    assert renewed["ends_on"] > in_days(0).isoformat()
    assert len(await outbox_messages("convention-renewed.v1")) == len(renewed["renewals"])
    ended = (await client.get(f"/conventions/{given['id']}")).json()
    assert (ended["state"], ended["renewals"]) == ("ended", [])


async def test_what_is_not_given_in_time_is_raised_once_and_settles_when_it_is_given(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, outbox_messages: Any
) -> None:
    ush = await organisation("USH")
    signed = await convention(ush)
    body = {"organisation_id": ush["id"], "party": "partner", "kind": "stand", "quantity": 2}
    due_on = in_days(3).isoformat()
    person = {"given_name": "Inès", "family_name": "M", "email": "i@example.org"}
    speaks = {"roles": ["convention"], "from_on": "2014-01-01"}
    ines = (await client.post(f"/organisations/{ush['id']}/contacts", json=person | speaks)).json()
    path = f"/conventions/{signed['id']}/commitments"
    owed = (await client.post(path, json=body | {"due_on": due_on})).json()
    long_ago = body | {"due_on": "2013-09-30"}
    assert (await client.post(path, json=long_ago)).status_code == 201

    for day in (3, 4, 4, 5):
        await look(day)
    assert await alerts(client) == [("commitment_overdue", due_on)]
    [row] = await outbox_messages("commitment-overdue.v1")
    event = json.loads(row.payload)
    assert (event["commitment_kind"], event["contacts"]) == ("stand", [ines["id"]])

    given = {"quantity": 2, "given_on": in_days(0).isoformat()}
    path = f"/commitments/{owed['id']}/fulfilments"
    assert (await client.post(path, json=given)).status_code == 201
    await look(6)
    assert await alerts(client) == []


async def test_what_we_owe_ourselves_is_an_alert_of_ours_and_no_mail_to_the_partner(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, outbox_messages: Any
) -> None:
    ush = await organisation("USH")
    signed = await convention(ush)
    person = {"given_name": "Inès", "family_name": "M", "email": "i@example.org"}
    speaks = {"roles": ["convention"], "from_on": "2014-01-01"}
    await client.post(f"/organisations/{ush['id']}/contacts", json=person | speaks)
    body = {"organisation_id": ush["id"], "party": "programme", "kind": "stand", "quantity": 1}
    path = f"/conventions/{signed['id']}/commitments"
    await client.post(path, json=body | {"due_on": in_days(3).isoformat()})

    await look(4)

    [row] = await outbox_messages("commitment-overdue.v1")
    assert json.loads(row.payload)["contacts"] == []


async def test_what_is_given_of_one_commitment_settles_the_alert_of_no_other(
    client: AsyncClient, organisation: Make, convention: Make, look: Any
) -> None:
    ush = await organisation("USH")
    signed = await convention(ush)
    path, due_on = f"/conventions/{signed['id']}/commitments", in_days(3).isoformat()
    body = {"organisation_id": ush["id"], "party": "partner", "due_on": due_on}
    owed = [
        (await client.post(path, json=body | {"kind": kind, "quantity": 1})).json()
        for kind in ("stand", "afterwork", "job_presentation")
    ]
    await look(4)
    assert len(await alerts(client)) == 3

    given = {"quantity": 1, "given_on": in_days(0).isoformat()}
    answer = await client.post(f"/commitments/{owed[0]['id']}/fulfilments", json=given)
    assert answer.status_code == 201
    await look(5)

    still = (await client.get("/alerts")).json()["items"]
    assert {alert["commitment_id"] for alert in still} == {each["id"] for each in owed[1:]}
    ledger = (await client.get(path, params={"as_of": in_days(0).isoformat()})).json()
    assert sorted(entry["missing"] for entry in ledger["entries"]) == [0, 1, 1]


async def test_the_next_step_of_a_lead_is_due_on_its_day_and_until_it_is_planned_anew(
    client: AsyncClient, look: Any
) -> None:
    step = {"next_step": "Call", "next_on": in_days(2).isoformat()}
    body = {"name": "Aquitaine", "kind": "federation", "department": "33"}
    lead = (await client.post("/leads", json=body | step)).json()

    await look(1)
    assert await alerts(client) == []
    await look(2)
    await look(2)
    assert await alerts(client, rule="lead_step_due") == [("lead_step_due", step["next_on"])]

    planned = {"next_step": "Write", "next_on": in_days(9).isoformat()}
    path = f"/leads/{lead['id']}/next-step"
    assert (await client.put(path, json=planned, headers=ANY)).status_code == 200
    await look(3)
    assert await alerts(client) == []


async def test_a_lost_lead_has_no_next_step_that_falls_due(client: AsyncClient, look: Any) -> None:
    body = {"name": "Aquitaine", "kind": "federation", "department": "33"}
    due, planned = [
        (await client.post("/leads", json=body | {"next_on": in_days(days).isoformat()})).json()
        for days in (0, 2)
    ]
    await look(0)
    assert len(await alerts(client, rule="lead_step_due")) == 1

    lost = {"stage": "lost", "moved_on": in_days(0).isoformat(), "lost_for": "not_now"}
    for lead in (due, planned):
        moved = await client.post(f"/leads/{lead['id']}/stage-changes", json=lost)
        assert (moved.json()["next_step"], moved.json()["next_on"]) == (None, None)
    await look(3)

    assert await alerts(client) == []
    due_by = {"due_by": in_days(9).isoformat()}
    assert (await client.get("/leads", params=due_by)).json()["items"] == []


async def test_two_clocks_at_once_raise_nothing_twice(
    organisation: Make, convention: Make, look: Any, outbox_messages: Any
) -> None:
    for number in range(5):
        await convention(await organisation(f"O{number}"), ends_on=in_days(20).isoformat())

    await asyncio.gather(*(look() for _ in range(4)))

    assert len(await outbox_messages("convention-expiring.v1")) == 5


async def test_whoever_sees_to_an_alert_settles_it_once(
    client: AsyncClient, client_of: ClientOf, organisation: Make, convention: Make, look: Any
) -> None:
    mine = await organisation("Mine")
    await convention(mine, ends_on=in_days(20).isoformat())
    await look()
    [alert] = (await client.get("/alerts")).json()["items"]
    stranger = client_of("partner_manager", organisations=[str(uuid4())])
    path = f"/alerts/{alert['id']}/resolution"

    assert await alerts(stranger) == []
    assert (await stranger.post(path)).status_code == 404
    own = client_of("partner_manager", organisations=[mine["id"]])
    assert (await own.post(path)).json()["settled_by"] == "claire"
    assert (await own.post(path)).status_code == 409
    assert UUID(alert["id"])


async def test_a_clock_killed_before_it_commits_raises_all_the_same(
    client: AsyncClient, organisation: Make, convention: Make, look: Any, settings: Any
) -> None:
    await convention(await organisation("SNI"), ends_on=in_days(20).isoformat())
    code = (
        "import asyncio, datetime\n"
        "from backbone.database.sessions import create_engine, create_sessions\n"
        "from partners.settings import PartnersSettings\n"
        "from partners.worker.deadlines import raise_alerts\n"
        "async def main():\n"
        "    engine = create_engine(PartnersSettings())\n"
        "    now = datetime.datetime.now(datetime.UTC)\n"
        "    await raise_alerts(create_sessions(engine), now=now)\n"
        "asyncio.run(main())\n"
    )
    environment = {
        "DATABASE_URL": settings.database_url.replace("+asyncpg", ""),
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "OIDC_ISSUER": "x",
        "OIDC_AUDIENCE": "x",
        "CRASH_AT": "clock.before_commit",
    }
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", code, env=environment)
    assert await killed.wait() == -signal.SIGKILL
    assert await alerts(client) == []

    await look()

    assert len(await alerts(client)) == 1
