"""The job `areas`: loads the State's list of priority neighbourhoods from a GeoJSON file."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from shapely import GEOSException, make_valid, to_wkb
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from backbone.database.sessions import create_engine, create_sessions, transaction
from backbone.service import DatabaseCommand
from matching import store
from matching.domain.neighbourhoods import LISTS_FROM
from matching.domain.tables import PriorityArea
from matching.settings import MatchingSettings

OUTLINES = {"Polygon", "MultiPolygon"}
MOST_FAULTS = 20


class InvalidFile(Exception):
    """A file that cannot be loaded; each line of the message names a fault and its correction."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a GeoJSON FeatureCollection, in degrees (WGS 84)")
    parser.add_argument("--vintage", type=int, required=True, choices=sorted(LISTS_FROM))
    parser.add_argument("--code", default="code_qp", help="the property that holds the code")
    parser.add_argument("--name", default="lib_qp", help="the property that holds the name")


async def load(settings: MatchingSettings, options: Namespace) -> None:
    """Replace the list of that year by the areas of a file, all of them or none."""
    try:
        areas = read(options.file, options.vintage, code=options.code, name=options.name)
    except InvalidFile as wrong:
        sys.stderr.write(f"{wrong}\n")
        sys.exit(2)
    engine = create_engine(settings)
    async with transaction(create_sessions(engine)) as session:
        before = await store.replace_areas(session, options.vintage, areas)
    await engine.dispose()
    left = len(set(before) - {area.code for area in areas})
    summary = f"{len(areas)} areas of {options.vintage} loaded"
    print(f"{summary}, {left} that were there before are deleted." if before else f"{summary}.")


def read(path: Path, vintage: int, *, code: str, name: str) -> Sequence[PriorityArea]:
    """Return the areas of a file; raise `InvalidFile`, naming each feature that is invalid."""
    areas, faults = dict[str, PriorityArea](), list[str]()
    for number, feature in enumerate(_features(path), start=1):
        try:
            area = _area(feature, vintage, code=code, name=name)
            _require_new(area.code, areas)
            areas[area.code] = area
        except (ValueError, KeyError, TypeError, AttributeError, GEOSException) as wrong:
            reason = f"no {wrong}" if isinstance(wrong, KeyError) else str(wrong)
            faults.append(f"{path}, feature {number}: {reason}.")
    if not areas and not faults:
        raise InvalidFile(f"{path}: it has no features. Is it the right file?")
    if faults:
        raise InvalidFile("\n".join(faults[:MOST_FAULTS]))
    return list(areas.values())


def _features(path: Path) -> Iterator[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as wrong:
        raise InvalidFile(f"{path}: it cannot be read ({wrong.strerror}).") from wrong
    except ValueError as wrong:
        raise InvalidFile(f"{path}: it is not GeoJSON in UTF-8 ({wrong}).") from wrong
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise InvalidFile(f"{path}: it is no FeatureCollection. Export it as GeoJSON.")
    yield from features


def _area(feature: Any, vintage: int, *, code: str, name: str) -> PriorityArea:  # noqa: ANN401
    properties = {key.lower(): value for key, value in feature["properties"].items()}
    if feature["geometry"]["type"] not in OUTLINES:
        raise ValueError(f"a {feature['geometry']['type']} is no outline; a polygon is")
    outline = shape(feature["geometry"])
    _require_degrees(outline)
    return PriorityArea(
        vintage=vintage,
        code=str(properties[code.lower()]),
        name=str(properties[name.lower()]),
        outline=to_wkb(make_valid(outline)),
    )


def _require_new(code: str, areas: Collection[str]) -> None:
    if code in areas:
        raise ValueError(f"the code {code} comes twice; leave one of them")


def _require_degrees(outline: BaseGeometry) -> None:
    if outline.is_empty:
        raise ValueError("the outline is empty")
    west, south, east, north = outline.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise ValueError("its coordinates are no degrees; convert the file to WGS 84 (EPSG:4326)")


AREAS = DatabaseCommand(
    name="areas",
    purpose="load the outlines of the State's list of priority neighbourhoods of a year",
    arguments=arguments,
    run=load,
)
