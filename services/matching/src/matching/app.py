from fastapi import FastAPI

from backbone.web.app import create_app as create_backbone_app
from matching import api, store
from matching.settings import MatchingSettings


def create_app(settings: MatchingSettings) -> FastAPI:
    """Return the HTTP API of matching."""
    app = create_backbone_app(
        settings,
        name="matching",
        summary="Mentees, mentors, and the life of the pairs they form.",
        routers=api.routers,
    )
    url, seconds = settings.geocoder_url, settings.geocoder_seconds
    geocoder = store.GeoJsonGeocoder(url, seconds=seconds) if url else None
    app.state.neighbourhoods = store.Neighbourhoods(geocoder)
    return app
