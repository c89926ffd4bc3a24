"""Authorisation: type aliases for the callers of endpoints, and scopes of organisations."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from backbone.errors import Forbidden
from backbone.web.auth import Principal, require_roles
from contracts.enums import Role

PartnerManager = Annotated[Principal, Depends(require_roles(Role.PARTNER_MANAGER, Role.ADMIN))]
Admin = Annotated[Principal, Depends(require_roles(Role.ADMIN))]
READERS = (Role.PARTNER_MANAGER, Role.ADMIN, Role.COORDINATOR, Role.VIEWER)
Reader = Annotated[Principal, Depends(require_roles(*READERS))]
ScoreReader = Annotated[Principal, Depends(require_roles(*READERS, Role.PARTNER))]


def scorecard_scope(by: Principal) -> frozenset[UUID] | None:
    """Return whose scorecards the caller sees: all (`None`), or those of its organisations."""
    seen = organisation_scope(by)
    return frozenset() if seen is None and not by.has(*READERS) else seen


def organisation_scope(by: Principal) -> frozenset[UUID] | None:
    """Return the organisations to which the token confines the caller; `None` means all."""
    confined = by.scope("organisations")
    return None if confined is None else frozenset(filter(None, map(_uuid, confined)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def require_national(by: PartnerManager) -> Principal:
    return _reject_scoped(by)


def require_national_reader(by: Reader) -> Principal:
    return _reject_scoped(by)


def _reject_scoped(by: Principal) -> Principal:
    if organisation_scope(by) is not None:
        raise Forbidden(
            "You look after certain organisations only. Ask the national team to do this."
        )
    return by


NationalManager = Annotated[Principal, Depends(require_national)]
NationalReader = Annotated[Principal, Depends(require_national_reader)]


TEAM = (Role.PARTNER_MANAGER, Role.ADMIN, Role.COORDINATOR)


def require_team(by: Annotated[Principal, Depends(require_roles(*TEAM))]) -> Principal:
    return _reject_scoped(by)


ProgrammeTeam = Annotated[Principal, Depends(require_team)]
Attendee = Annotated[Principal, Depends(require_roles(*TEAM, Role.MENTOR, Role.MENTEE))]
AnyParticipant = Annotated[
    Principal, Depends(require_roles(*TEAM, Role.VIEWER, Role.MENTOR, Role.MENTEE))
]


def own_person_id(by: Principal, requested: UUID | None = None) -> UUID | None:
    """Return to whom a mentor or mentee is confined, by the claim `person_id`; else `None`.

    Raises `Forbidden` if another person is `requested`, or the token has no person.
    """
    if by.has(*TEAM):
        return None
    own = _uuid(str(by.claims.get("person_id")))
    if own is None or requested not in {None, own}:
        raise Forbidden("You register yourself, and nobody else. Ask the programme's team.")
    return own
