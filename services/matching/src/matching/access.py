"""Who may do what here: the aliases stand in the endpoints' signatures."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends

from backbone.auth import Principal, needs
from contracts.words import Role
from matching.queries import departments_of

may_coordinate = needs(Role.COORDINATOR, Role.ADMIN)
Coordinator = Annotated[Principal, Depends(may_coordinate)]
Admin = Annotated[Principal, Depends(needs(Role.ADMIN))]


def departments(by: Principal) -> frozenset[str] | None:
    """Where the caller's mentees live; `None` means everywhere."""
    return departments_of(by.scope("regions"), on=datetime.now(UTC).date())
