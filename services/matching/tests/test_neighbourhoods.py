"""In, out or unknown: what is declared, found from an address, and corrected once decided on."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from backbone.messaging.outbox import Outbox
from matching.domain.neighbourhoods import vintage_on
from matching.settings import MatchingSettings
from matching.store import GeoJsonGeocoder, Neighbourhoods
from matching.tools.areas import load

Announced = Callable[..., Awaitable[Sequence[Outbox]]]
AMINA = {
    "given_name": "Amina",
    "family_name": "Diallo",
    "department": "93",
    "birth_date": "2000-05-04",
    "degree_level": 5,
    "applied_on": "2024-09-02",
}
CENTRES = {
    "QN09301M": ("Francs-Moisins", 2.372, 48.930),
    "QN09302M": ("Les 4000", 2.395, 48.926),
    "QN01301M": ("La Castellane", 5.352, 43.377),
}
"""Three areas, each approximated by a square around its middle, a kilometre wide or so."""


def square(longitude: float, latitude: float, half: float = 0.006) -> dict[str, Any]:
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code: str, **said: Any) -> dict[str, Any]:
    name, longitude, latitude = CENTRES[code]
    known = {
        "type": "Feature",
        "properties": {"code_qp": code, "lib_qp": name},
        "geometry": square(longitude, latitude),
    }
    return known | said


class Service:
    """A geocoding service on a real port: it answers with one place, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.url, self.place, self.score, self.kind = "", (0.0, 0.0), 0.95, "housenumber"
        self.raw: bytes | None = None

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.asked += parse_qs(urlsplit(target).query)["q"]
        found = {
            "geometry": {"type": "Point", "coordinates": self.place},
            "properties": {"score": self.score, "type": self.kind},
        }
        body = self.raw or json.dumps({"features": [found]}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()


@pytest.fixture
async def geocoder(app: FastAPI) -> AsyncIterator[Service]:
    """The geocoder that matching asks."""
    service, before = Service(), app.state.neighbourhoods
    server = await asyncio.start_server(service.answer, "127.0.0.1", 0)
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/search"
    app.state.neighbourhoods = Neighbourhoods(GeoJsonGeocoder(service.url, seconds=2))
    yield service
    app.state.neighbourhoods = before
    server.close()


Load = Callable[..., Awaitable[None]]


@pytest.fixture
def load_file(settings: MatchingSettings, sessions: Any, tmp_path: Path) -> Load:
    """Load features as the list of a year, from a file as the command is given one."""

    async def load_file(*features: Any, vintage: int = 2024) -> None:
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        options = {"file": path, "vintage": vintage, "code": "code_qp", "name": "lib_qp"}
        await load(settings, argparse.Namespace(**options))

    return load_file


@pytest.fixture
async def areas(load_file: Load) -> None:
    """Three areas of the list of 2024 are loaded."""
    await load_file(*map(feature, CENTRES))


async def apply(client: AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post("/mentees", json=AMINA | said)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def known(mentee: dict[str, Any]) -> tuple[Any, ...]:
    columns = ("priority_neighbourhood", "area_code", "area_vintage", "established")
    return tuple(mentee[column] for column in columns)


UNKNOWN = ("unknown", None, None, None)


@pytest.mark.parametrize("code", CENTRES)
async def test_an_address_in_an_area_is_in(
    client: AsyncClient, geocoder: Service, areas: None, code: str
) -> None:
    geocoder.place = CENTRES[code][1:]

    mentee = await apply(client, address="1 rue de la Paix, Somewhere")

    assert known(mentee) == ("in", code, 2024, "geocoded")
    assert geocoder.asked == ["1 rue de la Paix, Somewhere"]


async def test_an_address_in_no_area_is_out(
    client: AsyncClient, geocoder: Service, areas: None
) -> None:
    geocoder.place = (2.35, 48.85)

    mentee = await apply(client, address="Place de l'Hôtel de Ville", priority_neighbourhood="in")

    assert known(mentee) == ("out", None, 2024, "geocoded")


@pytest.mark.parametrize(
    ("said", "expected"), [({}, UNKNOWN), ({"priority_neighbourhood": "out"}, "out")]
)
@pytest.mark.parametrize(
    "answer",
    [{"score": 0.79}, {"kind": "municipality"}, {"raw": b"oops"}, {"raw": b'{"features": []}'}],
)
async def test_what_the_geocoder_is_not_sure_of_says_nothing(
    client: AsyncClient,
    geocoder: Service,
    areas: None,
    answer: dict[str, Any],
    said: dict[str, Any],
    expected: Any,
) -> None:
    geocoder.place = CENTRES["QN09301M"][1:]
    for name, value in answer.items():
        setattr(geocoder, name, value)

    mentee = await apply(client, address="1 rue de la Paix", **said)

    assert known(mentee) == (UNKNOWN if expected == UNKNOWN else ("out", None, None, "declared"))


async def test_a_confidence_of_the_threshold_is_enough(
    client: AsyncClient, geocoder: Service, areas: None
) -> None:
    geocoder.place, geocoder.score = CENTRES["QN09301M"][1:], 0.8

    assert known(await apply(client, address="1 rue de la Paix"))[0] == "in"


async def test_without_a_list_or_its_outlines_nothing_is_known(
    client: AsyncClient, geocoder: Service, areas: None
) -> None:
    geocoder.place = CENTRES["QN09301M"][1:]

    before_any = await apply(client, address="1 rue de la Paix", applied_on="2014-12-31")
    not_loaded = await apply(
        client, address="1 rue de la Paix", applied_on="2023-12-31", given_name="Bintou"
    )

    assert known(before_any) == known(not_loaded) == UNKNOWN


async def test_a_geocoder_that_is_away_keeps_nobody_from_applying(
    client: AsyncClient, app: FastAPI
) -> None:
    before = app.state.neighbourhoods
    app.state.neighbourhoods = Neighbourhoods(GeoJsonGeocoder("http://127.0.0.1:9", seconds=1))

    assert known(await apply(client, address="1 rue de la Paix")) == UNKNOWN

    app.state.neighbourhoods = before


async def test_an_address_is_used_and_not_kept(
    client: AsyncClient, geocoder: Service, areas: None, engine: AsyncEngine
) -> None:
    await apply(client, address="12 rue Unique")

    async with engine.connect() as connection:
        for table in ("mentee", "outbox"):
            rows = await connection.execute(text(f"SELECT t::text FROM {table} AS t"))  # noqa: S608
            assert not any("Unique" in row[0] for row in rows)


def test_the_list_is_that_of_the_day_and_of_the_territory() -> None:
    days = [date(2014, 12, 31), date(2015, 1, 1), date(2023, 12, 31), date(2024, 1, 1)]
    assert [vintage_on(day, "93") for day in days] == [None, 2015, 2015, 2024]
    assert vintage_on(date(2024, 12, 31), "974") == 2015
    assert vintage_on(date(2025, 1, 1), "974") == 2024


async def test_areas_loaded_anew_replace_those_of_their_list(
    client: AsyncClient, geocoder: Service, areas: None, load_file: Load, capsys: Any
) -> None:
    geocoder.place = CENTRES["QN09301M"][1:]
    assert known(await apply(client, address="1 rue de la Paix"))[0] == "in"

    await load_file(feature("QN09302M"))

    assert (
        "1 areas of 2024 loaded, 2 that were there before are deleted." in capsys.readouterr().out
    )
    later = await apply(client, address="1 rue de la Paix", given_name="Bintou")
    assert known(later)[0] == "out"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"geometry": {"type": "Point", "coordinates": [2, 48]}}, "a Point is no outline"),
        ({"geometry": square(652000, 6862000)}, "convert the file to WGS 84"),
        ({"properties": {"code": "QN09302M"}}, "no 'code_qp'"),
        ({"properties": {"code_qp": "QN09301M", "lib_qp": "x"}}, "comes twice"),
        ({"geometry": None}, "feature 2"),
    ],
)
async def test_a_wrong_file_is_named_by_its_feature_and_nothing_is_loaded(
    load_file: Load, engine: AsyncEngine, capsys: Any, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        await load_file(feature("QN09301M"), feature("QN09302M", **wrong))

    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM priority_area")) == 0


@pytest.mark.parametrize(
    "said",
    [
        {"area_code": "QN09301M", "priority_neighbourhood": "in"},
        {"area_code": "QN09301M", "area_vintage": 2024, "priority_neighbourhood": "out"},
        {"area_code": "Francs-Moisins", "area_vintage": 2024, "priority_neighbourhood": "in"},
        {"area_vintage": 2020},
    ],
)
async def test_an_area_comes_with_its_list_and_who_lives_in_one_is_in(
    client: AsyncClient, outbox_messages: Announced, said: dict[str, Any]
) -> None:
    assert (await client.post("/mentees", json=AMINA | said)).status_code == 422
    assert await outbox_messages() == []


async def decided(client: AsyncClient, **said: Any) -> dict[str, Any]:
    mentee = await apply(client, **said)
    body = {"admit": True, "decided_on": "2024-09-05"}
    answer = await client.post(f"/mentees/{mentee['id']}/decision", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_coordinator_says_it_until_the_admission_and_corrects_it_then(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await apply(client)
    path = f"/mentees/{mentee['id']}"
    correct = {"priority_neighbourhood": "in", "area_code": "QN09301M", "area_vintage": 2024}
    early = await client.post(f"{path}/neighbourhood-corrections", json=correct)
    assert early.json()["type"] == "urn:problem:not-frozen"

    said = {"priority_neighbourhood": "out"}
    mended = await client.patch(path, json=said, headers={"If-Match": '"1"'})
    assert known(mended.json()) == ("out", None, None, "coordinator")
    body = {"admit": True, "decided_on": "2024-09-05"}
    await client.post(f"{path}/decision", json=body)
    late = await client.patch(path, json=said, headers={"If-Match": "*"})
    assert late.json()["type"] == "urn:problem:already-decided"

    corrected = await client.post(f"{path}/neighbourhood-corrections", json=correct)
    assert corrected.status_code == 201, corrected.text
    assert (corrected.json()["before"], corrected.json()["after"]) == ("out", "in")
    assert corrected.json()["corrected_by"] == "claire"
    now = (await client.get(path)).json()
    assert known(now) == ("in", "QN09301M", 2024, "coordinator")
    assert now["decision_inputs"]["priority_neighbourhood"] == "out"
    listed = await client.get(f"{path}/neighbourhood-corrections")
    assert listed.json()["items"] == [corrected.json()]
    [fact] = await outbox_messages("priority-neighbourhood-corrected.v1")
    assert b"claire" not in (fact.payload or b"")


async def test_a_correction_says_something_new(
    client: AsyncClient, outbox_messages: Announced
) -> None:
    mentee = await decided(client, priority_neighbourhood="out")
    path = f"/mentees/{mentee['id']}/neighbourhood-corrections"

    answer = await client.post(path, json={"priority_neighbourhood": "out"})

    assert answer.json()["type"] == "urn:problem:nothing-to-correct"
    assert await outbox_messages("priority-neighbourhood-corrected.v1") == []
    assert (await client.get(path)).json()["items"] == []


async def test_what_an_admission_was_taken_on_is_kept_with_it(
    client: AsyncClient, geocoder: Service, areas: None
) -> None:
    geocoder.place = CENTRES["QN01301M"][1:]

    mentee = await decided(client, address="1 rue de la Paix", department="13")

    inputs = mentee["decision_inputs"]
    assert (inputs["area_code"], inputs["area_vintage"]) == ("QN01301M", 2024)
    assert (inputs["priority_neighbourhood"], inputs["established"]) == ("in", "geocoded")
