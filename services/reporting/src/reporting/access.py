"""Roles: the aliases that endpoints name in their signatures."""

from typing import Annotated

from fastapi import Depends

from backbone.web.auth import Principal, require_roles
from contracts.enums import Role

Management = Annotated[Principal, Depends(require_roles(Role.ADMIN))]
Reader = Annotated[
    Principal,
    Depends(require_roles(Role.VIEWER, Role.COORDINATOR, Role.PARTNER_MANAGER, Role.ADMIN)),
]
