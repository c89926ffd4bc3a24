"""Where organisations are, and where the programme is open: a map's data."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from httpx import AsyncClient
from stdnum import luhn

from backbone.testing.fixtures import Topics
from contracts import MentorEnrolled

Make = Callable[..., Awaitable[dict[str, Any]]]

ANY = {"If-Match": "*"}


async def test_a_map_shows_who_is_where_on_a_day(
    client: AsyncClient, organisation: Make, convention: Make, topics: Topics
) -> None:
    since = {"registered_on": "2012-07-02"}
    i3f = await organisation("3F", kind="social_landlord", **since)
    await organisation("Later", department="93", registered_on="2014-02-01")
    await client.put(
        f"/organisations/{i3f['id']}/profile", json={"departments": ["75", "93"]}, headers=ANY
    )
    await convention(i3f)
    money = {"amount": 500_000, "payment": "transfer", "given_on": "2013-10-15"}
    await client.post(f"/organisations/{i3f['id']}/gifts", json=money)
    await client.post("/departments", json={"department": "93", "opened_on": "2007-01-08"})
    await topics.publish(
        MentorEnrolled(
            mentor_id=uuid4(),
            organisation_id=UUID(i3f["id"]),
            department="93",
            capacity=1,
            enrolled_on=date(2013, 1, 1),
        )
    )

    async def seen(code: str, **asked: str) -> tuple[Any, ...]:
        rows = (await client.get("/map", params={"as_of": "2014-01-06"} | asked)).json()
        assert len(rows) == 101
        [row] = [row for row in rows if row["department"] == code]
        names = ("region_name", "opened_on", "organisations", "signatories", "patrons", "mentors")
        return tuple(row[name] for name in names)

    assert await seen("75") == ("Île-de-France", None, 1, 1, 1, 1)
    assert await seen("93") == ("Île-de-France", "2007-01-08", 1, 1, 1, 0)
    assert await seen("93", as_of="2014-02-01") == ("Île-de-France", "2007-01-08", 2, 1, 1, 0)
    assert await seen("93", kind="company") == ("Île-de-France", "2007-01-08", 0, 0, 0, 0)
    assert await seen("67") == ("Alsace", None, 0, 0, 0, 0)
    assert await seen("67", as_of="2016-01-01") == ("Grand Est", None, 0, 0, 0, 0)


async def test_an_organisation_reaches_where_it_is_and_where_its_members_are(
    client: AsyncClient, organisation: Make
) -> None:
    ush = await organisation("USH", kind="federation")
    member = {"member_of": {ush["id"]: "2008-01-01"}}
    arosh = await organisation("AROSH", department="86", **member)
    await organisation("H17", department="17", member_of={arosh["id"]: "2010-01-01"})
    number = f"{arosh['siren']}0001"
    place = {"siret": number + luhn.calc_check_digit(number), "name": "Agence", "department": "17"}
    added = await client.post(f"/organisations/{arosh['id']}/places", json=place)
    assert added.status_code == 201, added.text

    async def reach(who: Any, as_of: str) -> list[tuple[str, bool, int]]:
        path = f"/organisations/{who['id']}/departments"
        rows = (await client.get(path, params={"as_of": as_of})).json()
        return [(row["department"], row["itself"], row["members"]) for row in rows]

    assert await reach(ush, "2014-01-06") == [("17", False, 2), ("75", True, 0), ("86", False, 1)]
    assert await reach(ush, "2009-01-01") == [("17", False, 1), ("75", True, 0), ("86", False, 1)]
    assert await reach(arosh, "2009-01-01") == [("17", True, 0), ("86", True, 0)]


async def test_a_region_is_covered_once_all_its_departments_are_open(client: AsyncClient) -> None:
    for department, opened_on in (("27", "2014-09-01"), ("76", "2014-10-01"), ("14", "2015-03-02")):
        body = {"department": department, "opened_on": opened_on}
        await client.post("/departments", json=body)

    async def region(name: str, as_of: str) -> tuple[Any, ...]:
        rows = (await client.get("/regions", params={"as_of": as_of})).json()
        [row] = [row for row in rows if row["region_name"] == name]
        names = ("departments", "open", "opened_on", "covered_since")
        return tuple(row[field] for field in names)

    normandy = "Haute-Normandie"
    assert await region(normandy, "2014-08-31") == (2, 0, None, None)
    assert await region(normandy, "2014-09-01") == (2, 1, "2014-09-01", None)
    assert await region(normandy, "2014-10-01") == (2, 2, "2014-09-01", "2014-10-01")
    assert await region("Normandie", "2016-01-01") == (5, 3, "2014-09-01", None)
