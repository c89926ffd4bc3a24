"""Who may do what here: the aliases stand in the endpoints' signatures."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from backbone.auth import Principal, needs
from contracts.words import Role
from matching import store
from matching.queries import departments_of
from matching.settings import MatchingSettings

may_coordinate = needs(Role.COORDINATOR, Role.ADMIN)
Coordinator = Annotated[Principal, Depends(may_coordinate)]
Admin = Annotated[Principal, Depends(needs(Role.ADMIN))]


async def _settings(request: Request) -> MatchingSettings:
    settings: MatchingSettings = request.app.state.settings
    return settings


Settings = Annotated[MatchingSettings, Depends(_settings)]


async def _neighbourhoods(request: Request) -> store.Neighbourhoods:
    found: store.Neighbourhoods = request.app.state.neighbourhoods
    return found


Neighbourhoods = Annotated[store.Neighbourhoods, Depends(_neighbourhoods)]


def departments(by: Principal) -> frozenset[str] | None:
    """Where the caller's mentees live; `None` means everywhere."""
    return departments_of(by.scope("regions"), on=datetime.now(UTC).date())
