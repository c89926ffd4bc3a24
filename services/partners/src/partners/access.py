"""Who may do what here: the aliases stand in the endpoints' signatures."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from backbone.auth import Principal, needs
from backbone.errors import Forbidden
from contracts.words import Role

PartnerManager = Annotated[Principal, Depends(needs(Role.PARTNER_MANAGER, Role.ADMIN))]
Reader = Annotated[
    Principal, Depends(needs(Role.PARTNER_MANAGER, Role.ADMIN, Role.COORDINATOR, Role.VIEWER))
]


def organisations(by: Principal) -> frozenset[UUID] | None:
    """The organisations that the caller's token confines them to; `None` means every one."""
    confined = by.scope("organisations")
    return None if confined is None else frozenset(filter(None, map(_uuid, confined)))


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


def unconfined(by: PartnerManager) -> Principal:
    if organisations(by) is not None:
        raise Forbidden(
            "You look after certain organisations only. Ask the national team to do this."
        )
    return by


Registrar = Annotated[Principal, Depends(unconfined)]
