from fastapi import FastAPI

from backbone.web.app import create_app as create_backbone_app
from notifications import api
from notifications.settings import NotificationsSettings


def create_app(settings: NotificationsSettings) -> FastAPI:
    """Create the API of notifications."""
    return create_backbone_app(
        settings,
        name="notifications",
        summary="What was written to whom, and what became of it.",
        routers=api.routers,
    )
