"""Organisations are registered, renamed, and join umbrellas."""

from collections.abc import Collection, Sequence
from datetime import date

from backbone.errors import Invalid, Refused
from contracts import (
    Message,
    OrganisationCard,
    OrganisationRegistered,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.moments import moment, today_in
from contracts.words import OrganisationKind
from partners.domain.days import require_past
from partners.domain.registers import check_department, fold, identify
from partners.domain.tables import Membership, Organisation


class SirenTaken(Refused):
    """An organisation with this SIREN is registered."""


class OwnUmbrella(Invalid):
    """An organisation is not a member of itself."""


class AlreadyMember(Refused):
    """The organisation is a member of this umbrella."""


class NotMember(Refused):
    """The organisation is no member of the umbrella that day."""


class UmbrellaCircle(Refused):
    """The umbrella is itself, at some depth, a member of the organisation."""


def register(  # noqa: PLR0913  (an organisation has that many parts)
    *,
    name: str,
    kind: OrganisationKind,
    siren: str | None,
    siret: str | None,
    department: str,
    registered_on: date | None,
) -> tuple[Organisation, Sequence[Message]]:
    """Make an organisation known, today unless another day is given."""
    siren, siret = identify(siren, siret)
    check_department(department)
    registered_on = registered_on or today_in(department)
    require_past(registered_on, [department])
    organisation = Organisation(
        name=name,
        folded_name=fold(name),
        kind=kind,
        siren=siren,
        siret=siret,
        department=department,
        registered_on=registered_on,
    )
    registered = OrganisationRegistered(
        organisation_id=organisation.id,
        organisation_kind=kind,
        department=department,
        occurred_at=moment(registered_on, department),
    )
    return organisation, [registered, card(organisation)]


def card(organisation: Organisation) -> OrganisationCard:
    """How the organisation is called, as it is now."""
    return OrganisationCard(
        organisation_id=organisation.id, name=organisation.name, siren=organisation.siren
    )


def rename(organisation: Organisation, name: str) -> Sequence[OrganisationCard]:
    """Call the organisation otherwise; the same name changes nothing."""
    if name == organisation.name:
        return ()
    organisation.name, organisation.folded_name = name, fold(name)
    organisation.version += 1
    return (card(organisation),)


def join(
    organisation: Organisation,
    umbrella: Organisation,
    joined_on: date,
    *,
    above: Collection[Membership],
) -> tuple[Membership, UmbrellaJoined]:
    """Make the organisation a member from a day on.

    `above` are all memberships at and above the two that last until that day or longer.
    """
    if organisation.id == umbrella.id:
        raise OwnUmbrella(f"{umbrella.name} cannot be a member of itself. Name another umbrella.")
    if any((m.organisation_id, m.umbrella_id) == (organisation.id, umbrella.id) for m in above):
        raise AlreadyMember(f"{organisation.name} is a member of {umbrella.name} already.")
    if any(m.umbrella_id == organisation.id for m in above):
        raise UmbrellaCircle(
            f"{umbrella.name} belongs to {organisation.name}, directly or through others: "
            "the two cannot be umbrellas of each other. Look at the umbrellas of both."
        )
    require_past(joined_on, [organisation.department])
    membership = Membership(
        organisation_id=organisation.id,
        umbrella_id=umbrella.id,
        joined_on=joined_on,
        organisation=organisation,
        umbrella=umbrella,
    )
    return membership, UmbrellaJoined(
        organisation_id=organisation.id,
        umbrella_id=umbrella.id,
        joined_on=joined_on,
        occurred_at=moment(joined_on, organisation.department),
    )


def leave(
    organisation: Organisation,
    umbrella: Organisation,
    memberships: Collection[Membership],
    on: date,
) -> UmbrellaLeft:
    """Let the organisation be a member for the last time that day. The caller holds umbrellas."""
    lasting = [m for m in memberships if m.joined_on <= on and m.left_on is None]
    if not lasting:
        raise NotMember(
            f"{organisation.name} is no member of {umbrella.name} on {on}, or has left it already. "
            "Look at its umbrellas."
        )
    require_past(on, [organisation.department])
    lasting[0].left_on = on
    return UmbrellaLeft(
        organisation_id=organisation.id,
        umbrella_id=umbrella.id,
        joined_on=lasting[0].joined_on,
        left_on=on,
        occurred_at=moment(on, organisation.department),
    )
