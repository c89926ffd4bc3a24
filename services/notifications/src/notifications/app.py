from fastapi import FastAPI

from backbone import http
from notifications import api
from notifications.settings import NotificationsSettings


def create_app(settings: NotificationsSettings) -> FastAPI:
    """Create the API of notifications."""
    return http.create_app(
        settings,
        name="notifications",
        summary="What was written to whom, and what became of it.",
        routers=api.routers,
    )
