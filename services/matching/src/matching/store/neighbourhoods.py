"""Lookup of an address: its position, and the area there. The address is not stored."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import httpx
import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy import func
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from matching.domain.neighbourhoods import (
    CONFIDENT,
    NOTHING,
    Areas,
    Finding,
    Geocoder,
    Place,
    vintage_on,
)
from matching.domain.tables import PriorityArea

PRECISE = {"housenumber", "street", None}
"""The types of geocoder results that locate a home; the centre of a town does not."""

log = structlog.get_logger()


class Geometry(BaseModel):
    coordinates: tuple[float, float]


class Properties(BaseModel):
    score: float
    type: str | None = None


class Feature(BaseModel):
    geometry: Geometry
    properties: Properties


class Features(BaseModel):
    features: list[Feature]


class GeoJsonGeocoder:
    """A geocoding service that answers with GeoJSON, as the French national address service."""

    def __init__(self, url: str, *, seconds: float) -> None:
        self.url, self.seconds = url, seconds

    async def place(self, address: str) -> Place | None:
        """Return the position of an address, if the service knows it and answers in time."""
        try:
            async with httpx.AsyncClient(timeout=self.seconds) as client:
                answer = await client.get(self.url, params={"q": address, "limit": 1})
            found = Features.model_validate_json(answer.raise_for_status().content).features
        except (httpx.HTTPError, ValidationError) as failure:
            log.warning("geocoder did not answer", cause=type(failure).__name__)
            return None
        if not found or found[0].properties.type not in PRECISE:
            return None
        longitude, latitude = found[0].geometry.coordinates
        return Place(longitude, latitude, found[0].properties.score)


class Neighbourhoods:
    """The lookup of addresses in the areas of the list in force.

    Outlines are cached in memory, and read again when others have been loaded.
    """

    def __init__(self, geocoder: Geocoder | None) -> None:
        self.geocoder = geocoder
        self.known: dict[int, tuple[datetime | None, Areas]] = {}

    async def find(
        self, session: AsyncSession, address: str, *, department: str, on: date
    ) -> Finding:
        """Return the finding for an address; `NOTHING` without a precise position or a list."""
        vintage = vintage_on(on, department)
        if self.geocoder is None or vintage is None:
            return NOTHING
        place = await self.geocoder.place(address)
        if place is None or place.confidence < CONFIDENT:
            return NOTHING
        return (await self._areas(session, vintage)).find(place)

    async def _areas(self, session: AsyncSession, vintage: int) -> Areas:
        last = select(func.max(col(PriorityArea.loaded_at))).where(PriorityArea.vintage == vintage)
        loaded_at = (await session.exec(last)).one()
        if vintage not in self.known or self.known[vintage][0] != loaded_at:
            areas = select(PriorityArea.code, PriorityArea.outline)
            rows = await session.exec(areas.where(PriorityArea.vintage == vintage))
            self.known[vintage] = loaded_at, Areas(vintage, rows.all())
        return self.known[vintage][1]


async def replace_areas(
    session: AsyncSession, vintage: int, areas: Sequence[PriorityArea]
) -> Collection[str]:
    """Replace the areas of a list; return the codes of the previous ones."""
    before = select(PriorityArea.code).where(PriorityArea.vintage == vintage)
    codes = (await session.exec(before)).all()
    await session.exec(delete(PriorityArea).where(col(PriorityArea.vintage) == vintage))
    session.add_all(areas)
    await session.flush()
    return codes
