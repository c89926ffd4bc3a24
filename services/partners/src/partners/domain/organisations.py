"""Organisations: registration, name, umbrellas and duplicates."""

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
from contracts.enums import OrganisationKind
from contracts.local_time import noon_in, today_in
from partners.domain.dates import require_past
from partners.domain.identifiers import check_department, normalise_name, parse_siren_siret
from partners.domain.tables import Membership, Organisation, Seat


class SirenTaken(Refused, kind="siren-taken"):
    """A registration with a SIREN that is registered."""


class OwnUmbrella(Invalid, kind="own-umbrella"):
    """A membership of an organisation in itself."""


class AlreadyMember(Refused, kind="already-member"):
    """A second membership in the same umbrella at the same time."""


class NotMember(Refused, kind="not-member"):
    """A departure from an umbrella of which the organisation is no member."""


class OwnDuplicate(Invalid, kind="own-duplicate"):
    """A merge of an organisation with itself."""


class OrganisationHoldsTwoSeats(Refused, kind="two-seats"):
    """A merge of two organisations that hold board seats at the same time."""


class UmbrellaCycle(Refused, kind="umbrella-circle"):
    """A membership or merge that makes an organisation an umbrella of itself, at any depth."""


def register(
    *,
    name: str,
    kind: OrganisationKind,
    siren: str | None,
    siret: str | None,
    department: str,
    registered_on: date | None,
) -> tuple[Organisation, Sequence[Message]]:
    """Register an organisation, on `registered_on` or today."""
    siren, siret = parse_siren_siret(siren, siret)
    check_department(department)
    registered_on = registered_on or today_in(department)
    require_past(registered_on, [department])
    organisation = Organisation(
        name=name,
        folded_name=normalise_name(name),
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
        occurred_at=noon_in(registered_on, department),
    )
    return organisation, [registered, card(organisation)]


def card(organisation: Organisation) -> OrganisationCard:
    """Return the card with the current name of an organisation."""
    return OrganisationCard(
        organisation_id=organisation.id, name=organisation.name, siren=organisation.siren
    )


def rename(organisation: Organisation, name: str) -> Sequence[OrganisationCard]:
    """Rename an organisation; return no card if the name is the same."""
    if name == organisation.name:
        return ()
    organisation.name, organisation.folded_name = name, normalise_name(name)
    organisation.version += 1
    return (card(organisation),)


def merge(
    survivor: Organisation,
    duplicate: Organisation,
    *,
    before: Collection[UUID],
    above: Collection[Membership],
    seats: Collection[Seat],
) -> Sequence[Message]:
    """Merge a duplicate into another organisation. The caller has locked both, and the umbrellas.

    `before` are the ids that were merged into either before, `above` all memberships of the two and
    of their umbrellas, past ones included, `seats` all board seats of either.
    """
    if survivor.id == duplicate.id:
        raise OwnDuplicate("An organisation is no duplicate of itself. Name the other one.")
    both = {survivor.id, duplicate.id}
    over = {m.umbrella_id for m in above}
    if both & over:
        raise UmbrellaCycle(
            f"One of {survivor.name} and {duplicate.name} belongs, or belonged, to the other,"
            " directly or through others: they are two organisations."
        )
    for one in seats:
        for other in seats:
            apart = other.last_day < one.starts_on or one.last_day < other.starts_on
            if one.organisation_id != other.organisation_id and not apart:
                raise OrganisationHoldsTwoSeats(
                    "Both hold a seat on the board at once. Let one of them leave it."
                )
    merged_on = today_in(survivor.department)
    duplicate.merged_into = survivor.id
    duplicate.version, survivor.version = duplicate.version + 1, survivor.version + 1
    merged = OrganisationsMerged(
        organisation_id=survivor.id,
        duplicates=tuple(sorted({*before, duplicate.id})),
        merged_on=merged_on,
        occurred_at=noon_in(merged_on, survivor.department),
    )
    return [merged, OrganisationCard.erasure(duplicate.id)]


NAMELESS = {
    *("sa", "sas", "sasu", "sarl", "eurl", "sca", "scic", "sem", "oph", "epic", "hlm", "societe"),
    *("association", "groupe", "ste", "et", "de", "des", "du", "d", "la", "le", "les", "l"),
}


def compared(name: str) -> str:
    """Return the words of a name without legal forms, sorted, to compare spellings."""
    words = set(re.findall(r"[a-z0-9]+", normalise_name(name)))
    return " ".join(sorted(words - NAMELESS or words))


def join(
    organisation: Organisation,
    umbrella: Organisation,
    joined_on: date,
    *,
    above: Collection[Membership],
) -> tuple[Membership, UmbrellaJoined]:
    """Make an organisation a member of an umbrella from `joined_on`.

    `above` are the memberships of both and of their umbrellas that last until that date or longer.
    """
    if organisation.id == umbrella.id:
        raise OwnUmbrella(f"{umbrella.name} cannot be a member of itself. Name another umbrella.")
    if any((m.organisation_id, m.umbrella_id) == (organisation.id, umbrella.id) for m in above):
        raise AlreadyMember(f"{organisation.name} is a member of {umbrella.name} already.")
    if any(m.umbrella_id == organisation.id for m in above):
        raise UmbrellaCycle(
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
        occurred_at=noon_in(joined_on, organisation.department),
    )


def leave(
    organisation: Organisation,
    umbrella: Organisation,
    memberships: Collection[Membership],
    on: date,
) -> UmbrellaLeft:
    """End a membership on `on`, its last day. The caller has locked the umbrellas."""
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
        occurred_at=noon_in(on, organisation.department),
    )
