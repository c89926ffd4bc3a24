"""Who may do what here: the aliases stand in the endpoints' signatures."""

from typing import Annotated

from fastapi import Depends

from backbone.auth import Principal, needs
from contracts.words import Role

Coordinator = Annotated[Principal, Depends(needs(Role.COORDINATOR, Role.ADMIN))]
Reader = Annotated[
    Principal, Depends(needs(Role.COORDINATOR, Role.PARTNER_MANAGER, Role.VIEWER, Role.ADMIN))
]
