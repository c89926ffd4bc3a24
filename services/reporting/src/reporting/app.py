from fastapi import FastAPI

from backbone.web.app import create_app as create_backbone_app
from reporting import api
from reporting.api.places import Places
from reporting.queries.headlines import Headlines
from reporting.settings import ReportingSettings


def create_app(settings: ReportingSettings) -> FastAPI:
    """Reporting's API."""
    app = create_backbone_app(
        settings,
        name="reporting",
        summary="What the programme has done, as of any date, and what happens as it happens.",
        routers=api.routers,
    )
    app.state.places = {
        "streams": Places(settings.stream_places),
        "exports": Places(settings.export_places),
    }
    app.state.headlines = Headlines()
    app.state.is_stopping = lambda: False
    return app
