"""The four services, with settings that reach no server."""

import importlib
from functools import cache
from typing import Any

from fastapi import FastAPI

from backbone.service import Service
from backbone.settings import Settings

NOWHERE = "postgresql://nobody@localhost:1/nothing"


def service(name: str) -> Service[Any]:
    """Return a service by its name."""
    found: Service[Any] = importlib.import_module(f"{name}.__main__").SERVICE
    return found


def settings_of(name: str, *, database_url: str = NOWHERE) -> Settings:
    """Return settings of which all that may be left out is left out."""
    settings: Settings = service(name).settings(
        database_url=database_url,
        kafka_bootstrap_servers="localhost:1",
        oidc_issuer="https://identity.example.org/envol",
        oidc_audience="envol",
    )
    return settings


@cache
def app_of(name: str) -> FastAPI:
    """Return a service's app."""
    return service(name).create_app(settings_of(name))
