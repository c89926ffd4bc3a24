"""The figures of published articles: each has its list and its filters."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from backbone.testing.fixtures import Topics
from contracts import MenteePaired
from contracts.enums import Contract, PriorityNeighbourhood

LATE = datetime(2099, 1, 1, tzinfo=UTC)
BEFORE = "2098-01-01T00:00:00Z"


async def listed(ask: Any, figure: str, column: str, **params: Any) -> list[Any]:
    """Return a column of a figure's list, by the link in the figure."""
    answer = await ask(f"/figures/{figure}", **params)
    rows = (await ask(answer["list"]))["items"]
    assert len(rows) == answer["value"]
    return [row[column] for row in rows]


async def test_regions_are_listed_by_name_as_they_were_on_that_day(
    published: Topics, ask: Any
) -> None:
    assert await listed(ask, "regions_covered", "region_name", as_of="2015-12-31") == [
        "Île-de-France",
        "Haute-Normandie",
        "Poitou-Charentes",
    ]
    assert await listed(ask, "regions_covered", "happened_on", as_of="2015-12-31") == [
        "2007-09-01",
        "2014-10-01",
        "2015-03-01",
    ]
    for column in ("id", "region"):
        assert await listed(ask, "regions_covered", column, as_of="2016-01-01") == ["11"]
    overseas = await listed(ask, "overseas_regions_covered", "region_name", as_of="2014-01-06")
    assert overseas == ["Martinique"]


async def test_a_region_is_covered_or_not_when_it_alone_is_asked_for(
    published: Topics, ask: Any
) -> None:
    for region, covered in (("11", 1), ("23", 1), ("52", 0)):
        answer = await ask("/figures/regions_covered", as_of="2015-12-31", region=region)
        assert answer["value"] == covered
    by_region = await ask("/figures/departments_open", as_of="2015-12-31", by="region")
    assert {r["label"]: r["value"] for r in by_region["rows"]} == {
        "Haute-Normandie": 2,
        "Martinique": 1,
        "Pays de la Loire": 1,
        "Poitou-Charentes": 4,
        "Île-de-France": 8,
    }


async def test_pages_go_on_after_a_region(published: Topics, ask: Any) -> None:
    first = await ask("/figures/regions_covered/list", as_of="2015-12-31", limit=2)
    rest = await ask(
        "/figures/regions_covered/list", as_of="2015-12-31", limit=2, after=first["next"]
    )

    assert [row["id"] for row in first["items"] + rest["items"]] == ["11", "23", "54"]


async def test_an_umbrellas_mentees_of_one_year_are_counted_and_listed(
    published: Topics, ask: Any, story: Any
) -> None:
    again = MenteePaired(
        pairing_id=uuid4(), mentee_id=story.amina, mentor_id=story.m2, starts_on=date(2014, 1, 5)
    )
    earlier = story.mentee(uuid4(), "93", PriorityNeighbourhood.OUT, "2013-03-20")
    before = MenteePaired(
        pairing_id=uuid4(),
        mentee_id=earlier.mentee_id,
        mentor_id=story.m1,
        starts_on=date(2013, 4, 1),
    )
    await published.publish(again, earlier, before)
    ush = {"as_of": "2014-01-06", "umbrella_id": str(story.ush)}

    accompanied = await listed(ask, "mentees_accompanied", "mentee_id", **ush)
    assert accompanied == [str(who) for who in (earlier.mentee_id, story.amina, story.bilal)]
    in_progress = ush | {"programme_year": "2013-2014"}
    assert await listed(ask, "mentees_accompanied", "organisation", **in_progress) == [
        "Immobilière 3F",
        "SNI",
    ]


async def test_a_shares_list_is_narrowed_as_the_share_is(
    published: Topics, ask: Any, story: Any
) -> None:
    answer = await ask(
        "/figures/outcomes_fitting",
        as_of="2016-02-15",
        umbrella_id=story.ush,
        programme_year="2013-2014",
    )

    parts = [answer[part] for part in ("numerator", "denominator")]
    assert (answer["value"], [part["value"] for part in parts]) == (1.0, [2, 2])
    for part in (answer, *parts):
        rows = (await ask(part["list"]))["items"]
        assert {row["mentee_id"] for row in rows} == {str(story.amina), str(story.bilal)}


async def test_own_conventions_of_an_umbrellas_members_are_listed_by_name(
    published: Topics, ask: Any, story: Any
) -> None:
    ush = {"as_of": "2014-01-06", "umbrella_id": story.ush}

    assert await listed(ask, "own_conventions_signed", "organisation", **ush) == [
        "Union sociale pour l'habitat",
        "Immobilière 3F",
    ]
    assert await listed(ask, "own_conventions_signed", "happened_on", **ush) == [
        "2012-07-05",
        "2013-03-01",
    ]


async def test_a_framework_convention_opens_to_its_signatories(
    published: Topics, ask: Any, story: Any
) -> None:
    arosh = {"as_of": "2016-02-15", "organisation_id": story.arosh}
    [convention] = await listed(ask, "framework_conventions_signed", "convention_id", **arosh)

    params = {"as_of": "2016-02-15", "convention_id": convention}
    names = await listed(ask, "framework_signatories", "organisation", **params)
    assert names == ["AROSH Poitou-Charentes", "Habitat 17", None]
    assert await listed(ask, "framework_signatories", "happened_on", **params) == [
        "2015-07-01",
        "2015-07-01",
        "2016-02-01",
    ]
    by = await ask("/figures/framework_signatories", as_of="2015-07-23", by="convention")
    assert [(r["key"], r["label"], r["value"]) for r in by["rows"]] == [
        (str(story.framework), "AROSH Poitou-Charentes, Habitat 17", 2)
    ]


async def test_a_mentee_is_newly_accompanied_once_in_the_period_of_the_first_pairing(
    published: Topics, ask: Any, story: Any
) -> None:
    new, of_priority = (
        "mentees_newly_accompanied",
        "mentees_newly_accompanied_from_priority_neighbourhoods",
    )
    year_2013 = {"as_of": "2016-02-15", "from": "2013-01-01", "to": "2013-12-31"}
    year_2015 = {"as_of": "2016-02-15", "programme_year": "2015-2016"}

    assert await listed(ask, new, "mentee_id", **year_2013) == [str(story.amina), str(story.bilal)]
    assert await listed(ask, new, "mentee_id", **year_2015) == [str(story.chloe)]
    assert await listed(ask, of_priority, "mentee_id", **year_2013) == [str(story.amina)]


async def test_an_outcome_learnt_of_late_changes_what_was_so_and_not_what_was_known(
    published: Topics, ask: Any, story: Any
) -> None:
    params = {"as_of": "2014-01-06"}
    assert (await ask("/figures/outcomes_fitting", **params))["value"] == 0.0
    late = story.outcome(9, story.bilal, story.p2, Contract.CDI, "2013-12-20", fits=True)
    await published.publish(late.model_copy(update={"recorded_at": LATE}))

    so = await ask("/figures/outcomes_fitting", **params)
    known = await ask("/figures/outcomes_fitting", **params, known_at=BEFORE)

    assert (so["value"], known["value"]) == (0.5, 0.0)
    assert [row["mentee_id"] for row in (await ask(so["list"]))["items"]] == [str(story.bilal)]
    assert (await ask(known["list"]))["items"] == []
