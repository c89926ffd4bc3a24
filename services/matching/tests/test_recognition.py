"""People are recognised however their name is written; families and second tries are let in."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backbone.messaging.outbox import Outbox

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
Send = Callable[[str, Sequence[str]], Awaitable[dict[str, Any]]]
SOMEBODY = {"department": "93", "birth_date": "1990-05-04", "degree_level": 5}
SOMEBODY |= {"applied_on": "2013-09-02"}


async def apply(client: AsyncClient, given: str, family: str, **said: Any) -> Any:
    names = {"given_name": given, "family_name": family}
    return await client.post("/mentees", json=SOMEBODY | names | said)


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (("Lætitia", "Lœuillet"), ("Laetitia", "Loeuillet")),
        (("LÆTITIA", "LŒUILLET"), ("laetitia", "loeuillet")),
        (("Amina", "Diallo"), ("Ami\u200bna", "Dia\u00adllo")),
        (("Anaïs", "Lefèvre"), ("Anai\u0308s", "LEFEVRE")),
        (("Amina", "Diallo"), ("Diallo", "Amina")),
        (("Jean-Pierre", "Dupont"), ("Dupont", "JEAN PIERRE")),
        (("Amina", "Diallo"), ("Amina", "Diallo-Ba")),
        (("Amina", "Ba\N{NO-BREAK SPACE}Diallo"), ("Amina", "Diallo")),
        (("Éloïse", "de la Tour"), ("Eloise", "Delatour")),
        (("Éloïse", "d\N{RIGHT SINGLE QUOTATION MARK}Almeida"), ("Eloise", "D'Almeida")),
        (("Éloïse", "d\N{RIGHT SINGLE QUOTATION MARK}Almeida"), ("Eloise", "Almeida")),
        (("Søren", "Łukasz"), ("Soren", "Lukasz")),
        (("Straße", "Groß"), ("Strasse", "Gross")),
        (("Amina Fatou", "Diallo"), ("Amina", "Diallo")),
    ],
)
async def test_a_name_is_recognised_however_it_is_written(
    client: AsyncClient, first: tuple[str, str], again: tuple[str, str]
) -> None:
    assert (await apply(client, *first)).status_code == 201

    answer = await apply(client, *again)

    assert answer.json()["type"] == "urn:problem:applied-already", answer.text
    assert (await apply(client, *again, confirmed=True)).status_code == 201
    listed = (await client.get("/mentees/duplicates")).json()["items"]
    assert len(listed) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"given": "Amina", "family": "Ba"},
        {"given": "Bintou", "family": "Diallo"},
        {"given": "Amina", "family": "Dial"},
        {"given": "Amina", "family": "Diallo-Ba", "birth_date": "1991-05-04"},
    ],
)
async def test_a_part_of_a_name_is_somebody_else(client: AsyncClient, other: Any) -> None:
    await apply(client, "Amina", "Diallo")

    answer = await apply(client, **other)

    assert answer.status_code == 201, answer.text
    assert (await client.get("/mentees/duplicates")).json()["items"] == []


@pytest.mark.parametrize(
    "shared", [{"phone": "06 39 98 00 01"}, {"email": "famille.diallo@example.org"}]
)
async def test_siblings_share_an_address_and_are_two_people(
    client: AsyncClient, shared: dict[str, str]
) -> None:
    await apply(client, "Amina", "Diallo", **shared)

    brother = await apply(client, "Moussa", "Diallo", birth_date="1992-03-01", **shared)
    herself = await apply(client, "Amina", "Ba", birth_date="1990-05-05", **shared)

    assert brother.status_code == 201, brother.text
    assert herself.json()["type"] == "urn:problem:applied-already"


async def test_a_name_that_was_changed_is_recognised_by_its_new_form(client: AsyncClient) -> None:
    mentee = (await apply(client, "Amina", "Diallo")).json()
    tag = {"If-Match": "*"}
    await client.patch(f"/mentees/{mentee['id']}", json={"family_name": "Bœuf"}, headers=tag)

    assert (await apply(client, "Amina", "Boeuf")).status_code == 409
    assert (await apply(client, "Amina", "Diallo")).status_code == 201


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"degree_level": 3}, "degree_too_low"),
        ({}, "withdrawn"),
        ({}, "unreachable"),
    ],
)
async def test_who_was_refused_or_withdrew_applies_again_and_is_admitted_once(
    client: AsyncClient, outbox_messages: Announced, facts: dict[str, Any], reason: str
) -> None:
    first = (await apply(client, "Amina", "Diallo", **facts)).json()
    decision = {"admit": False, "reason": reason, "decided_on": "2013-09-03"}
    closed = await client.post(f"/mentees/{first['id']}/decision", json=decision)
    assert closed.status_code == 200, closed.text

    again = await apply(client, "Amina", "Diallo", applied_on="2014-09-02")

    assert again.status_code == 201, again.text
    path = f"/mentees/{again.json()['id']}/decision"
    admitted = await client.post(path, json={"admit": True, "decided_on": "2014-09-03"})
    assert admitted.status_code == 200, admitted.text
    [event] = await outbox_messages("mentee-admitted.v1")
    assert event.key == again.json()["id"]
    third = await apply(client, "Amina", "Diallo", applied_on="2014-10-02")
    assert third.json()["type"] == "urn:problem:applied-already"
    assert again.json()["id"] in third.json()["detail"]


async def test_who_was_refused_by_a_file_is_taken_from_the_next(
    send: Send, outbox_messages: Announced, lines: Any
) -> None:
    refused = await send("mentees", [lines.mentee(1, degree_level="3")])

    again = await send("mentees", [lines.mentee(2, family_name="Diallo1", phone="+33639980001")])

    assert (refused["refused"], again["created"], again["refused"]) == (1, 1, 0)
    assert len(await outbox_messages("mentee-admitted.v1")) == 1


async def test_an_application_is_compared_by_indexes(db: AsyncSession) -> None:
    connection = await db.connection()
    await connection.execute(text("SET LOCAL enable_seqscan = off"))
    for condition in ("birth_date = '1990-05-04'", "lower(email) = 'a@b.fr'", "phone = '+336'"):
        query = text(f"EXPLAIN SELECT id FROM mentee WHERE {condition}")  # noqa: S608
        plan = "\n".join(str(row[0]) for row in await connection.execute(query))
        assert "Index" in plan, plan
