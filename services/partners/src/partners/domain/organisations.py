"""Organisations are registered, renamed, and join umbrellas."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from backbone.errors import Invalid, Refused
from contracts import (
    Message,
    OrganisationCard,
    OrganisationRegistered,
    OrganisationsMerged,
    UmbrellaJoined,
    UmbrellaLeft,
)
from contracts.moments import moment, today_in
from contracts.words import OrganisationKind
from partners.domain.days import require_past
from partners.domain.registers import check_department, fold, identify
from partners.domain.tables import Membership, Organisation, Seat


class SirenTaken(Refused, kind="siren-taken"):
    """An organisation with this SIREN is registered."""


class OwnUmbrella(Invalid, kind="own-umbrella"):
    """An organisation is not a member of itself."""


class AlreadyMember(Refused, kind="already-member"):
    """The organisation is a member of this umbrella."""


class NotMember(Refused, kind="not-member"):
    """The organisation is no member of the umbrella that day."""


class OwnDuplicate(Invalid, kind="own-duplicate"):
    """A duplicate is another organisation."""


class TwoSeats(Refused, kind="two-seats"):
    """An organisation holds one seat on the board at a time."""


class UmbrellaCircle(Refused, kind="umbrella-circle"):
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


def merge(
    kept: Organisation,
    duplicate: Organisation,
    *,
    before: Collection[UUID],
    above: Collection[Membership],
    seats: Collection[Seat],
) -> Sequence[Message]:
    """Let a duplicate be another organisation. The caller holds both rows, and umbrellas.

    `before` was merged into either, `above` are all memberships at and above the two there ever
    were, `seats` those that either held on the board.
    """
    if kept.id == duplicate.id:
        raise OwnDuplicate("An organisation is no duplicate of itself. Name the other one.")
    both = {kept.id, duplicate.id}
    over = {m.umbrella_id for m in above}
    if both & over:
        raise UmbrellaCircle(
            f"One of {kept.name} and {duplicate.name} belongs, or belonged, to the other, directly"
            " or through others: they are two organisations."
        )
    for one in seats:
        for other in seats:
            apart = other.last_day < one.starts_on or one.last_day < other.starts_on
            if one.organisation_id != other.organisation_id and not apart:
                raise TwoSeats("Both hold a seat on the board at once. Let one of them leave it.")
    merged_on = today_in(kept.department)
    duplicate.merged_into = kept.id
    duplicate.version, kept.version = duplicate.version + 1, kept.version + 1
    merged = OrganisationsMerged(
        organisation_id=kept.id,
        duplicates=tuple(sorted({*before, duplicate.id})),
        merged_on=merged_on,
        occurred_at=moment(merged_on, kept.department),
    )
    return [merged, OrganisationCard.erasure(duplicate.id)]


NAMELESS = {
    *("sa", "sas", "sasu", "sarl", "eurl", "sca", "scic", "sem", "oph", "epic", "hlm", "societe"),
    *("association", "groupe", "ste", "et", "de", "des", "du", "d", "la", "le", "les", "l"),
}


def compared(name: str) -> str:
    """What two spellings of a name have in common: its words but legal forms, in any order."""
    words = set(re.findall(r"[a-z0-9]+", fold(name)))
    return " ".join(sorted(words - NAMELESS or words))


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
