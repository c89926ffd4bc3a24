from fastapi import FastAPI

from backbone import http
from partners import api
from partners.settings import PartnersSettings


def create_app(settings: PartnersSettings) -> FastAPI:
    """Partners' API."""
    return http.create_app(
        settings,
        name="partners",
        summary="Organisations, their umbrellas and the conventions they sign.",
        routers=api.routers,
    )
