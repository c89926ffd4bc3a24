"""The card of a contact person."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Card
from contracts.enums import ContactRole, Language


class ContactPersonCard(Card):
    """The name, contact details and roles of a contact person of a partner: personal data."""

    topic: ClassVar[str] = "partners.people"
    keyed_by: ClassVar[str] = "person_id"

    type: Literal["contact-person-card.v1"] = "contact-person-card.v1"
    person_id: UUID
    organisation_id: UUID
    roles: tuple[ContactRole, ...]
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
