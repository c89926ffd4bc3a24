from fastapi import FastAPI

from backbone import http
from matching import api
from matching.settings import MatchingSettings


def create_app(settings: MatchingSettings) -> FastAPI:
    """Matching's API."""
    return http.create_app(
        settings,
        name="matching",
        summary="Mentees, mentors, and the life of the pairs they form.",
        routers=api.routers,
    )
