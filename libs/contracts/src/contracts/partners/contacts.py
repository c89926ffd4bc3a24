"""The card of an organisation; those of its contact persons are on `partners.people`."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Card


class OrganisationCard(Card):
    """The name of an organisation and its number in the company register."""

    topic: ClassVar[str] = "partners.contacts"
    keyed_by: ClassVar[str] = "organisation_id"

    type: Literal["organisation-card.v1"] = "organisation-card.v1"
    organisation_id: UUID
    name: str
    siren: str
