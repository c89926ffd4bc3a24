"""Access rules: aliases for the signatures of the endpoints."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends

from backbone.web.auth import Principal, require_roles
from contracts.enums import Role
from contracts.territories import DEPARTMENTS, region_of

Coordinator = Annotated[Principal, Depends(require_roles(Role.COORDINATOR, Role.ADMIN))]


def departments(by: Principal) -> frozenset[str] | None:
    """Return the departments whose mentees the caller may see; None means all."""
    regions, today = by.scope("regions"), datetime.now(UTC).date()
    if regions is None:
        return None
    return frozenset(code for code in DEPARTMENTS if region_of(code, today).code in regions)
