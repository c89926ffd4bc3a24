import asyncio
import csv
import io
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.files.spreadsheets import write_csv
from backbone.testing.fixtures import ClientOf, Topics
from contracts import OrganisationCard

PATHS = [
    "/figures",
    "/figures.csv",
    "/figures/mentors",
    "/figures/mentors.csv?by=region",
    "/figures/mentors/list",
    "/figures/mentors/list.csv",
    "/targets",
    "/targets.csv",
]


@pytest.mark.parametrize("path", PATHS)
async def test_figures_are_for_readers(client_of: ClientOf, path: str) -> None:
    for role in ("viewer", "coordinator", "partner_manager", "admin"):
        assert (await client_of(role).get(path)).status_code == 200
    for role in ("mentor", "mentee", "machine"):
        assert (await client_of(role).get(path)).status_code == 403
    assert (await client_of().get(path)).status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "kind", "hint"),
    [
        ("/figures/happiness", 404, "no-such-figure", "mentees_accompanied"),
        ("/figures/happiness/list.csv", 404, "no-such-figure", "mentees_accompanied"),
        ("/figures/mentees_admitted?by=organisation", 422, "no-such-breakdown", "department"),
        ("/figures/mentees_admitted/list?umbrella_id=none", 422, "no-such-filter", "department"),
        ("/figures?as_of=2015-12-31&region=28", 422, "no-such-region", "23 Haute-Normandie"),
        ("/figures/mentors/list?after=x", 422, "invalid", "first page"),
        ("/figures/mentors/list?after=2014-13-01~x", 422, "invalid", "first page"),
        ("/figures/mentors/list?after=2014-01-01~75", 422, "invalid", "first page"),
        ("/figures/regions_covered/list?after=2014-01-01~%00", 422, "wrong-shape", "U+0000"),
        ("/figures/regions_covered?department=75", 422, "no-such-filter", "region"),
        ("/figures/regions_covered?by=organisation", 422, "no-such-breakdown", "region"),
        ("/figures?as_of=yesterday", 422, "wrong-shape", "as_of"),
        ("/figures?as_of=0001-01-01", 422, "wrong-shape", "as_of"),
        ("/figures?known_at=2014-01-06T00:00:00", 422, "wrong-shape", "known_at"),
        ("/figures?asof=2014-01-06", 422, "wrong-shape", "asof"),
        ("/figures?names=mentors&names=happiness", 404, "no-such-figure", "mentees_accompanied"),
        ("/figures.csv?names=happiness", 404, "no-such-figure", "mentees_accompanied"),
        ("/figures?names=mentees_admitted&umbrella_id=none", 422, "no-such-filter", "department"),
        ("/figures?names=" + "x" * 101, 422, "wrong-shape", "names"),
        ("/figures?" + "names=mentors&" * 101, 422, "wrong-shape", "names"),
        ("/figures?from=2014-02-01&to=2014-01-01", 422, "wrong-shape", "swap them"),
        ("/figures?department=%00", 422, "wrong-shape", "department"),
        ("/figures/mentors/list?limit=1000", 422, "wrong-shape", "limit"),
        ("/figures/mentors.csv", 422, "wrong-shape", "by"),
    ],
)
async def test_what_cannot_be_answered_says_what_can(
    client: AsyncClient, path: str, status: int, kind: str, hint: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:problem:{kind}"
    assert hint in answer.json()["detail"]


async def test_figures_asked_for_by_name_are_those_alone_in_that_order(
    published: Topics, ask: Any, client: AsyncClient
) -> None:
    every = {figure["name"]: figure for figure in (await ask("/figures"))["figures"]}
    names = ["outcomes_fitting", "mentors", "contacts"]

    answer = await ask("/figures", names=[*names, "mentors"])

    assert answer["figures"] == [every[name] for name in names]
    table = (await client.get("/figures.csv", params={"names": names})).text.lstrip("\ufeff")
    assert [row["figure"] for row in csv.DictReader(io.StringIO(table))] == names


async def test_a_figure_is_computed_once_until_a_message_is_applied(
    published: Topics, ask: Any, story: Any, engine: AsyncEngine
) -> None:
    """Insert rows without a message: they count only after the next message."""
    params = {"as_of": "2016-02-15"}
    before = await ask("/figures/mentors", **params)
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM mentor"))

    assert await ask("/figures/mentors", **params) == before
    assert (await ask("/figures/mentors", as_of="2016-02-16"))["value"] == 0
    assert (await ask("/figures/mentors", known_at="2098-01-01T00:00:00Z", **params))["value"] == 0

    await published.publish(
        OrganisationCard(organisation_id=story.ush, name="USH", siren="784361164")
    )

    assert (await ask("/figures/mentors", **params))["value"] == 0


async def test_a_figure_narrowed_to_all_days_is_the_figure(published: Topics, ask: Any) -> None:
    """Compare the count without a filter, which needs no joins, with that of all days."""
    for as_of in ("2014-01-06", "2016-02-15"):
        every, narrowed = [
            {
                f["name"]: f["value"]
                for f in (await ask("/figures", as_of=as_of, **within))["figures"]
            }
            for within in ({}, {"from": "1900-01-01"})
        ]
        assert any(every.values())
        assert narrowed == every


async def test_today_is_asked_for_unless_another_day_is(published: Topics, ask: Any) -> None:
    assert (await ask("/figures/mentors"))["value"] == 3
    assert (await ask("/figures/mentors", as_of="2099-12-31"))["value"] == 3


async def test_filtered_figures_leave_out_those_without_the_filter(
    published: Topics, ask: Any, story: Any
) -> None:
    answer = await ask("/figures", as_of="2016-02-15", umbrella_id=story.arosh)

    values = {figure["name"]: figure["value"] for figure in answer["figures"]}
    assert "mentees_admitted" not in values
    assert (values["pairings_begun"], values["mentors"], values["outcomes"]) == (1, 1, 1)
    assert f"umbrella_id={story.arosh}" in answer["figures"][0]["list"]


def read(content: str, delimiter: str = ",") -> list[list[str]]:
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:], newline=""), delimiter=delimiter))


async def test_figures_are_exported_for_a_french_spreadsheet(
    published: Topics, client: AsyncClient
) -> None:
    answer = await client.get("/figures.csv?as_of=2016-02-15&lang=fr")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="figures-2016-02-15.csv"' in answer.headers["content-disposition"]
    header, *rows = read(answer.text, ";")
    assert header[:3] == ["chiffre", "libellé", "valeur"]
    assert ["outcomes_fitting", "Part en emploi qualifié", "0,6667", "2", "3"] in [
        row[:5] for row in rows
    ]


async def test_a_figure_is_exported_by_region(published: Topics, client: AsyncClient) -> None:
    answer = await client.get("/figures/outcomes_fitting.csv?as_of=2016-02-15&by=region")

    assert read(answer.text) == [
        ["key", "label", "value", "numerator", "denominator"],
        ["11", "Île-de-France", "1.0", "1", "1"],
        ["28", "Normandie", "0.5", "1", "2"],
    ]


async def test_a_list_is_exported_whole(published: Topics, client: AsyncClient, ask: Any) -> None:
    answer = await client.get("/figures/contacts/list.csv?as_of=2016-02-15")

    header, *rows = read(answer.text)
    page = await ask("/figures/contacts/list", as_of="2016-02-15")
    exported = [dict(zip(header, (cell or None for cell in row), strict=True)) for row in rows]
    assert exported == page["items"]


async def test_a_list_is_exported_for_a_french_spreadsheet(
    published: Topics, client: AsyncClient
) -> None:
    answer = await client.get("/figures/contacts/list.csv?as_of=2016-02-15&lang=fr")

    assert 'filename="contacts-2016-02-15.csv"' in answer.headers["content-disposition"]
    header, *rows = read(answer.text, ";")
    assert header[:4] == ["identifiant", "date", "détail", "année de parrainage"]
    assert rows == read((await client.get("/figures/contacts/list.csv?as_of=2016-02-15")).text)[1:]


STARTS = ["=", "+", "-", "@", "\t", "\r"]


@pytest.mark.parametrize("start", STARTS)
async def test_no_cell_of_an_export_is_run_by_a_spreadsheet(
    published: Topics, client: AsyncClient, story: Any, start: str
) -> None:
    name = f'{start}HYPERLINK("http://example.org";"SNI")'
    await published.publish(
        OrganisationCard(organisation_id=story.sni, name=name, siren="552141533")
    )

    answer = await client.get("/figures/mentors/list.csv?as_of=2014-01-06")

    assert {row[9] for row in read(answer.text)[1:]} == {"Immobilière 3F", f"'{name}"}


@pytest.mark.parametrize("start", STARTS)
def test_a_guarded_cell_begins_with_an_apostrophe(start: str) -> None:
    [[cell, number]] = csv.reader(io.StringIO(write_csv([[f"{start}1", -1]], "en"), newline=""))

    assert (cell, number) == (f"'{start}1", "-1")


async def test_the_number_of_concurrent_exports_is_limited(client: AsyncClient, app: Any) -> None:
    places = app.state.limits["exports"]
    before, places.free = places.free, 0
    refused = await client.get("/figures.csv")
    places.free = before

    assert refused.status_code == 503
    assert (await client.get("/figures.csv")).status_code == 200
    assert places.free == before


async def test_clients_that_disconnect_free_their_connections(
    published: Topics, client: AsyncClient, app: Any
) -> None:
    disconnected = asyncio.Event()

    async def receive() -> dict[str, str]:
        await disconnected.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message.get("more_body"):
            disconnected.set()
            await asyncio.Event().wait()  # the client reads no further

    path = "/v1/figures/contacts/list.csv"
    headers = client.build_request("GET", path).headers.raw
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(name.lower(), value) for name, value in headers],
        "query_string": b"as_of=2016-02-15",
    }
    for _ in range(app.state.settings.pool_size + 1):
        disconnected.clear()
        await asyncio.wait_for(app(dict(scope), receive, send), 60)

    answer = await client.get("/figures/contacts/list.csv?as_of=2016-02-15")
    assert len(read(answer.text)) > 2
    assert app.state.engine.pool.checkedout() == 0


async def test_an_export_that_fails_before_its_first_row_is_a_failure(
    published: Topics, client: AsyncClient, engine: AsyncEngine
) -> None:
    rename = "ALTER TABLE read_model.{} RENAME TO {}"
    async with engine.begin() as connection:
        await connection.execute(text(rename.format("contact", "lost")))
    answer = await client.get("/figures/contacts/list.csv?as_of=2016-02-15")
    async with engine.begin() as connection:
        await connection.execute(text(rename.format("lost", "contact")))

    assert (answer.status_code, answer.json()["type"]) == (500, "urn:problem:internal")
