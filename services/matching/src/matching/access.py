"""Authorisation: the aliases are used in the signatures of the endpoints."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from backbone.errors import Forbidden
from backbone.web.auth import Principal, require_roles
from contracts.enums import Role, Side
from matching import store
from matching.queries import departments_of
from matching.settings import MatchingSettings

may_coordinate = require_roles(Role.COORDINATOR, Role.ADMIN)
Coordinator = Annotated[Principal, Depends(may_coordinate)]
may_take_part = require_roles(Role.COORDINATOR, Role.ADMIN, Role.MENTOR, Role.MENTEE)
Party = Annotated[Principal, Depends(may_take_part)]
Admin = Annotated[Principal, Depends(require_roles(Role.ADMIN))]


async def _settings(request: Request) -> MatchingSettings:
    settings: MatchingSettings = request.app.state.settings
    return settings


Settings = Annotated[MatchingSettings, Depends(_settings)]


async def _neighbourhoods(request: Request) -> store.Neighbourhoods:
    found: store.Neighbourhoods = request.app.state.neighbourhoods
    return found


Neighbourhoods = Annotated[store.Neighbourhoods, Depends(_neighbourhoods)]


def departments(by: Principal) -> frozenset[str] | None:
    """Return the departments whose mentees the caller may see; `None` means all."""
    return departments_of(by.scope("regions"), on=datetime.now(UTC).date())


def pairs(by: Principal) -> store.Scope:
    """Return the pairs that the caller may see: those of their departments, or only their own."""
    if by.has(Role.COORDINATOR, Role.ADMIN):
        return departments(by)
    side = Side.MENTOR if by.has(Role.MENTOR) else Side.MENTEE
    try:
        return store.OwnPairs(side, UUID(str(by.claims.get("person_id"))))
    except ValueError as unknown:
        raise Forbidden(
            "The token does not say who you are (person_id). Ask your coordinator to correct it."
        ) from unknown
