import asyncio
from typing import Any

import orjson
import pytest
from httpx import AsyncClient
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.database.sessions import Sessions, transaction
from backbone.testing.fixtures import ClientOf
from partners.commands.territories import OpenDepartment, open_departments
from partners.domain.tables import DepartmentOpening
from partners.domain.territories import DepartmentOpen

SEINE_SAINT_DENIS = {"department": "93", "opened_on": "2007-01-15"}


async def test_an_opening_is_answered_and_announced_under_the_departments_code(
    client: AsyncClient, outbox_messages: Any
) -> None:
    answer = await client.post("/departments", json=SEINE_SAINT_DENIS)

    assert (answer.status_code, answer.json()) == (
        201,
        {
            "department": "93",
            "department_name": "Seine-Saint-Denis",
            "region": "11",
            "region_name": "Île-de-France",
            "opened_on": "2007-01-15",
        },
    )
    [opened] = await outbox_messages()
    assert (opened.topic, opened.key, opened.sequence) == ("partners.territories", "93", 1)
    assert opened.type == "department-opened.v1"
    assert orjson.loads(opened.payload)["occurred_at"] == "2007-01-15T11:00:00Z"


async def test_a_department_opens_once_and_the_refusal_says_since_when(
    client: AsyncClient, outbox_messages: Any
) -> None:
    await client.post("/departments", json=SEINE_SAINT_DENIS)

    answer = await client.post("/departments", json=SEINE_SAINT_DENIS | {"opened_on": "2010-01-01"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem:department-open")
    assert "open in Seine-Saint-Denis (93) since 2007-01-15" in answer.json()["detail"]
    assert len(await outbox_messages()) == 1


async def test_of_two_who_open_a_department_at_once_one_does(
    client: AsyncClient, outbox_messages: Any
) -> None:
    answers = await asyncio.gather(
        *(client.post("/departments", json=SEINE_SAINT_DENIS) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await outbox_messages()) == 1


async def test_the_same_request_sent_twice_opens_once(
    client: AsyncClient, outbox_messages: Any
) -> None:
    key = {"Idempotency-Key": "one"}
    first = await client.post("/departments", json=SEINE_SAINT_DENIS, headers=key)

    second = await client.post("/departments", json=SEINE_SAINT_DENIS, headers=key)

    assert (second.status_code, second.json()) == (201, first.json())
    assert len(await outbox_messages()) == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"department": "20"}, "department-unknown"),
        ({"opened_on": "2099-01-01"}, "day-to-come"),
        ({"department": "00093"}, "wrong-shape"),
        ({"opened_on": None}, "wrong-shape"),
        ({"region": "11"}, "wrong-shape"),
    ],
)
async def test_a_wrong_opening_is_neither_kept_nor_announced(
    client: AsyncClient, db: AsyncSession, outbox_messages: Any, said: dict[str, Any], kind: str
) -> None:
    answer = await client.post("/departments", json=SEINE_SAINT_DENIS | said)

    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:problem:{kind}")
    assert (await db.exec(select(DepartmentOpening))).all() == []
    assert await outbox_messages() == []


async def test_departments_are_listed_as_they_opened_each_with_the_region_of_that_day(
    client: AsyncClient,
) -> None:
    for department, opened_on in (
        ("76", "2014-09-01"),
        ("14", "2016-01-01"),
        ("974", "2013-01-01"),
    ):
        await client.post("/departments", json={"department": department, "opened_on": opened_on})

    first = (await client.get("/departments", params={"limit": 2})).json()
    rest = (await client.get("/departments", params={"limit": 2, "after": first["next"]})).json()

    assert [(o["department"], o["region_name"]) for o in first["items"] + rest["items"]] == [
        ("974", "La Réunion"),
        ("76", "Haute-Normandie"),
        ("14", "Normandie"),
    ]
    assert rest["next"] is None


async def test_a_confined_manager_opens_no_department(client_of: ClientOf) -> None:
    client = client_of("partner_manager", organisations=[])

    answer = await client.post("/departments", json=SEINE_SAINT_DENIS)

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:problem:forbidden")


async def test_a_list_of_openings_is_taken_as_a_whole_or_not_at_all(
    sessions: Sessions, db: AsyncSession, outbox_messages: Any
) -> None:
    def opening(department: str) -> OpenDepartment:
        return OpenDepartment(department=department, opened_on="2007-01-15")

    async with transaction(sessions) as session:
        await open_departments(session, [opening("95"), opening("91")])
    for refused in (["92", "91"], ["92", "92"]):
        with pytest.raises(DepartmentOpen):
            async with transaction(sessions) as session:
                await open_departments(session, [opening(code) for code in refused])

    assert sorted((await db.exec(select(DepartmentOpening.department))).all()) == ["91", "95"]
    assert [event.key for event in await outbox_messages()] == ["95", "91"]
