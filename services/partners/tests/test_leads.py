"""Possible partners: who introduced them, how far they are, and what becomes of them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient, Response

from backbone.messaging.outbox import Outbox
from backbone.testing.fixtures import ClientOf

Make = Callable[..., Awaitable[dict[str, Any]]]
Announced = Callable[..., Awaitable[Sequence[Outbox]]]


@pytest.fixture
def lead(client: AsyncClient) -> Make:
    """Note a lead that was heard of on 2 March 2015."""

    async def lead(name: str = "Bailleurs d'Aquitaine", **said: Any) -> dict[str, Any]:
        body = {"name": name, "kind": "federation", "department": "33", "heard_on": "2015-03-02"}
        answer = await client.post("/leads", json=body | said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return lead


async def move(client: AsyncClient, lead: dict[str, Any], stage: str, on: str, **said: Any) -> Any:
    body = {"stage": stage, "moved_on": on} | said
    return await client.post(f"/leads/{lead['id']}/stage-changes", json=body)


async def convert(client: AsyncClient, lead: dict[str, Any], **said: Any) -> Response:
    body = {"signed_on": "2015-09-01"} | said
    return await client.post(f"/leads/{lead['id']}/conversion", json=body)


def kinds(published: Sequence[Outbox]) -> list[str]:
    return [row.type for row in published]


async def test_a_lead_moves_on_until_it_is_an_organisation_with_a_convention(
    client: AsyncClient, organisation: Make, lead: Make, siren: Any, outbox_messages: Announced
) -> None:
    arosh = await organisation("AROSH Poitou-Charentes")
    aquitaine = await lead(introduced_by=arosh["id"])
    assert (await move(client, aquitaine, "contacted", "2015-03-20")).status_code == 201
    assert (await move(client, aquitaine, "met", "2015-04-10")).json()["stage"] == "met"

    number = siren()
    signed = await convert(client, aquitaine, siren=number, effective_on="2015-10-01")

    assert signed.status_code == 200, signed.text
    assert signed.json()["stage"] == "signed"
    found = (await client.get(f"/organisations/{signed.json()['organisation_id']}")).json()
    assert (found["name"], found["siren"]) == ("Bailleurs d'Aquitaine", number)
    covered = await client.get(
        f"/organisations/{found['id']}/coverage", params={"on": "2015-10-01"}
    )
    assert covered.json()["covered"]
    assert kinds(await outbox_messages())[2:] == [
        "lead-heard-of.v1",
        "lead-moved.v1",
        "lead-moved.v1",
        "organisation-registered.v1",
        "organisation-card.v1",
        "convention-signed.v1",
        "lead-moved.v1",
        "lead-converted.v1",
    ]
    for published in await outbox_messages():
        if published.topic == "partners.leads":
            assert b"Aquitaine" not in (published.payload or b"")


async def test_several_sign_a_framework_convention_with_a_lead(
    client: AsyncClient, organisation: Make, lead: Make, siren: Any
) -> None:
    other = await organisation("Domofrance")

    signed = await convert(
        client, await lead(siren=siren()), others=[{"organisation_id": other["id"]}]
    )

    of_other = {"organisation_id": other["id"]}
    [convention] = (await client.get("/conventions", params=of_other)).json()["items"]
    assert convention["kind"] == "framework"
    both = {signatory["organisation_id"] for signatory in convention["signatories"]}
    assert both == {other["id"], signed.json()["organisation_id"]}


async def test_who_introduced_whom_is_a_chain(
    client: AsyncClient, organisation: Make, lead: Make, siren: Any
) -> None:
    ush = await organisation("USH")
    arosh = await lead("AROSH Poitou-Charentes", introduced_by=ush["id"], siren=siren())
    signed = (await convert(client, arosh)).json()
    aquitaine = await lead(heard_on="2015-09-10", introduced_by=signed["organisation_id"])

    chain = (await client.get(f"/leads/{aquitaine['id']}/introductions")).json()

    assert [(each["name"], each["once_lead"]) for each in chain] == [
        ("AROSH Poitou-Charentes", arosh["id"]),
        ("USH", None),
    ]


async def test_the_next_step_is_found_when_it_is_due(client: AsyncClient, lead: Make) -> None:
    soon, late = await lead(next_step="Call", next_on="2015-03-20"), await lead("Another")
    await client.put(
        f"/leads/{late['id']}/next-step",
        json={"next_step": "Send a draft", "next_on": "2015-04-30"},
        headers={"If-Match": f'"{late["version"]}"'},
    )

    async def due(day: str) -> list[str]:
        found = await client.get("/leads", params={"due_by": day})
        return [each["id"] for each in found.json()["items"]]

    assert await due("2015-03-19") == []
    assert await due("2015-03-20") == [soon["id"]]
    assert set(await due("2015-05-01")) == {soon["id"], late["id"]}


async def test_the_pipeline_is_told_as_of_a_day(
    client: AsyncClient, lead: Make, siren: Any
) -> None:
    one, other, third = await lead("One", siren=siren()), await lead("Other"), await lead("Third")
    await move(client, one, "met", "2015-04-01")
    await move(client, one, "negotiating", "2015-04-01")
    await move(client, other, "lost", "2015-06-01", lost_for="not_now")
    await convert(client, one, signed_on="2015-07-01")
    await move(client, third, "contacted", "2015-08-01")

    async def pipeline(day: str) -> dict[str, Any]:
        published: dict[str, Any] = (
            await client.get("/leads/pipeline", params={"as_of": day})
        ).json()
        return published | {"stages": {s: n for s, n in published["stages"].items() if n}}

    assert (await pipeline("2015-03-01"))["stages"] == {}
    assert (await pipeline("2015-04-01"))["stages"] == {"heard_of": 2, "negotiating": 1}
    assert (await pipeline("2015-06-01"))["converted"] == 0
    assert await pipeline("2015-08-01") == {
        "as_of": "2015-08-01",
        "stages": {"contacted": 1, "signed": 1, "lost": 1},
        "converted": 0.5,
        "days": (date(2015, 7, 1) - date(2015, 3, 2)).days,
    }


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [
        ({"stage": "lost", "moved_on": "2015-04-01"}, 422, "loss-unexplained"),
        (
            {"stage": "met", "moved_on": "2015-04-01", "lost_for": "not_now"},
            422,
            "loss-unexplained",
        ),
        ({"stage": "signed", "moved_on": "2015-04-01"}, 409, "lead-signed"),
        ({"stage": "met", "moved_on": "2015-03-01"}, 422, "before-last"),
        ({"stage": "met", "moved_on": "2099-03-01"}, 422, "day-to-come"),
    ],
)
async def test_a_move_that_cannot_be_is_refused(
    client: AsyncClient,
    lead: Make,
    outbox_messages: Announced,
    said: dict[str, Any],
    status: int,
    kind: str,
) -> None:
    noted = await lead()

    answer = await client.post(f"/leads/{noted['id']}/stage-changes", json=said)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:problem:{kind}")
    assert kinds(await outbox_messages()) == ["lead-heard-of.v1"]


async def test_a_conversion_that_cannot_be_leaves_nothing_half_done(
    client: AsyncClient, organisation: Make, lead: Make, outbox_messages: Announced
) -> None:
    taken, noted = await organisation("Domofrance"), await lead()
    before = len(await outbox_messages())

    without = await convert(client, noted)
    same = await convert(client, noted, siren=taken["siren"])
    early = await convert(client, noted, siren="732829320", effective_on="2015-08-01")

    assert [answer.status_code for answer in (without, same, early)] == [422, 409, 422]
    assert len(await outbox_messages()) == before
    assert (await client.get(f"/leads/{noted['id']}")).json()["stage"] == "heard_of"
    found = await client.get("/organisations", params={"siren": "732829320"})
    assert found.json()["items"] == []


async def test_what_is_over_is_not_moved_or_converted(
    client: AsyncClient, lead: Make, siren: Any
) -> None:
    lost = await lead()
    await move(client, lost, "lost", "2015-04-01", lost_for="no_answer")

    again = await move(client, lost, "met", "2015-05-01")

    assert (again.status_code, again.json()["type"]) == (409, "urn:problem:lead-over")
    assert (await convert(client, lost, siren=siren())).status_code == 409


async def test_who_looks_after_an_organisation_sees_what_it_introduced(
    client: AsyncClient, client_of: ClientOf, organisation: Make, lead: Make
) -> None:
    arosh = await organisation("AROSH Poitou-Charentes")
    theirs, others = await lead(introduced_by=arosh["id"]), await lead("Other")
    manager = client_of("partner_manager", organisations=[arosh["id"]])

    assert [each["id"] for each in (await manager.get("/leads")).json()["items"]] == [theirs["id"]]
    assert (await manager.get(f"/leads/{others['id']}")).status_code == 404
    assert (await move(manager, others, "met", "2015-04-01")).status_code == 404
    assert (await move(manager, theirs, "met", "2015-04-01")).status_code == 201
    assert (await convert(manager, theirs)).status_code == 403
    assert (await client_of("mentor").get("/leads")).status_code == 403
