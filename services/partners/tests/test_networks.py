"""Networks: who is of one, what they do together, what came of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from backbone.testing.fixtures import problem_of

Make = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
async def network(client: AsyncClient) -> dict[str, Any]:
    answer = await client.post("/networks", json={"name": "Réseau des bailleurs"})
    return dict(answer.json())


async def join(client: AsyncClient, network: Any, who: Any, on: str) -> Response:
    body = {"organisation_id": who["id"], "joined_on": on}
    return await client.post(f"/networks/{network['id']}/members", json=body)


async def test_an_organisation_is_of_a_network_once_at_a_time(
    client: AsyncClient, network: Any, organisation: Make, outbox_messages: Any
) -> None:
    i3f = await organisation("Immobilière 3F")
    departure = f"/networks/{network['id']}/members/{i3f['id']}/end"

    answers = await asyncio.gather(*(join(client, network, i3f, "2014-03-01") for _ in range(5)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 4
    early = await client.post(departure, json={"left_on": "2014-02-01"})
    assert problem_of(early) == (409, "not-of-network")
    assert (await client.post(departure, json={"left_on": "2015-03-01"})).status_code == 200
    assert problem_of(await join(client, network, i3f, "2015-03-01")) == (409, "of-network-already")
    assert (await join(client, network, i3f, "2015-03-02")).status_code == 201
    published = [row.type for row in await outbox_messages() if row.topic == "partners.networks"]
    assert published == ["network-joined.v1", "network-left.v1", "network-joined.v1"]
    twice = await client.post("/networks", json={"name": "Réseau des bailleurs"})
    assert problem_of(twice) == (409, "network-named")
    listed = (await client.get(f"/networks/{network['id']}/members")).json()["items"]
    assert [each["left_on"] for each in listed] == ["2015-03-01", None]


async def test_members_act_together_and_count_what_came_of_it(
    client: AsyncClient, network: Any, organisation: Make, outbox_messages: Any
) -> None:
    i3f, sni, other = [await organisation(name) for name in ("3F", "SNI", "Other")]
    for who in (i3f, sni):
        await join(client, network, who, "2014-03-01")
    path = f"/networks/{network['id']}/actions"

    def action(*who: Any, on: str = "2014-10-11") -> dict[str, Any]:
        return {"name": "Forum", "begun_on": on, "organisations": [o["id"] for o in who]}

    stranger = await client.post(path, json=action(i3f, other))
    assert problem_of(stranger) == (409, "not-of-network")
    early = await client.post(path, json=action(i3f, on="2014-02-28"))
    assert problem_of(early) == (409, "not-of-network")
    begun = (await client.post(path, json=action(i3f, sni, i3f))).json()
    assert sorted(begun["organisations"]) == sorted([i3f["id"], sni["id"]])
    counts = f"{path}/{begun['id']}/counts"

    async def count(measure: str, quantity: int, on: str = "2014-12-01") -> Response:
        body = {"quantity": quantity, "counted_on": on}
        return await client.put(f"{counts}/{measure}", json=body)

    assert problem_of(await count("youths_met", 40, "2014-10-10")) == (422, "before-begun")
    assert problem_of(await count("youths_met", -1)) == (422, "wrong-shape")
    assert problem_of(await count("happiness", 1)) == (422, "wrong-shape")
    for quantity in (40, 42):
        assert (await count("youths_met", quantity)).status_code == 200
    await count("mentors_found", 3)
    [listed] = (await client.get(path)).json()["items"]
    published = [(each["measure"], each["quantity"]) for each in listed["counts"]]
    assert published == [("mentors_found", 3), ("youths_met", 42)]
    said = [json.loads(row.payload) for row in await outbox_messages("joint-action-counted.v1")]
    assert [each["quantity"] for each in said] == [40, 42, 3]
    nowhere = await client.put(
        f"{path}/{uuid4()}/counts/youths_met", json={"quantity": 1, "counted_on": "2014-12-01"}
    )
    assert nowhere.status_code == 404
