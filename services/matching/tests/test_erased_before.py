"""Whoever was erased does not come back by a file or a form, unless they ask for it themselves."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from httpx import AsyncClient
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.privacy.erased_persons import ErasedKey
from backbone.testing.fixtures import ClientOf, problem_of
from contracts.local_time import today_in

Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
ANY = {"If-Match": "*"}
MENTEE = {"given_name": "Rose", "family_name": "Petit", "department": "93"}
REACHED = {"email": "rose@example.org", "phone": "06 39 98 12 34", "reference": "R1"}


async def erase(client_of: ClientOf, side: str, person_id: str) -> None:
    answer = await client_of("admin").delete(f"/{side}s/{person_id}/personal-data")
    assert answer.status_code == 204, answer.text


@pytest.fixture
async def erased(client: AsyncClient, client_of: ClientOf) -> str:
    """The id of a mentee who was erased."""
    answer = await client.post("/mentees", json=MENTEE | REACHED)
    assert answer.status_code == 201, answer.text
    mentee_id = str(answer.json()["id"])
    await erase(client_of, "mentee", mentee_id)
    return mentee_id


async def test_last_months_file_does_not_bring_an_erased_person_back(
    client: AsyncClient,
    client_of: ClientOf,
    send: Send,
    lines: Any,
    covered: UUID,
) -> None:
    assert covered
    for side, line in (("mentee", lines.mentee(1)), ("mentor", lines.mentor(1))):
        await send(f"{side}s", [line])
        [person] = (await client.get(f"/{side}s")).json()["items"]
        await erase(client_of, side, person["id"])

        again = await send(f"{side}s", [line])

        assert (again["created"], again["wrong"]) == (0, 1)
        [fault] = again["faults"]
        today = today_in(person["department"])
        assert fault["reason"].startswith(f"This person asked to be erased on {today};")
        assert len((await client.get(f"/{side}s")).json()["items"]) == 1


@pytest.mark.parametrize("cell", ["reference", "email", "phone"])
async def test_one_of_reference_address_and_number_is_enough_in_a_file(
    client: AsyncClient, client_of: ClientOf, send: Send, lines: Any, cell: str
) -> None:
    known = {"reference": "F001", "email": "amina1@example.org", "phone": "+33639980001"}
    await send("mentees", [lines.mentee(1)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    await erase(client_of, "mentee", mentee["id"])
    spelled = known[cell].upper().replace("+33", "0")

    again = await send("mentees", [lines.mentee(2, **{cell: spelled}), lines.mentee(3)])

    assert (again["created"], again["wrong"]) == (1, 1)


@pytest.mark.parametrize("name", ["reference", "email", "phone"])
async def test_an_application_of_an_erased_person_is_refused_unless_they_ask_for_it(
    client: AsyncClient, erased: str, name: str
) -> None:
    body = MENTEE | {name: REACHED[name]}

    refused = await client.post("/mentees", json=body)

    assert problem_of(refused) == (409, "erased-before")
    assert "consented_again" in refused.json()["detail"]
    asked = await client.post("/mentees", json=body | {"consented_again": True})
    assert asked.status_code == 201
    assert asked.json()["id"] != erased
    reached = {key: body[key] for key in ("email", "phone") if key in body} or {"remote": True}
    mended = await client.patch(f"/mentees/{asked.json()['id']}", json=reached, headers=ANY)
    assert mended.status_code == 200


@pytest.mark.usefixtures("erased")
async def test_the_address_of_an_erased_person_is_given_to_nobody_else_by_mistake(
    client: AsyncClient,
) -> None:
    other = (await client.post("/mentees", json=MENTEE | {"family_name": "Grand"})).json()
    path, news = f"/mentees/{other['id']}", {"email": "ROSE@example.org"}

    refused = await client.patch(path, json=news, headers=ANY)

    assert problem_of(refused) == (409, "erased-before")
    meant = news | {"consented_again": True}
    assert (await client.patch(path, json=meant, headers=ANY)).status_code == 200


async def test_a_file_says_who_asks_to_be_taken_in_again(
    client: AsyncClient, client_of: ClientOf, import_file: Any, send: Send, lines: Any
) -> None:
    await send("mentees", [lines.mentee(1)])
    [mentee] = (await client.get("/mentees")).json()["items"]
    await erase(client_of, "mentee", mentee["id"])
    header = "reference,given_name,family_name,email,department,degree_level,birth_date,applied_on"
    row = "F001,Amina,Diallo,amina1@example.org,93,5,1990-05-04,2013-09-02"

    again = await import_file(client, "mentees", f"{header},consented_again\n{row},oui")

    assert (again["created"], again["wrong"]) == (1, 0)


async def test_only_salted_hashes_are_stored_of_who_was_erased(
    erased: str, db: AsyncSession
) -> None:
    rows = (await db.exec(select(ErasedKey))).all()

    assert erased
    assert len(rows) == len(REACHED)
    assert all(len(bytes.fromhex(row.key)) == 32 for row in rows)
