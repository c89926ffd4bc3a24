"""Who may do what here: the aliases stand in the endpoints' signatures."""

from typing import Annotated

from fastapi import Depends

from backbone.web.auth import Principal, needs
from contracts.enums import Role

Management = Annotated[Principal, Depends(needs(Role.ADMIN))]
Reader = Annotated[
    Principal, Depends(needs(Role.VIEWER, Role.COORDINATOR, Role.PARTNER_MANAGER, Role.ADMIN))
]
