"""Events about organisations, their umbrellas and their promotion of the programme."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Event
from contracts.enums import OrganisationKind, PromoterRole


class OrganisationFact(Event):
    """A fact about an organisation."""

    topic: ClassVar[str] = "partners.organisations"
    keyed_by: ClassVar[str] = "organisation_id"

    organisation_id: UUID


class OrganisationRegistered(OrganisationFact):
    """An organisation was registered; nothing is signed yet."""

    type: Literal["organisation-registered.v1"] = "organisation-registered.v1"
    organisation_kind: OrganisationKind
    department: str


class UmbrellaJoined(OrganisationFact):
    """An organisation became a member of an umbrella on `joined_on`."""

    type: Literal["umbrella-joined.v1"] = "umbrella-joined.v1"
    umbrella_id: UUID
    joined_on: date


class UmbrellaLeft(OrganisationFact):
    """An organisation, a member since `joined_on`, left an umbrella; `left_on` is its last day."""

    type: Literal["umbrella-left.v1"] = "umbrella-left.v1"
    umbrella_id: UUID
    joined_on: date
    left_on: date


class PromoterNamed(OrganisationFact):
    """An organisation promotes the programme to its members from `named_on` on."""

    type: Literal["promoter-named.v1"] = "promoter-named.v1"
    role: PromoterRole
    named_on: date


class OrganisationsMerged(OrganisationFact):
    """Duplicates of an organisation were merged into `organisation_id`.

    `duplicates` are all other records that it ever had, so that the latest event is complete, in
    whatever order events arrive.
    """

    type: Literal["organisations-merged.v1"] = "organisations-merged.v1"
    duplicates: tuple[UUID, ...]
    merged_on: date
