import asyncio
import csv
import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient

from backbone.testing.fixtures import ClientOf, Topics
from reporting.domain import Target

NEW = "mentees_newly_accompanied"
OF_PRIORITY = "mentees_newly_accompanied_from_priority_neighbourhoods"
OF_2013 = {"figure": NEW, "starts_on": "2013-01-01", "ends_on": "2013-12-31", "value": 3}


@pytest.fixture
def management(client_of: ClientOf) -> AsyncClient:
    return client_of("admin")


@pytest.fixture
def target(management: AsyncClient) -> Any:
    """Set a target: three mentees in 2013, with these changes."""

    async def target(**changes: Any) -> Any:
        answer = await management.post("/targets", json=OF_2013 | changes)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return target


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2014-12-31", 0.0),
        ("2015-01-01", 16.4),
        ("2015-07-23", 3353.4),
        ("2015-12-30", 5983.6),
        ("2015-12-31", 6000.0),
        ("2020-01-01", 6000.0),
    ],
)
def test_the_pace_is_even_over_the_days_of_the_period(as_of: str, expected: float) -> None:
    year = {"starts_on": date(2015, 1, 1), "ends_on": date(2015, 12, 31)}

    assert Target(figure=NEW, value=6000, **year).expected(date.fromisoformat(as_of)) == expected


def test_a_period_may_be_a_day() -> None:
    day = date(2015, 1, 1)

    assert Target(figure=NEW, value=6, starts_on=day, ends_on=day).expected(day) == 6.0


async def test_a_target_is_shown_with_the_value_reached_and_the_pace(
    published: Topics, ask: Any, target: Any, story: Any
) -> None:
    created = await target()

    progress = await ask(f"/targets/{created['id']}", as_of="2013-10-31")

    link = f"/v1/figures/{NEW}/list?as_of=2013-10-31&from=2013-01-01&to=2013-12-31"
    assert progress.pop("label")["fr"] == "Jeunes nouvellement accompagné·es"
    assert "first pairing" in progress.pop("definition")["en"]
    assert progress == created | {
        "as_of": "2013-10-31",
        "known_at": None,
        "reached": 2,
        "expected": 2.5,
        "ahead_by": -0.5,
        "pace": "behind",
        "list": link,
    }
    rows = (await ask(link))["items"]
    assert [row["mentee_id"] for row in rows] == [str(story.amina), str(story.bilal)]


@pytest.mark.parametrize(
    ("as_of", "reached", "ahead_by", "pace"),
    [
        ("2012-12-31", 0, 0.0, "to_come"),
        ("2013-01-01", 0, 0.0, "ahead"),
        ("2013-09-14", 0, -1.4, "behind"),
        ("2013-10-10", 2, 0.4, "ahead"),
        ("2016-02-15", 2, 0.0, "ahead"),
    ],
)
async def test_what_is_reached_is_ahead_of_the_pace_or_behind(
    published: Topics, ask: Any, target: Any, as_of: str, reached: int, ahead_by: float, pace: str
) -> None:
    created = await target(value=2)

    progress = await ask(f"/targets/{created['id']}", as_of=as_of)

    shown = {name: progress[name] for name in ("reached", "ahead_by", "pace")}
    assert shown == {"reached": reached, "ahead_by": ahead_by, "pace": pace}


async def test_targets_are_listed_by_period_each_with_its_own_figure_and_days(
    published: Topics, ask: Any, target: Any
) -> None:
    later = {"starts_on": "2015-09-01", "ends_on": "2016-08-31"}
    for changes in (later, {"figure": OF_PRIORITY, "value": 1}, {}, later | {"figure": "contacts"}):
        await target(**changes)

    page = await ask("/targets", as_of="2016-02-15", limit=3)
    rest = await ask("/targets", as_of="2016-02-15", limit=3, after=page["next"])

    listed = page["items"] + rest["items"]
    assert [t["starts_on"] for t in listed] == ["2013-01-01"] * 2 + ["2015-09-01"] * 2
    assert {(t["figure"], t["starts_on"][:4]): t["reached"] for t in listed} == {
        (NEW, "2013"): 2,
        (OF_PRIORITY, "2013"): 1,
        (NEW, "2015"): 1,
        ("contacts", "2015"): 1,
    }
    assert rest["next"] is None


async def test_what_was_not_known_yet_was_not_reached(
    published: Topics, ask: Any, target: Any
) -> None:
    created = await target()

    known = {"as_of": "2013-12-31", "known_at": "2014-01-01T00:00:00Z"}
    assert (await ask(f"/targets/{created['id']}", **known))["reached"] == 0
    assert (await ask("/targets", **known))["items"][0]["reached"] == 0


async def test_a_target_is_changed_by_who_has_read_it(management: AsyncClient, target: Any) -> None:
    created = await target()
    path = f"/targets/{created['id']}"
    tag = {"If-Match": (await management.get(path)).headers["etag"]}

    changed = await management.patch(path, json={"value": 5}, headers=tag)
    too_late = await management.patch(path, json={"value": 6}, headers=tag)

    assert (changed.status_code, changed.json()) == (200, created | {"value": 5, "version": 2})
    assert changed.headers["etag"] == (await management.get(path)).headers["etag"]
    assert too_late.status_code == 412
    assert (await management.patch(path, json={"value": 5})).status_code == 428
    assert (await management.patch(path, json={"figure": NEW}, headers=tag)).status_code == 422


@pytest.mark.parametrize(
    ("changes", "status", "kind", "hint"),
    [
        ({"figure": "happiness"}, 404, "no-such-figure", "mentees_accompanied"),
        ({"figure": "outcomes_fitting"}, 422, "no-target-possible", NEW),
        ({"figure": "pairings_active"}, 422, "no-target-possible", "pairings_begun"),
        ({"ends_on": "2012-12-31"}, 422, "period-reversed", "Check both days"),
        ({"value": 0}, 422, "wrong-shape", "value"),
        ({"value": 10**12}, 422, "wrong-shape", "value"),
        ({"starts_on": "0001-01-01"}, 422, "wrong-shape", "starts_on"),
        ({"version": 7}, 422, "wrong-shape", "version"),
    ],
)
async def test_what_can_be_no_target_is_refused_and_says_why(
    management: AsyncClient, changes: dict[str, Any], status: int, kind: str, hint: str
) -> None:
    answer = await management.post("/targets", json=OF_2013 | changes)

    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:problem:{kind}")
    assert hint in answer.json()["detail"]
    assert (await management.get("/targets")).json() == {"items": [], "next": None}


async def test_a_figure_has_one_target_for_a_period(management: AsyncClient) -> None:
    answers = await asyncio.gather(*(management.post("/targets", json=OF_2013) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    [created] = [answer.json() for answer in answers if answer.status_code == 201]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["type"] == "urn:problem:target-set"
    assert created["id"] in refused.json()["detail"]


async def test_the_same_request_sent_twice_sets_one_target(management: AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}
    first = await management.post("/targets", json=OF_2013, headers=key)

    second = await management.post("/targets", json=OF_2013, headers=key)

    assert (second.status_code, second.json()) == (201, first.json())
    assert len((await management.get("/targets")).json()["items"]) == 1


async def test_targets_are_managements_to_set_and_every_readers_to_see(
    client_of: ClientOf, target: Any
) -> None:
    path = f"/targets/{(await target())['id']}"

    for role in ("viewer", "coordinator", "partner_manager", "mentor", "mentee", "machine"):
        client, tag = client_of(role), {"If-Match": "*"}
        assert (await client.post("/targets", json=OF_2013)).status_code == 403
        assert (await client.patch(path, json={"value": 1}, headers=tag)).status_code == 403
        reads = 200 if role in {"viewer", "coordinator", "partner_manager"} else 403
        assert (await client.get(path)).status_code == reads
    assert (await client_of().post("/targets", json=OF_2013)).status_code == 401
    assert (await client_of("admin").get(f"/targets/{uuid4()}")).status_code == 404


async def test_targets_are_exported_with_their_pace(
    published: Topics, client: AsyncClient, target: Any
) -> None:
    await target()

    answer = await client.get("/targets.csv?as_of=2013-10-31&lang=fr")

    rows = list(csv.reader(io.StringIO(answer.text[1:]), delimiter=";"))
    assert [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] == [
        {
            "chiffre": NEW,
            "libellé": "Jeunes nouvellement accompagné·es",
            "début": "2013-01-01",
            "fin": "2013-12-31",
            "objectif": "3",
            "réalisé": "2",
            "attendu": "2,5",
            "avance": "-0,5",
            "rythme": "behind",
            "au": "2013-10-31",
        }
    ]
