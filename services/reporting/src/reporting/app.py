from fastapi import FastAPI

from backbone.web.app import create_app as create_backbone_app
from reporting import api
from reporting.api.concurrency import ConcurrencyLimit
from reporting.queries.totals_cache import TotalsCache
from reporting.settings import ReportingSettings


def create_app(settings: ReportingSettings) -> FastAPI:
    """Create reporting's API."""
    app = create_backbone_app(
        settings,
        name="reporting",
        summary="What the programme has done, as of any date, and what happens as it happens.",
        routers=api.routers,
    )
    app.state.limits = {
        "streams": ConcurrencyLimit(settings.stream_places),
        "exports": ConcurrencyLimit(settings.export_places),
    }
    app.state.totals = TotalsCache()
    app.state.is_stopping = lambda: False
    return app
