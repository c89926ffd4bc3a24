"""Youths whom organisations refer: coordinators call them, and say who they became."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import ClientOf, Topics, problem_of
from contracts import OrganisationCard, YouthCard, YouthReferred
from contracts.enums import Language

APPLICATION = {
    "given_name": "Amina",
    "family_name": "Diallo",
    "email": "amina.diallo@example.org",
    "department": "93",
    "birth_date": "1991-05-04",
    "degree_level": 5,
    "applied_on": "2014-10-20",
}


def card(youth_id: UUID, department: str = "93") -> YouthCard:
    return YouthCard(
        youth_id=youth_id,
        given_name="Amina",
        family_name="Diallo",
        email="amina.diallo@example.org",
        phone=None,
        language=Language.FRENCH,
        department=department,
    )


@pytest.fixture
async def youth(topics: Topics) -> UUID:
    """Somebody whom Immobilière 3F referred first, and SNI later."""
    youth_id = uuid4()
    for name, siren, first, on in (
        ("SNI", "732829320", False, date(2014, 10, 9)),
        ("Immobilière 3F", "552141533", True, date(2014, 10, 2)),
    ):
        organisation_id = uuid4()
        await topics.publish(
            OrganisationCard(organisation_id=organisation_id, name=name, siren=siren),
            YouthReferred(
                referral_id=uuid4(),
                youth_id=youth_id,
                organisation_id=organisation_id,
                department="93",
                first=first,
                referred_on=on,
            ),
        )
    await topics.publish(card(youth_id))
    return youth_id


async def waiting(client: AsyncClient) -> list[dict[str, Any]]:
    return list((await client.get("/referred-youths")).json()["items"])


async def test_coordinators_see_whom_to_call_and_who_has_the_credit(
    client: AsyncClient, client_of: ClientOf, youth: UUID
) -> None:
    [seen] = await waiting(client)

    assert (seen["youth_id"], seen["email"]) == (str(youth), "amina.diallo@example.org")
    published = [(each["name"], each["first"]) for each in seen["referred_by"]]
    assert published == [("Immobilière 3F", True), ("SNI", False)]
    assert await waiting(client_of("coordinator", regions=["84"])) == []
    assert len(await waiting(client_of("coordinator", regions=["11"]))) == 1


async def test_whoever_was_referred_applies_and_partners_hears_who_they_are(
    client: AsyncClient, youth: UUID, outbox_messages: Any
) -> None:
    body = APPLICATION | {"youth_id": str(youth)}
    mentee = (await client.post("/mentees", json=body)).json()

    assert await waiting(client) == []
    [published] = await outbox_messages("youth-applied.v1")
    said = json.loads(published.payload)
    assert (said["youth_id"], said["mentee_id"]) == (str(youth), mentee["id"])
    again = await client.post("/mentees", json=body | {"confirmed": True})
    assert problem_of(again) == (409, "referral-taken")
    listed = (await client.get("/mentees")).json()["items"]
    assert len(listed) == 1


async def test_whoever_had_applied_before_is_found_again(
    client: AsyncClient, youth: UUID, outbox_messages: Any
) -> None:
    mentees = [
        (await client.post("/mentees", json=APPLICATION | {"confirmed": True})).json()
        for _ in range(4)
    ]

    answers = await asyncio.gather(
        *(
            client.post(f"/mentees/{mentee['id']}/referral", json={"youth_id": str(youth)})
            for mentee in mentees
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await outbox_messages("youth-applied.v1")) == 1


async def test_who_agrees_to_it_no_more_is_forgotten(
    client: AsyncClient, topics: Topics, youth: UUID
) -> None:
    await topics.publish(YouthCard.erasure(youth))

    assert await waiting(client) == []
    answer = await client.post("/mentees", json=APPLICATION | {"youth_id": str(youth)})
    assert problem_of(answer) == (422, "no-such-referral")
    assert (await client.get("/mentees")).json()["items"] == []


@pytest.mark.parametrize("role", ["mentor", "mentee", "viewer", "partner_manager"])
async def test_only_coordinators_see_names(client_of: ClientOf, role: str) -> None:
    assert (await client_of(role).get("/referred-youths")).status_code == 403
