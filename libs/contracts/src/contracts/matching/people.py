"""The card of a mentee or a mentor."""

from typing import ClassVar, Literal
from uuid import UUID

from contracts.base import Card
from contracts.enums import Language, Side


class PersonCard(Card):
    """The name and contact details of a mentee or a mentor: personal data."""

    topic: ClassVar[str] = "matching.people"
    keyed_by: ClassVar[str] = "person_id"

    type: Literal["person-card.v1"] = "person-card.v1"
    person_id: UUID
    side: Side
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: Language
    department: str
