from fastapi import FastAPI

from backbone.web.app import create_app as create_backbone_app
from partners import api
from partners.settings import PartnersSettings
from partners.store import Documents


def create_app(settings: PartnersSettings) -> FastAPI:
    """Return the HTTP app of partners."""
    app = create_backbone_app(
        settings,
        name="partners",
        summary="Organisations, their umbrellas, the conventions they sign and what these promise.",
        routers=api.routers,
        uploads=r"/imports/|/documents$",
    )
    app.state.settings = settings
    app.state.documents = Documents(settings.documents_folder, most=settings.max_document_bytes)
    return app
